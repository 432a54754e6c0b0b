"""Decide several entries of one account in a row, each on top of those before it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from reba.errors import LedgerError
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.accounts import AccountFold
from reba.ledger.bodies import command_body
from reba.ledger.entries import Draft, Entry
from reba.savings.policy import SavingsPolicy

__all__ = ["Documents", "Drafting"]

_NO_HASH: Final = bytes(32)


class Documents(Protocol):
    """Where the laws and policies are found that recorded entries name by their digest."""

    def law(self, digest: str) -> Law:
        """Return a law that was kept.

        Raises:
            LedgerError: ledger.document_missing.
        """
        ...

    def choices(self, digest: str) -> MunicipalChoices:
        """Return the choices of a municipality that were kept.

        Raises:
            LedgerError: ledger.document_missing.
        """
        ...

    def policy(self, digest: str) -> SavingsPolicy:
        """Return a policy that was kept.

        Raises:
            LedgerError: ledger.document_missing.
        """
        ...


class Drafting:
    """The entries of one account, and the drafts that a command adds to them.

    Each draft is taken into the fold at once, so that the next is decided on what then stands: the
    fold of these entries, which the caller gives away.
    With a `digest` every body carries it: what the command asked, to know it again by.
    """

    __slots__ = ("_actor", "_command_id", "_digest", "account", "drafts", "entries", "fold")

    def __init__(
        self,
        fold: AccountFold,
        entries: Iterable[Entry],
        *,
        actor: str,
        command_id: str,
        digest: str | None = None,
    ) -> None:
        self.account = fold.account
        self.entries = list(entries)
        self.fold = fold
        self.drafts: list[Draft] = []
        self._actor = actor
        self._command_id = command_id
        self._digest = digest

    def add(self, kind: str, effective: str, body_json: str, supersedes: str | None = None) -> str:
        """Add a draft, take it in, and return the id its entry will have."""
        if self._digest is not None:
            body_json = command_body(self._digest, json.loads(body_json))
        draft = Draft(
            self.account, kind, effective, self._actor, self._command_id, supersedes, body_json
        )
        # What the fold reads of an entry; number, salt and hashes come when it is sealed.
        entry = Entry(
            -1, self.account, self.fold.version + 1, kind, effective, self.fold.last_recorded,
            self._actor, self._command_id, supersedes, body_json, b"", _NO_HASH, _NO_HASH,
        )  # fmt: skip
        self.fold.apply(entry)
        self.entries.append(entry)
        self.drafts.append(draft)
        return entry.entry_id

    def body_of(self, entry_id: str) -> Mapping[str, object]:
        """Return the body of an entry of this account.

        Raises:
            LedgerError: ledger.damaged where it is gone.
        """
        version = int(entry_id.rpartition("/")[2])
        body = self.entries[version - 1].body
        if body is None:
            raise LedgerError(
                "ledger.damaged",
                place=f"account {self.account}",
                reason=f"the body of entry {entry_id} is gone",
            )
        return body

    def repeated(self) -> tuple[str, ...]:
        """Return the ids of the entries that the same command added before; none if it did not.

        Raises:
            LedgerError: ledger.command_conflict where the command asked something else.
        """
        same = [entry for entry in self.entries if entry.command_id == self._command_id]
        if not same:
            return ()
        asked = {(entry.body or {}).get("command_digest") for entry in same}
        if self._digest not in asked:
            raise LedgerError("ledger.command_conflict", command_id=self._command_id)
        return tuple(entry.entry_id for entry in same)
