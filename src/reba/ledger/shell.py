"""The shell around the core: the clock, the store, and the one way commands reach it. No rule.

1. A command reads what stands, decides with pure functions, and appends all of it or nothing.
2. Appending is compare-and-set on the size: when another writer came first, it decides again.
3. The law and the policy that a decision rests on are kept beside the entries, by their digest.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import takewhile
from types import TracebackType
from typing import Final, Self, TypeAlias, TypeVar

from reba.canonical import canonical_text, text_digest
from reba.clock import amsterdam_date, instant_text, known_until, utc_now
from reba.errors import LedgerError, StoreError
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.accounts import AccountFold, AccountState, fold
from reba.ledger.desk import Asked, Desk
from reba.ledger.destroyed_fold import DESTROYED
from reba.ledger.documents import choices_from, law_from, policy_from
from reba.ledger.entries import Draft, Entry
from reba.ledger.merkle import Checkpoint, root_from
from reba.ledger.proofs import InclusionProof, prove
from reba.ledger.receipts import Receipt, make_receipt
from reba.ledger.sealing import SALT_BYTES, seal
from reba.ledger.stores.protocol import Store
from reba.ledger.stores.turns import turn
from reba.savings.policy import SavingsPolicy

__all__ = ["Clock", "Decided", "Entropy", "KeptDocuments", "LedgerShell"]

_TRIES: Final = 20
_T = TypeVar("_T")

Decided: TypeAlias = tuple[_T, Sequence[Draft], Mapping[str, int]]
"""What became of it, what is to be appended, and the last version of each account it rests on."""

Clock = Callable[[], datetime]
Entropy = Callable[[int], bytes]


class KeptDocuments:
    """The laws and policies that a store keeps, read once each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._laws: dict[str, Law] = {}
        self._policies: dict[str, SavingsPolicy] = {}
        self._choices: dict[str, MunicipalChoices] = {}

    def _text(self, kind: str, digest: str) -> str:
        """Return a document as it was kept: a decision never rests on a damaged one."""
        text = self._store.get_document(kind, digest)
        if text_digest(text) != digest:
            raise LedgerError("ledger.document_digest", kind=kind, digest=digest)
        return text

    def law(self, digest: str) -> Law:
        """Return a law that was kept.

        Raises:
            LedgerError: ledger.document_missing, ledger.document_digest.
        """
        law = self._laws.get(digest)
        if law is None:
            law = law_from(self._text("law", digest))
            self._laws[digest] = law
        return law

    def choices(self, digest: str) -> MunicipalChoices:
        """Return the choices of a municipality that were kept.

        Raises:
            LedgerError: ledger.document_missing, ledger.document_digest.
        """
        choices = self._choices.get(digest)
        if choices is None:
            text = self._text("choices", digest)
            choices = self._choices[digest] = choices_from(text)
        return choices

    def policy(self, digest: str) -> SavingsPolicy:
        """Return a policy that was kept.

        Raises:
            LedgerError: ledger.document_missing, ledger.document_digest.
        """
        policy = self._policies.get(digest)
        if policy is None:
            text = self._text("policy", digest)
            policy = self._policies[digest] = policy_from(text)
        return policy


