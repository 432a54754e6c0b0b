"""Check entries: the bytes of each, and what each does to its account. In any order of accounts.

1. Each body has the digest its envelope names, and the envelope the hash that was written.
2. Each account folds; its versions follow; months are split to the cent, and what is split is what
   came in (or what was assessed).
3. Each assessment, split and release is decided again from what was recorded before it: a
   difference is a finding (`audit_amounts.py`, `audit_releases.py`).
4. Entries that a trusted checkpoint covers are held against it byte by byte, and folded; what they
   say is not decided again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias, cast

from reba.errors import RebaError
from reba.ledger.accounts import AccountFold
from reba.ledger.audit_amounts import (
    ASSESSMENTS,
    SPLITS,
    check_amounts,
    check_conservation,
    check_links,
)
from reba.ledger.audit_bytes import Read, check_bytes, plainly_canonical
from reba.ledger.audit_context import AuditContext, Body, Check, Found
from reba.ledger.audit_destroyed import GoneBodies
from reba.ledger.audit_quick import quick_checks, quickly_opened
from reba.ledger.audit_releases import check_command
from reba.ledger.destroyed_fold import DESTROYED
from reba.ledger.entries import KINDS, SCHEMA, Entry, quote
from reba.ledger.stores.parts import Row
from reba.ledger.upcasting import upcast

__all__ = ["EntriesCheck", "EntriesFound", "TrustedLeaf"]

TrustedLeaf: TypeAlias = Callable[[int], bytes]
"""Return the leaf that a trusted checkpoint proves at a `seq`; b"" where it covers none."""

_OF_A_MONTH: Final = ASSESSMENTS | SPLITS


class EntriesFound(NamedTuple):
    """What a check of entries found and counted."""

    found: Found
    bodies: int
    accounts: int
    proven: int


class EntriesCheck:
    """The check of entries, in order of `seq`: of all accounts, or of some of them."""

    def __init__(self, context: AuditContext) -> None:
        self.context = context
        self.folds: dict[str, AccountFold | None] = {}
        self.gone: dict[str, GoneBodies] = {}
        self.bodies = 0
        self.proven = 0
        self._quick = quick_checks(
            context.collects, recompute=context.recompute, drawn=context.drawn
        )

    # ── most entries ─────────────────────────────────────────────────────────────────────────

    def take(
        self, rows: Sequence[Row], first: int | None, trusted: TrustedLeaf | None = None
    ) -> None:
        """Check the next entries.

        Args:
            rows: the entries; all of them, or those of the accounts that are checked here.
            first: the position of the first of them; None where `seq` tells the position.
            trusted: proves the leaves of entries that were audited before.
        """
        sha256, quoted, folds, quick = hashlib.sha256, quote, self.folds, self._quick
        bodies = 0
        for offset, row in enumerate(rows):
            (
                seq, account, version, kind, effective, recorded_at, actor, command_id, supersedes,
                body_json, salt, digest, leaf, schema,
            ) = row  # fmt: skip
            try:
                # The template of `envelope_json`, spelled out here for its speed; a test compares.
                right = (
                    sha256(
                        f'\x00{{"account":"{account}","actor":{quoted(actor)},"body_digest":'
                        f'"{digest.hex()}","command_id":{quoted(command_id)},"effective":'
                        f'"{effective}","entry_id":"{account}/{version}","kind":"{kind}",'
                        f'"recorded_at":"{recorded_at}","schema":{schema},"seq":{seq},"supersedes":'
                        f"{'null' if supersedes is None else quoted(supersedes)},"
                        f'"version":{version}}}'.encode()
                    ).digest()
                    == leaf
                    and sha256(salt + body_json.encode()).digest() == digest  # type: ignore[operator,union-attr]
                    and schema == SCHEMA
                    and (trusted is None or trusted(seq) == leaf)
                )
            except (AttributeError, TypeError, UnicodeEncodeError):
                right = False  # a body is gone, or a field is damaged
            if right:
                fold = folds.get(account)
                if fold is not None:
                    take_in = quick.get(kind)
                    if (
                        take_in is not None
                        and supersedes is None
                        and version == fold.version + 1
                        and fold.ordinary
                        and take_in(fold, version, body_json)  # type: ignore[arg-type]
                    ):
                        fold.version = version
                        fold.last_recorded = recorded_at
                        bodies += 1
                        continue
                elif kind == "account.opened" and version == 1 and self._opened(row):
                    continue
            position = seq if first is None else first + offset
            self._check(Entry._make(row), position, trusted, right=right)
        self.bodies += bodies
        if trusted is not None:
            self.proven += len(rows)

    def _opened(self, row: Row) -> bool:
        account, recorded_at, supersedes, body_json = row[1], row[5], row[8], row[9]
        if supersedes is not None or body_json is None or account in self.folds:
            return False
        fold = quickly_opened(account, body_json)
        if fold is None:
            return False
        fold.version, fold.last_recorded = 1, recorded_at
        self.folds[account] = fold
        self.bodies += 1
        return True

    # ── any other entry ──────────────────────────────────────────────────────────────────────

    def _check(
        self, entry: Entry, position: int, trusted: TrustedLeaf | None, *, right: bool
    ) -> None:
        context = self.context
        context.at(position, Check.BYTES)
        body, readable = self._read(entry, right=right)
        if trusted is not None and not self._proven(entry, trusted):
            readable = False
        context.at(position, Check.ACCOUNT)
        if not readable:
            self.folds[entry.account] = None  # what follows rests on what is no longer known
        elif trusted is None:
            self._account(entry, body)
        else:
            self._replay(entry, body)

    def _read(self, entry: Entry, *, right: bool) -> Read:
        if entry.body_json is not None and entry.salt is not None:
            self.bodies += 1
            if right and entry.kind in KINDS:
                body = plainly_canonical(entry.body_json)
                if body is not None:
                    return Read(body, readable=True)
        return check_bytes(self.context, entry)

    def _proven(self, entry: Entry, trusted: TrustedLeaf) -> bool:
        leaf = trusted(entry.seq)
        if leaf != entry.leaf_hash:
            self.context.find(
                "since.entry", entry, "the entry is the one that the trusted checkpoint covers",
                leaf.hex(), entry.leaf_hash.hex(),
            )  # fmt: skip
        return leaf == entry.leaf_hash

    # ── its account ──────────────────────────────────────────────────────────────────────────

    def _fold(self, entry: Entry, body: Body | None) -> AccountFold | None:
        if body is None:
            self.gone.setdefault(entry.account, GoneBodies()).add(entry)
        if entry.account not in self.folds:
            self.folds[entry.account] = AccountFold(entry.account)
        return self.folds[entry.account]  # None: it did not fold before, and one finding says so

    def _account(self, entry: Entry, body: Body | None) -> None:
        """Check an entry against its account as it stood before, and then take it in."""
        folding = self._fold(entry, body)
        if folding is None:
            return
        if body is not None and entry.schema != SCHEMA:
            try:
                body = upcast(entry.entry_id, entry.kind, entry.schema, dict(body))
            except (RebaError, AttributeError, KeyError, TypeError, ValueError) as error:
                self._does_not_fold(entry, error)
                return
        if body is None:
            self._apply(folding, entry, body)
        elif entry.kind == DESTROYED:
            self._apply(folding, entry, body)
            gone = self.gone.pop(entry.account, GoneBodies())
            gone.destroyed(self.context, entry, body, folding)
        else:
            self._decided(folding, entry, body)

    def _decided(self, folding: AccountFold, entry: Entry, body: Body) -> None:
        context, of_a_month = self.context, entry.kind in _OF_A_MONTH
        try:
            if of_a_month and isinstance(body.get("month"), str):
                check_links(context, entry, body, folding)
                if context.recompute:
                    check_amounts(context, entry, body, folding)
            check_command(context, entry, body, folding)
            if self._apply(folding, entry, body) and entry.kind in SPLITS:
                month = folding.month(cast("str", body["month"]))
                check_conservation(context, entry, body, month)
        except (AttributeError, KeyError, TypeError, IndexError, ValueError) as error:
            context.find(
                "entry.shape", entry, "the body has the shape of its kind", "its keys", error
            )

    def _replay(self, entry: Entry, body: Body | None) -> None:
        """Take in an entry that was audited before."""
        folding = self._fold(entry, body)
        if folding is not None:
            self._apply(folding, entry, body)
            if entry.kind == DESTROYED and body is not None:
                self.gone.pop(entry.account, None)

    def _apply(self, folding: AccountFold, entry: Entry, body: Body | None) -> bool:
        try:
            folding.apply(entry, body=body)
        except RebaError as error:
            self._does_not_fold(entry, error)
            return False
        return True

    def _does_not_fold(self, entry: Entry, error: Exception) -> None:
        self.context.find("account.fold", entry, "the entries of the account fold", "folds", error)
        self.folds[entry.account] = None

    # ── the whole ────────────────────────────────────────────────────────────────────────────

    def found(self) -> EntriesFound:
        """Close the accounts: a body that is gone, and was not destroyed, is found."""
        for gone in self.gone.values():
            gone.report(self.context)
        for assessment in self.context.judged:
            if self.folds.get(assessment.rpartition("/")[0]) is None:
                self.context.judged[assessment] = False  # not all that rests on it was seen
        return EntriesFound(self.context.found(), self.bodies, len(self.folds), self.proven)
