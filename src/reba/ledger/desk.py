"""What every command on accounts shares: who asks what, which day it is, and the accounts. Pure.

1. A command is decided on what stands, and adds all of its entries or none.
2. The same command again adds nothing; the same id with other content is refused (E1).
3. No day lies in the future, nor before what the command follows on.
4. Texts are pseudonymous: what has the shape of a personal number is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from reba.canonical import canonical_text
from reba.errors import FactsError, LedgerError, ReleaseError
from reba.fact_checks import identifier_fault
from reba.ledger.accounts import AccountFold
from reba.ledger.bodies import command_digest
from reba.ledger.drafting import Documents, Drafting
from reba.ledger.entries import Draft, Entry
from reba.ledger.rebuilding import Rebuild, rebuild
from reba.months import Month

__all__ = [
    "Asked",
    "Desk",
    "account_of",
    "first_day_of",
    "usable_evidence",
    "usable_key",
    "usable_reason",
    "usable_text",
]

TEXT_LENGTH_MAX: Final = 300
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_WORD: Final = re.compile(r"[A-Za-z0-9]{8,34}", re.ASCII)
_NUMBER: Final = re.compile(r"(?<!\d)\d(?:[ .]{0,2}\d){7,9}(?!\d)", re.ASCII)
_DATE: Final = re.compile(r"\d{1,2}[ .]\d{1,2}[ .]\d{4}|\d{4}[ .]\d{1,2}[ .]\d{1,2}", re.ASCII)
_DUTCH_IBAN: Final = re.compile(r"NL\d{2}[A-Z]{4}\d{10}", re.ASCII)


class Asked(NamedTuple):
    """A command: its name, who asks, its id, and the digest of what is asked."""

    command: str
    actor: str
    command_id: str
    digest: str

    @classmethod
    def of(
        cls,
        command: str,
        actor: str,
        command_id: str | None,
        asked: Mapping[str, object],
        *,
        again: str = "",
    ) -> Asked:
        """Make a command; without an id it gets one from what is asked.

        Days and months are asked as they are. `again` goes into that id too: it differs once what
        was done before was undone.

        Raises:
            FactsError: facts.identifier, facts.identifier_personal for an actor that is no
                pseudonym or name of a system.
        """
        fault = identifier_fault(actor)
        if fault is not None:
            raise FactsError("facts.invalid", faults=(fault,), count=1, first=fault.reason)
        if command_id is not None:
            usable_key(command_id)
        plain = {
            key: str(value) if isinstance(value, date | Month) else value
            for key, value in asked.items()
        }
        digest = command_digest(command, plain)
        made = command_digest(command, {"again": again, "digest": digest})[:16]
        return cls(command, actor, command_id or f"{command}/{made}", digest)


def account_of(entry_id: str) -> str:
    """Return the account in the id of an entry, a release or an event.

    Raises:
        LedgerError: ledger.entry_id.

    >>> account_of("H-0001/12")
    'H-0001'
    """
    account, _, version = entry_id.rpartition("/")
    if not account or not version.isdecimal():
        raise LedgerError("ledger.entry_id", value=entry_id[:80])
    return account


def usable_text(what: str, text: str) -> str:
    """Return a text that may stand in an entry: not empty, not long, no personal number.

    Raises:
        LedgerError: ledger.text.
    """
    if not text.strip() or len(text) > TEXT_LENGTH_MAX or not text.isprintable():
        reason = f"it must hold 1 to {TEXT_LENGTH_MAX} printable characters"
        raise LedgerError("ledger.text", what=what, reason=reason)
    if _holds_a_personal_number(text):
        reason = "part of it has the shape of a personal number"
        raise LedgerError("ledger.text", what=what, reason=reason)
    return text


def _holds_a_personal_number(text: str) -> bool:
    """Say whether a BSN, V-number or bank account stands in a text, also spaced or dotted."""
    numbers = [n for n in _NUMBER.findall(text) if _DATE.fullmatch(n) is None]
    words = [*_WORD.findall(text.upper()), *(re.sub(r"[ .]", "", n) for n in numbers)]
    faults = (identifier_fault(word) for word in words)
    if any(fault is not None and fault.code == "facts.identifier_personal" for fault in faults):
        return True
    return _DUTCH_IBAN.search(re.sub(r"[ .-]", "", text.upper())) is not None


def first_day_of(drafting: Drafting) -> str:
    """Return the first day of an account, as ISO text."""
    opened = (e.effective for e in drafting.entries if e.kind == "account.opened")
    months = (month.month for month in drafting.fold.months())
    return f"{min((*opened, *months))}-01"


def usable_key(command_id: str) -> str:
    """Return the id of a command: printable, and not the shape of a personal number.

    Raises:
        LedgerError: ledger.text.
    """
    reason = None
    if not command_id.strip() or len(command_id) > TEXT_LENGTH_MAX or not command_id.isprintable():
        reason = f"it must hold 1 to {TEXT_LENGTH_MAX} printable characters"
    fault = identifier_fault(command_id)
    if fault is not None and fault.code == "facts.identifier_personal":
        reason = "it has the shape of a personal number"
    if reason is not None:
        raise LedgerError("ledger.text", what="The command id", reason=reason)
    return command_id


def usable_evidence(evidence: str | None) -> str | None:
    """Return the digest of a document (bewijsstuk), never the document itself; None stays None.

    Raises:
        ReleaseError: release.evidence_digest.
    """
    if evidence is not None and _DIGEST.fullmatch(evidence) is None:
        raise ReleaseError("release.evidence_digest", value="what was handed over")
    return evidence


def usable_reason(because: str, known: Sequence[str]) -> str:
    """Return a reason of a closed list.

    Raises:
        LedgerError: ledger.unknown_reason.
    """
    if because not in known:
        raise LedgerError("ledger.unknown_reason", value=because[:40], known=", ".join(known))
    return because


class Desk:
    """Where one command is decided: its accounts, and the day in Amsterdam."""

    def __init__(
        self,
        asked: Asked,
        accounts: Sequence[str],
        held: Mapping[str, list[Entry]],
        today: date,
        documents: Documents,
    ) -> None:
        self.asked = asked
        self.today = today
        self._documents = documents
        self._accounts = {
            account: Drafting(
                AccountFold.over_all(account, held.get(account, ())),
                held.get(account, ()),
                actor=asked.actor,
                command_id=asked.command_id,
                digest=asked.digest,
            )
            for account in dict.fromkeys(accounts)
        }

    def account(self, account: str, *, open_only: bool = True) -> Drafting:
        """Return an account of the ledger.

        Raises:
            LedgerError: ledger.unknown_account; ledger.destroyed; ledger.account_closed unless
                closed ones may be.
        """
        drafting = self.perhaps(account)
        if not drafting.entries:
            raise LedgerError("ledger.unknown_account", account=account)
        if open_only and drafting.fold.closing() is not None:
            raise LedgerError("ledger.account_closed", account=account)
        return drafting

    def perhaps(self, account: str) -> Drafting:
        """Return an account that may not stand in the ledger yet.

        Raises:
            LedgerError: ledger.destroyed where no more than its totals are left.
        """
        drafting = self._accounts[account]
        drafting.fold.require_records()
        return drafting

    def is_destroyed(self, account: str) -> bool:
        """Say whether no more than the totals of an account are left."""
        return self._accounts[account].fold.destroyed is not None

    def repeated(self) -> tuple[str, ...]:
        """Return the entries that this same command added before.

        Raises:
            LedgerError: ledger.command_conflict; ledger.destroyed where what was asked before can
                no longer be known.
        """
        for each in self._accounts.values():
            if self.asked.command != "destroy":
                each.fold.require_records()
        found = (each.repeated() for each in self._accounts.values())
        return tuple(entry_id for ids in found for entry_id in ids)

    def drafts(self) -> list[Draft]:
        """Return what the command adds, over all its accounts."""
        return [draft for each in self._accounts.values() for draft in each.drafts]

    def added(self) -> tuple[str, ...]:
        """Return the ids of the entries that the command adds."""
        return tuple(
            entry.entry_id
            for each in self._accounts.values()
            for entry in each.entries[len(each.entries) - len(each.drafts) :]
        )

    def versions(self) -> dict[str, int]:
        """Return the last version of each account that stands in the ledger."""
        return {
            account: len(each.entries) - len(each.drafts)
            for account, each in self._accounts.items()
        }

    def day(self, on: date | None, what: str, *, after: str | None = None) -> date:
        """Return the day a command is about: by default today; never later, nor too early.

        Args:
            on: the day asked, or None for today.
            what: what is dated, for people.
            after: the ISO day that it may not lie before.

        Raises:
            LedgerError: ledger.in_future, ledger.too_early.
        """
        day = self.today if on is None else on
        if day > self.today:
            today = self.today.isoformat()
            raise LedgerError("ledger.in_future", what=what, date=day.isoformat(), today=today)
        if after is not None and day.isoformat() < after:
            raise LedgerError("ledger.too_early", what=what, date=day.isoformat(), first=after)
        return day

    def say(
        self,
        drafting: Drafting,
        kind: str,
        on: date | str,
        fields: Mapping[str, object],
        supersedes: str | None = None,
    ) -> str:
        """Add an entry of this command to an account; return its id."""
        effective = on if isinstance(on, str) else on.isoformat()
        return drafting.add(kind, effective, canonical_text(fields), supersedes)

    def move(self, drafting: Drafting, kind: str, on: date, fields: Mapping[str, object]) -> str:
        """Add an entry that moves savings, and make right the months that start after its day."""
        entry_id = self.say(drafting, kind, on, fields)
        terms = Rebuild(self._documents, None, allow_provisional=True)
        rebuild(drafting, {}, terms, after=on.isoformat())
        return entry_id
