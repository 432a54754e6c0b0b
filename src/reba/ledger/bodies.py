"""What the body of each kind of entry says, and the one place that writes it.

The texts are canonical JSON (keys sorted, no spaces) written by templates, since a run writes
hundreds of thousands; a property test holds them equal to `canonical.canonical_text`. The bodies
never hold a name, a personal number or a bank account: see `reba.fact_checks`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Final

from reba.canonical import canonical_text, text_digest
from reba.law.assessment import AMOUNT_KEYS, Assessment
from reba.savings.reserve import Reserve

__all__ = [
    "assessed_body",
    "collected_body",
    "command_body",
    "command_digest",
    "opened_body",
    "revised_body",
    "split_body",
]

_SORTED_AMOUNTS: Final = tuple(sorted(AMOUNT_KEYS))
_PREFIXES: Final = tuple(f'"{key}":' for key in _SORTED_AMOUNTS)
_values: Final = attrgetter(*_SORTED_AMOUNTS)


def opened_body(scheme: str) -> str:
    """account.opened: the scheme under which the household was first assessed.

    >>> opened_body("reba-2008")
    '{"scheme":"reba-2008"}'
    """
    return f'{{"scheme":"{scheme}"}}'


@lru_cache(maxsize=1024)
def _names(names: tuple[str, ...]) -> str:
    return "[" + ",".join(f'"{name}"' for name in names) + "]"


def assessed_body(
    assessment: Assessment,
    facts_json: str,
    *,
    charged_before_cents: int | None,
    engine: str,
) -> str:
    """contribution.assessed: the amounts, the facts they rest on, the law and the engine.

    `facts_json` is what was reported; `charged_before_cents` is what was used for the assets, which
    the ledger supplies once it has booked an earlier month. Where a municipality has choices,
    their digest is named.
    """
    amounts = ",".join(
        [
            f"{prefix}{value}"
            for prefix, value in zip(_PREFIXES, _values(assessment), strict=True)
            if value is not None
        ]
    )
    charged = "null" if charged_before_cents is None else charged_before_cents
    digest = assessment.choices_digest
    choices = "" if digest is None else f'"choices":"{digest}",'
    return (
        f'{{"amounts":{{{amounts}}},"charged_before_cents":{charged},{choices}"engine":"{engine}",'
        f'"facts":{facts_json},"law":"{assessment.law_digest}",'
        f'"month":"{assessment.month}","not_supplied":{_names(assessment.not_supplied)},'
        f'"provisional_because":{_names(assessment.provisional_because)}}}'
    )


def collected_body(month: str, collected_cents: int) -> str:
    """contribution.collected: what came in for a month, withheld or paid.

    >>> collected_body("2015-03", 30000)
    '{"collected_cents":30000,"month":"2015-03"}'
    """
    return f'{{"collected_cents":{collected_cents},"month":"{month}"}}'


def split_body(month: str, split: Reserve, policy_digest: str) -> str:
    """savings.reserved, savings.adjusted: the split of a month under a version of a policy."""
    return (
        f'{{"month":"{month}","policy":"{policy_digest}","policy_version":{split.policy_version},'
        f'"remitted_cents":{split.remitted_cents},"reserved_cents":{split.reserved_cents},'
        f'"split_cents":{split.split_cents}}}'
    )


def revised_body(assessed: str, because: str) -> str:
    """contribution.revised: what contribution.assessed says, and why it is said again."""
    return canonical_text({**json.loads(assessed), "because": because})


def command_digest(command: str, asked: Mapping[str, object]) -> str:
    """Return the digest of what a command asks: the same command again has the same digest."""
    return text_digest(canonical_text({"asked": dict(asked), "command": command}))


def command_body(digest: str, fields: Mapping[str, object]) -> str:
    """Write the body of an entry that one command adds, with the digest of what was asked."""
    return canonical_text({**fields, "command_digest": digest})