class LedgerShell:
    """A ledger that is read, and the way in which commands reach it.

    Args:
        store: where the entries are kept; see `open_ledger`.
        clock: gives the moment of recording; it must be aware of its time zone.
        entropy: gives the random bytes of the salts.
    """

    def __init__(
        self, store: Store, *, clock: Clock = utc_now, entropy: Entropy = os.urandom
    ) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._documents = KeptDocuments(store)
        self._kept: set[str] = set()

    @property
    def place(self) -> str:
        """Where the ledger is kept."""
        return self._store.place

    @property
    def store(self) -> Store:
        """The store, for those who verify or copy it."""
        return self._store

    @property
    def documents(self) -> KeptDocuments:
        """The laws and policies that entries name by their digest."""
        return self._documents

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close_store()

    def close_store(self) -> None:
        """Let go of the store."""
        self._store.close()

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def today(self) -> date:
        """Return the calendar date in Amsterdam."""
        return amsterdam_date(self._clock())

    def size(self) -> int:
        """Return the number of entries."""
        return self._store.size()

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Yield the entries in order of `seq`."""
        return self._store.read(start, stop)

    def accounts(self) -> Iterator[str]:
        """Yield the ids of the accounts."""
        return self._store.accounts()

    def history(
        self, account: str, *, known_on: date | datetime | str | None = None
    ) -> tuple[Entry, ...]:
        """Return the entries of an account in order of recording (geschiedenis).

        Args:
            account: the household id.
            known_on: leave out what was recorded after this Amsterdam date, or this instant.

        Raises:
            LedgerError: ledger.unknown_account where nothing was known then.
            MonthError: month.date_format.
        """
        entries = self._store.read_accounts([account]).get(account, [])
        if known_on is not None:
            until = known_until(known_on)
            entries = list(takewhile(lambda entry: entry.recorded_at <= until, entries))
        if not entries:
            raise LedgerError("ledger.unknown_account", account=account)
        return tuple(entries)

    def account(
        self,
        account: str,
        *,
        valid_on: date | None = None,
        known_on: date | datetime | str | None = None,
    ) -> AccountState:
        """Return the state of an account (rekening): what was known on one day about another.

        Args:
            account: the household id.
            valid_on: the day asked about: what takes effect later is left out; by default all of
                it, with the procedure as it stands today, or on the day of `known_on`.
            known_on: leave out what was recorded after this Amsterdam date, or this instant.

        Raises:
            LedgerError: ledger.unknown_account where nothing was known then; ledger.destroyed
                where more is asked than the totals that are left.
            MonthError: month.date_format.
        """
        entries = self.history(account, known_on=known_on)
        if valid_on is not None or known_on is not None:
            self._require_told(account, valid_on, known_on)
        return fold(entries, on=self._asked_day(valid_on, known_on), valid_on=valid_on)

    def _require_told(
        self, account: str, valid_on: date | None, known_on: date | datetime | str | None
    ) -> None:
        """Refuse to tell of a time before the records of an account were destroyed."""
        last = self.history(account)[-1]
        if last.kind != DESTROYED:
            return
        later = valid_on is not None and last.effective > valid_on.isoformat()
        if later or (known_on is not None and last.recorded_at > known_until(known_on)):
            AccountFold.over(account, self.history(account))

    def _asked_day(self, valid_on: date | None, known_on: date | datetime | str | None) -> date:
        """Return the day on which a procedure is looked at."""
        if valid_on is not None:
            return valid_on
        return self.today() if known_on is None else amsterdam_date(known_until(known_on))

    def checkpoint(self) -> Checkpoint:
        """Return the checkpoint (ijkpunt): origin, size and root; keep it somewhere else."""
        size = self.size()  # asked once: it may grow meanwhile
        return Checkpoint(self._store.origin(), size, root_from(self._store.subtree, size))

    def prove(self, seq: int, *, size: int | None = None) -> InclusionProof:
        """Prove that an entry stands in the ledger (bewijzen), without showing what it says.

        Args:
            seq: the number of the entry.
            size: the size of the ledger at which it is proven; by default the present one.

        Raises:
            LedgerError: ledger.unknown_entry.
        """
        return prove(self._store, seq, size)

    def receipt(
        self,
        account: str | None = None,
        *,
        seq: int | None = None,
        checkpoint: str | None = None,
    ) -> Receipt:
        """Make the receipt (ontvangstbewijs) of an account, or of one entry.

        Args:
            account: the household id.
            seq: the number of the entry; either this or the account.
            checkpoint: the text of a checkpoint of this ledger, signed or not, of the present or
                an earlier size; by default the present one, unsigned.

        Raises:
            LedgerError: ledger.unknown_account, ledger.unknown_entry, ledger.checkpoint,
                ledger.damaged.
            ReceiptError: receipt.checkpoint, receipt.body_missing.
        """
        return make_receipt(self._store, account=account, seq=seq, checkpoint=checkpoint)

    # ── writing ──────────────────────────────────────────────────────────────────────────────

    def _keep(self, kind: str, document: Law | SavingsPolicy | MunicipalChoices | None) -> None:
        """Keep a document beside the entries that rest on it; once is enough."""
        if document is not None and document.digest not in self._kept:
            text = canonical_text(document.to_record())
            self._store.put_document(kind, document.digest, text)
            self._kept.add(document.digest)

    def _append(self, drafts: Sequence[Draft], versions: Mapping[str, int], size: int) -> bool:
        """Append, or say that another writer came first."""
        entries = seal(
            drafts,
            first_seq=size,
            versions=versions,
            recorded_at=instant_text(self._clock()),
            salts=self._entropy(SALT_BYTES * len(drafts)),
        )
        try:
            if entries[0].kind == DESTROYED:
                self._store.erase(entries[0], expected_size=size)
            else:
                self._store.append(entries, expected_size=size)
        except LedgerError as error:
            if error.code != "ledger.head_moved":
                raise
            return False
        return True

    def _carry_out(self, decide: Callable[[], Decided[_T]]) -> _T:
        """Append what is decided; where another writer came first, decide again on what stands.

        Raises:
            StoreError: store.locked where others keep coming first.
        """
        for lost in range(_TRIES):
            with turn(self._store, lost):
                size = self._store.size()
                result, drafts, versions = decide()
                if not drafts or self._append(drafts, versions, size):
                    return result
        raise StoreError("store.locked", place=self.place)

    def _command(
        self,
        asked: Asked,
        accounts: Sequence[str],
        decide: Callable[[Desk], object],
        *,
        policy: SavingsPolicy | None = None,
    ) -> tuple[str, ...]:
        """Carry out a command on accounts; return the ids of its entries, now or before."""

        def decided() -> Decided[tuple[str, ...]]:
            desk = self._desk(asked, accounts)
            before = desk.repeated()
            if before:
                return before, (), {}
            decide(desk)
            if desk.drafts():
                self._keep("policy", policy)
            return desk.added(), desk.drafts(), desk.versions()

        return self._carry_out(decided)

    def _desk(self, asked: Asked, accounts: Sequence[str]) -> Desk:
        held = self._store.read_accounts(accounts)
        return Desk(asked, accounts, held, self.today(), self._documents)
