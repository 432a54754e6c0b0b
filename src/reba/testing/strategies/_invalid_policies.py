"""Policy files that must be refused, each with the code of what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from reba.testing.strategies._dated import policy_records
from reba.testing.strategies._support import Case, chosen, draws, from_parameters
from reba.testing.strategies._toml import toml_text

__all__ = ["invalid_policies", "policy_text"]

_Spoil: TypeAlias = Callable[[st.DrawFn, Case], None]
_VALID: Final = policy_records(max_versions=2)


def _one(draw: st.DrawFn, values: Any) -> Any:  # noqa: ANN401 (whatever is chosen from)
    return draw(st.sampled_from(list(values)))


def _version(draw: st.DrawFn, record: Case) -> Case:
    found: Case = _one(draw, record["version"])
    return found


def policy_text(record: Case) -> str:
    """Return the text of a policy file, with its days as days."""
    versions = [
        {**version, "valid_from": date.fromisoformat(version["valid_from"])}
        if isinstance(version.get("valid_from"), str) and version["valid_from"][:1].isdigit()
        else version
        for version in record.get("version", [])
    ]
    return toml_text({**record, "version": versions})


def _missing(draw: st.DrawFn, record: Case) -> None:
    version = _version(draw, record)
    place, key = _one(
        draw,
        [
            (record, "policy"), (record["policy"], "id"), (record["policy"], "source"),
            (version, "valid_from"), (version, "reserve"), (version["reserve"], "share"),
            (version["release"], "four_eyes"), (version["release"]["return"], "purposes"),
            (version["closing"], "died"), (version["closing"], "granted"),
        ],
    )  # fmt: skip
    del place[key]


def _unknown_key(draw: st.DrawFn, record: Case) -> None:
    version = _version(draw, record)
    places = [
        record["policy"], version, version["reserve"], version["release"], version["closing"],
        version["release"]["granted"]["purposes"],
    ]  # fmt: skip
    _one(draw, places)[_one(draw, ["remark", "Share"])] = "0.10"


def _unknown_value(draw: st.DrawFn, record: Case) -> None:
    version = _version(draw, record)
    place, key = _one(
        draw,
        [
            (record["policy"], "status"), (version["reserve"], "base"),
            (version["reserve"], "funded_on"), (version["reserve"], "partial_collection"),
            (version["closing"], "granted"), (version["closing"], "died"),
        ],
    )  # fmt: skip
    place[key] = "whatever"


def _type(draw: st.DrawFn, record: Case) -> None:
    version = _version(draw, record)
    place, key, value = _one(
        draw,
        [
            (record["policy"], "id", "Not An Id"), (record["policy"], "title", ""),
            (record["policy"], "schemes", []), (version["release"], "four_eyes", "yes"),
            (version, "closing", "remit"),
        ],
    )  # fmt: skip
    place[key] = value


def _amount(*values: object) -> _Spoil:
    def spoil(draw: st.DrawFn, record: Case) -> None:
        version = _version(draw, record)
        value = _one(draw, values)
        which = _one(draw, ["monthly_max", "balance_max", "max"])
        if which == "max":
            purposes = version["release"]["granted"]["purposes"]
            purposes["furnishing"] = {"max": value, "evidence": False}
        else:
            version["reserve"][which] = value

    return spoil


def _share(*values: object) -> _Spoil:
    def spoil(draw: st.DrawFn, record: Case) -> None:
        version = _version(draw, record)
        release = version["release"]
        place, key = _one(
            draw,
            [
                (version["reserve"], "share"), (release["granted"], "balance_share"),
                (release["return"], "balance_share"),
            ],
        )  # fmt: skip
        place[key] = _one(draw, values)

    return spoil


def _first_day(*values: object) -> _Spoil:
    def spoil(draw: st.DrawFn, record: Case) -> None:
        _version(draw, record)["valid_from"] = _one(draw, values)

    return spoil


def _overlap(draw: st.DrawFn, record: Case) -> None:
    first = record["version"][0]
    if _one(draw, [True, False]):
        record["version"].append(json.loads(json.dumps(first)))
    else:
        first["valid_to"] = "2007-12-31"  # before it begins


_SPOILS: Final[dict[str, _Spoil]] = {
    "policy.missing": _missing,
    "policy.unknown_key": _unknown_key,
    "policy.unknown_value": _unknown_value,
    "policy.type": _type,
    "policy.share": _share("1.01", "2", "100"),
    "policy.overlap": _overlap,
    "money.format": _amount("", "1,50", "euro"),
    "money.float": _amount(150, 1000),
    "money.negative": _amount("-0.01"),
    "money.too_large": _amount("10000000.01"),
    "money.rate": _share("half", "-0.5", "50%", 1),
    "month.date_format": _first_day("soon", ""),
    "month.range": _first_day("1899-12-31", "2200-01-01"),
}


def _draw_invalid(draw: st.DrawFn, codes: tuple[str, ...]) -> tuple[str, str]:
    code = _one(draw, codes)
    record: Case = json.loads(json.dumps(draw(_VALID)))
    if code == "policy.file":
        text = policy_text(record)
        return _one(draw, ["[policy", f"{text}\n[policy]\n", "policy"]), code
    _SPOILS[code](draw, record)
    return policy_text(record), code


_invalid = draws(_draw_invalid)


@from_parameters
def invalid_policies(*, codes: tuple[str, ...] | None = None) -> st.SearchStrategy[tuple[str, str]]:
    """Texts of policy files that must be refused, and the code of what is wrong.

    The error of `parse_policy` has the code itself, or a fault with the code.

    Args:
        codes: the codes drawn from; by default all that a policy file can give.

    >>> from hypothesis import find
    >>> text, code = find(invalid_policies(codes=("policy.share",)), lambda found: True)
    >>> code, [line for line in text.splitlines() if line.startswith("share")]
    ('policy.share', ['share = "1.01"'])
    """
    return _invalid(chosen("codes", codes, ("policy.file", *_SPOILS)))
