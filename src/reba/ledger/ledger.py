"""The ledger: the shell around the core. It holds the clock and the store, and no rule.

1. A command reads what stands, decides with pure functions, and appends all of it or nothing.
2. The same command again books nothing and says so; the same command with other content is
   refused. A household-month is booked exactly once.
3. Appending is compare-and-set on the size: when another writer came first, it decides again.
4. The law and the policy that a decision rests on are kept beside the entries, by their digest.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from types import TracebackType
from typing import Final, Self

from reba.canonical import canonical_text
from reba.errors import (
    FactsError,
    LawError,
    LedgerError,
    PolicyError,
    RunError,
    SavingsError,
    StoreError,
)
from reba.facts import HouseholdMonth
from reba.law.parameters import Law, load_law
from reba.ledger.accounts import AccountState, fold
from reba.ledger.bookings import Booking, Terms, book, refused, repeated
from reba.ledger.entries import Draft, Entry
from reba.ledger.merkle import Checkpoint, root_from
from reba.ledger.prepared import Prepared, prepare
from reba.ledger.sealing import SALT_BYTES, seal
from reba.ledger.stores import open_store
from reba.ledger.stores.protocol import Store
from reba.savings.policy import SavingsPolicy

__all__ = ["BATCH_HOUSEHOLDS", "Ledger", "open_ledger"]

BATCH_HOUSEHOLDS: Final = 1000
_TRIES: Final = 20
_REFUSALS: Final = (FactsError, LawError, LedgerError, PolicyError, RunError, SavingsError)

Clock = Callable[[], datetime]
Entropy = Callable[[int], bytes]
Seen = dict[str, tuple[str, Booking]]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Ledger:
    """The ledger (grootboek) of one organisation: an append-only log with one account a household.

    Args:
        store: where the entries are kept; see `open_ledger`.
        clock: gives the moment of recording; it must be aware of its time zone.
        entropy: gives the random bytes of the salts.

    A ledger is a context manager; leaving it closes the store.
    """

    def __init__(
        self, store: Store, *, clock: Clock = _utc_now, entropy: Entropy = os.urandom
    ) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy

    @property
    def place(self) -> str:
        """Where the ledger is kept."""
        return self._store.place

    @property
    def store(self) -> Store:
        """The store, for those who verify or copy it."""
        return self._store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def size(self) -> int:
        """Return the number of entries."""
        return self._store.size()

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Yield the entries in order of `seq`."""
        return self._store.read(start, stop)

    def accounts(self) -> Iterator[str]:
        """Yield the ids of the accounts."""
        return self._store.accounts()

    def account(self, account: str) -> AccountState:
        """Return the state of an account (rekening), folded from its entries.

        Raises:
            LedgerError: ledger.unknown_account.
        """
        entries = self._store.read_accounts([account]).get(account)
        if not entries:
            raise LedgerError("ledger.unknown_account", account=account)
        return fold(entries)

    def checkpoint(self) -> Checkpoint:
        """Return the checkpoint (ijkpunt): origin, size and root; keep it somewhere else."""
        return Checkpoint(
            self._store.origin(), self.size(), root_from(self._store.subtree, self.size())
        )

    # ── booking ──────────────────────────────────────────────────────────────────────────────

    def assess(
        self,
        facts: HouseholdMonth,
        *,
        policy: SavingsPolicy,
        law: Law | None = None,
        actor: str = "api",
        command_id: str | None = None,
        allow_provisional: bool = False,
    ) -> Booking:
        """Book the assessment (vaststelling) of one household-month, and split what came in.

        Args:
            facts: what is reported about the household in the month.
            policy: the savings policy; its version of the first day of the month applies.
            law: the statutory parameters; by default those shipped.
            actor: who asks, as a pseudonym or the name of a system.
            command_id: the idempotency key within the account; by default one per month.
            allow_provisional: book a result that rests on values that are not verified.

        Raises:
            LedgerError: ledger.command_conflict, ledger.already_assessed, ledger.later_month.
            LawError, PolicyError, RunError, StoreError: see `bookings.book`.
        """
        terms = Terms(law or load_law(), policy, actor, allow_provisional)
        self._keep(terms)
        booking = self._book([prepare(facts, terms.law)], terms, command_id=command_id)[0]
        if booking.error is not None:
            raise booking.error
        return booking

    def run_month(
        self,
        households: Iterable[HouseholdMonth],
        *,
        policy: SavingsPolicy,
        law: Law | None = None,
        actor: str = "run",
        allow_provisional: bool = False,
        dry_run: bool = False,
    ) -> Iterator[Booking]:
        """Book many household-months, a transaction a batch, each exactly once.

        Yields what became of each, in the order given; a refused one carries its error and
        stops nobody else. Stopped at any instant and started again, it ends as if it had never
        stopped. With `dry_run` everything is decided and nothing is written.

        Raises:
            StoreError, LedgerError: where the ledger itself cannot go on.
        """
        terms = Terms(law or load_law(), policy, actor, allow_provisional)
        prepared = (prepare(facts, terms.law) for facts in households)
        yield from self.book(prepared, terms, dry_run=dry_run)

    def book(
        self, prepared: Iterable[Prepared], terms: Terms, *, dry_run: bool = False
    ) -> Iterator[Booking]:
        """Book household-months that were assessed elsewhere, as `run_month` does.

        Raises:
            StoreError, LedgerError: where the ledger itself cannot go on.
        """
        if not dry_run:
            self._keep(terms)
        source = iter(prepared)
        # What a dry run decides is kept until its end, since the store does not hold it.
        seen: Seen = {}
        while batch := list(islice(source, BATCH_HOUSEHOLDS)):
            yield from self._book(batch, terms, seen=seen if dry_run else None)

    def _keep(self, terms: Terms) -> None:
        """Keep the law and the policy beside the entries that will rest on them."""
        self._store.put_document("law", terms.law.digest, canonical_text(terms.law.to_record()))
        policy_text = canonical_text(terms.policy.to_record())
        self._store.put_document("policy", terms.policy.digest, policy_text)

    def _book(
        self,
        batch: Sequence[Prepared],
        terms: Terms,
        *,
        command_id: str | None = None,
        seen: Seen | None = None,
    ) -> list[Booking]:
        for _ in range(_TRIES):
            size = self._store.size()
            decided = {} if seen is None else seen
            bookings, drafts, versions = self._decide(batch, terms, command_id, decided)
            if seen is not None or not drafts:
                return bookings
            try:
                self._append(drafts, versions, size)
            except LedgerError as error:
                if error.code != "ledger.head_moved":
                    raise
                continue
            return bookings
        raise StoreError("store.locked", place=self.place)

    def _decide(
        self, batch: Sequence[Prepared], terms: Terms, command_id: str | None, seen: Seen
    ) -> tuple[list[Booking], list[Draft], dict[str, int]]:
        held = self._store.read_accounts([prepared.household for prepared in batch])
        drafts: list[Draft] = []
        bookings: list[Booking] = []
        for prepared in batch:
            household = prepared.household
            if household in seen:  # decided before, and not in the store yet
                bookings.append(repeated(prepared, seen[household]))
                continue
            try:
                booking, new = book(prepared, held.get(household, []), terms, command_id)
            except _REFUSALS as error:
                bookings.append(refused(prepared, error))
                continue
            if new:
                seen[household] = prepared.facts_json, booking
            bookings.append(booking)
            drafts.extend(new)
        return bookings, drafts, {account: len(entries) for account, entries in held.items()}

    def _append(self, drafts: Sequence[Draft], versions: dict[str, int], size: int) -> None:
        entries = seal(
            drafts,
            first_seq=size,
            versions=versions,
            recorded_at=_instant(self._clock()),
            salts=self._entropy(SALT_BYTES * len(drafts)),
        )
        self._store.append(entries, expected_size=size)


def _new_origin() -> str:
    return f"reba-ledger/{os.urandom(8).hex()}"


def open_ledger(
    place: str | os.PathLike[str],
    *,
    create: bool = True,
    read_only: bool = False,
    clock: Clock = _utc_now,
    entropy: Entropy = os.urandom,
) -> Ledger:
    """Open the ledger (grootboek) at a path; where there is none, make one.

    Args:
        place: the path of a SQLite file, or ":memory:" for a ledger that lives with the process.
        create: make a ledger where there is none.
        read_only: never write; for audits.
        clock: gives the moment of recording.
        entropy: gives the random bytes of the salts.

    Raises:
        LedgerError: ledger.not_found, ledger.not_a_ledger, ledger.newer_schema, ledger.damaged.
        StoreError: store.url, store.permission, store.locked, store.guard, store.io.

    >>> with open_ledger(":memory:") as ledger:
    ...     ledger.size(), ledger.checkpoint().size
    (0, 0)
    """
    store = open_store(place, create=create, read_only=read_only, new_origin=_new_origin)
    return Ledger(store, clock=clock, entropy=entropy)
