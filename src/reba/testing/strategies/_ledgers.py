"""Histories of commands, ledgers with entries, logs of entries, and corrections of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, TypeAlias, cast

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reba.facts import Scheme
from reba.law.choices import MunicipalChoices
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.ledger.entries import Entry
from reba.ledger.ledger import Ledger
from reba.ledger.revisions import GIVEN_REASONS
from reba.money import format_euros
from reba.savings.policy import SavingsPolicy
from reba.testing.strategies._commands import Command, CommandHistory
from reba.testing.strategies._dated import choices as municipal_choices
from reba.testing.strategies._dated import policies as savings_policies
from reba.testing.strategies._givens import Plan
from reba.testing.strategies._histories import draw_history
from reba.testing.strategies._support import (
    Case,
    check_between,
    check_flags,
    check_scheme,
    check_strategy,
    check_type,
    draws,
    from_parameters,
    shown_as,
)

__all__ = ["Log", "command_histories", "corrections_of", "entry_logs", "ledgers"]

Log: TypeAlias = tuple[Entry, ...]
"""The entries of a ledger in order of `seq`."""

_COMMANDS_MAX: Final = 200
_ACCOUNTS_MAX: Final = 9
_history = draws(draw_history)


@from_parameters
def command_histories(
    *,
    scheme: Scheme = REBA_2008,
    min_size: int = 1,
    max_size: int = 12,
    max_accounts: int = 3,
    policies: st.SearchStrategy[SavingsPolicy] | None = None,
    choices: st.SearchStrategy[MunicipalChoices] | None = None,
    allow_destruction: bool = False,
) -> st.SearchStrategy[CommandHistory]:
    """Histories of commands to one ledger, as plain values: `apply` or `book` carries them out.

    A command is kept where a ledger in memory takes it, so none is refused. The months are those
    of 2015; for the RooO the last three of 2025.

    Args:
        scheme: "reba-2008" or "rooo", for all accounts.
        min_size: at least so many commands are tried.
        max_size: at most so many commands.
        max_accounts: at most so many accounts, "H-1" and on.
        policies: a strategy of savings policies; by default `policies(max_versions=1)`.
        choices: a strategy of choices of municipalities, for the RooO; by default `choices()`.
        allow_destruction: whether records may be destroyed. Such a history needs the clock that
            `book` gives it: a term must pass.

    >>> from hypothesis import find
    >>> history = find(command_histories(), lambda history: len(history.commands) > 1)
    >>> [(command.name, command.on) for command in history.commands]
    [('assess', '2015-03-02'), ('assess', '2015-03-02')]
    """
    check_scheme(scheme)
    check_between("min_size", min_size, 1, _COMMANDS_MAX)
    check_between("max_size", max_size, 1, _COMMANDS_MAX)
    if min_size > max_size:
        msg = f"Cannot have max_size={max_size!r} < min_size={min_size!r}"
        raise InvalidArgument(msg)
    check_between("max_accounts", max_accounts, 1, _ACCOUNTS_MAX)
    check_flags(allow_destruction=allow_destruction)
    policies = savings_policies(max_versions=1) if policies is None else policies
    check_strategy("policies", policies)
    if scheme == REBA_2008 and choices is not None:
        msg = f"choices={choices!r}: scheme {scheme!r} leaves none"
        raise InvalidArgument(msg)
    made: st.SearchStrategy[MunicipalChoices | None] = st.none()
    if scheme != REBA_2008:
        made = municipal_choices() if choices is None else choices
        check_strategy("choices", made)
    plan = Plan(scheme, min_size, max_size, max_accounts, allow_destruction)
    return _history(plan, policies, made)


_booked = shown_as("CommandHistory.book", CommandHistory.book)


def _entries(history: CommandHistory) -> Log:
    return tuple(history.book().entries())


_logged = shown_as("entries_of", _entries)


def _histories_of(
    histories: st.SearchStrategy[CommandHistory] | None,
) -> st.SearchStrategy[CommandHistory]:
    histories = command_histories() if histories is None else histories
    check_strategy("histories", histories)
    return histories


@from_parameters
def ledgers(
    *, histories: st.SearchStrategy[CommandHistory] | None = None
) -> st.SearchStrategy[Ledger]:
    """Ledgers in memory with entries; their clock stands still at the last command.

    The same history gives the same ledger to the byte: origin and salts are made from it.

    Args:
        histories: a strategy of what was booked; by default `command_histories()`.

    >>> from hypothesis import find
    >>> find(ledgers(), lambda ledger: ledger.size() > 2).account("H-1").collected_cents
    20000
    """
    return _histories_of(histories).map(_booked)


@from_parameters
def entry_logs(
    *, histories: st.SearchStrategy[CommandHistory] | None = None
) -> st.SearchStrategy[Log]:
    """Logs of entries, sealed and in order: those of `ledgers()`, without their documents.

    Args:
        histories: a strategy of what was booked; by default `command_histories()`.

    >>> from hypothesis import find
    >>> [entry.kind for entry in find(entry_logs(), lambda log: True)]
    ['account.opened', 'contribution.assessed', 'contribution.collected', 'savings.reserved']
    """
    return _histories_of(histories).map(_logged)


# ── corrections ──────────────────────────────────────────────────────────────────────────────────

_AMOUNTS: Final = st.integers(0, 150_000).map(format_euros)
_REASONS: Final = st.sampled_from(GIVEN_REASONS)


def _reported(entries: Iterable[Entry]) -> dict[tuple[str, str], Case]:
    """Return the facts that stand for each month of each account."""
    found: dict[tuple[str, str], Case] = {}
    for entry in entries:
        if (
            entry.body is not None
            and entry.kind.startswith("contribution.")
            and ("facts" in entry.body)
        ):
            found[entry.account, entry.effective] = cast("Case", entry.body["facts"])
        elif entry.kind == "records.destroyed":
            found = {key: facts for key, facts in found.items() if key[0] != entry.account}
    return found


class _Standing(NamedTuple):
    """What may be corrected, in so many entries that were recorded until a day."""

    facts: list[Case]
    entries: int
    on: str

    def __repr__(self) -> str:
        return f"<{self.entries} entries>"


def _draw_correction(draw: st.DrawFn, subject: _Standing) -> Command:
    facts = draw(st.sampled_from(subject.facts))
    people = [dict(member) for member in facts["members"]]
    member = people[draw(st.integers(0, len(people) - 1))]
    items = [dict(item) for item in member.get("income", ())]
    if not items:
        items = [{"kind": "earnings", "net": "0.00"}]
        if member.get("residence_status") == "asylum_seeker":
            member.setdefault("exemption_weeks_used", 0)
    items[draw(st.integers(0, len(items) - 1))]["net"] = draw(_AMOUNTS)
    member["income"] = items
    kept = {key: value for key, value in facts.items() if key != "collected"}
    given = {
        "facts": {**kept, "members": people}, "because": draw(_REASONS),
        "command_id": f"correction/{subject.entries}",
    }  # fmt: skip
    return Command("revise", subject.on, given)


_draw_correction.__name__ = "corrections_of"  # so that the strategy shows as its call
_corrections = draws(_draw_correction)


def corrections_of(subject: Ledger | Iterable[Entry]) -> st.SearchStrategy[Command]:
    """Corrections of a month that stands in a ledger or a log: other income of one member.

    Each is a command that the ledger takes; what came in stays as it was.

    Args:
        subject: a ledger, or entries in order.

    >>> from hypothesis import find
    >>> ledger = find(ledgers(), lambda ledger: True)
    >>> correction = find(corrections_of(ledger), lambda command: True)
    >>> correction.name, correction.given["facts"]["members"][0]["income"]
    ('revise', [{'kind': 'earnings', 'net': '0.00'}])
    >>> revision = correction.apply(ledger)
    """
    check_type("subject", subject, Iterable if not isinstance(subject, Ledger) else Ledger)
    entries = tuple(subject.entries() if isinstance(subject, Ledger) else subject)
    for entry in entries:
        check_type("subject", entry, Entry)
    reported = list(_reported(entries).values())
    if not entries or not reported:
        msg = "there is nothing to correct: no month stands in it"
        raise InvalidArgument(msg)
    return _corrections(_Standing(reported, len(entries), entries[-1].recorded_at[:10]))
