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
from itertools import islice
from typing import Final

from reba.clock import utc_now
from reba.errors import (
    ChoicesError,
    FactsError,
    LawError,
    LedgerError,
    PolicyError,
    RunError,
    SavingsError,
)
from reba.facts import HouseholdMonth
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law, load_law
from reba.ledger.bookings import Booking, Terms, book, refused, repeated
from reba.ledger.collection_desk import CollectionDesk
from reba.ledger.desk import usable_key
from reba.ledger.entries import Draft, Entry
from reba.ledger.prepared import Prepared, prepare
from reba.ledger.revisions import (
    Revision,
    RevisionTerms,
    refused_revision,
    revise_facts,
    revise_months,
)
from reba.ledger.shell import Clock, Decided, Entropy
from reba.ledger.stores import open_store
from reba.months import Month
from reba.savings.policy import SavingsPolicy

__all__ = ["BATCH_HOUSEHOLDS", "Ledger", "open_ledger"]

BATCH_HOUSEHOLDS: Final = 1000
_REFUSALS: Final = (
    ChoicesError, FactsError, LawError, LedgerError, PolicyError, RunError, SavingsError,
)  # fmt: skip

Seen = dict[str, tuple[str, Booking]]


class Ledger(CollectionDesk):
    """The ledger (grootboek) of one organisation: an append-only log with one account a household.

    Args:
        store: where the entries are kept; see `open_ledger`.
        clock: gives the moment of recording; it must be aware of its time zone.
        entropy: gives the random bytes of the salts.

    A ledger is a context manager; leaving it lets go of the store.
    """

    # ── booking ──────────────────────────────────────────────────────────────────────────────

    def assess(
        self,
        facts: HouseholdMonth,
        *,
        policy: SavingsPolicy,
        law: Law | None = None,
        choices: MunicipalChoices | None = None,
        actor: str = "api",
        command_id: str | None = None,
        allow_provisional: bool = False,
    ) -> Booking:
        """Book the assessment (vaststelling) of one household-month, and split what came in.

        Args:
            facts: what is reported about the household in the month.
            policy: the savings policy; its version of the first day of the month applies.
            law: the statutory parameters; by default those shipped.
            choices: the choices of a municipality, for schemes that leave any.
            actor: who asks, as a pseudonym or the name of a system.
            command_id: the idempotency key within the account; by default one per month.
            allow_provisional: book a result that rests on values that are not verified.

        Raises:
            LedgerError: ledger.command_conflict, ledger.already_assessed, ledger.text.
            LawError, PolicyError, RunError, StoreError: see `bookings.book`.
        """
        if command_id is not None:
            usable_key(command_id)
        terms = Terms(law or load_law(), policy, actor, allow_provisional, self.documents, choices)
        self._keep_terms(terms)
        booking = self._book([prepare(facts, terms.law, choices)], terms, command_id=command_id)[0]
        if booking.error is not None:
            raise booking.error
        return booking

    def run_month(
        self,
        households: Iterable[HouseholdMonth],
        *,
        policy: SavingsPolicy,
        law: Law | None = None,
        choices: MunicipalChoices | None = None,
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
        terms = Terms(law or load_law(), policy, actor, allow_provisional, self.documents, choices)
        prepared = (prepare(facts, terms.law, choices) for facts in households)
        yield from self.book(prepared, terms, dry_run=dry_run)

    def book(
        self, prepared: Iterable[Prepared], terms: Terms, *, dry_run: bool = False
    ) -> Iterator[Booking]:
        """Book household-months that were assessed elsewhere, as `run_month` does.

        Raises:
            StoreError, LedgerError: where the ledger itself cannot go on.
        """
        terms = terms._replace(documents=self.documents)
        if not dry_run:
            self._keep_terms(terms)
        source = iter(prepared)
        # What a dry run decides is kept until its end, since the store does not hold it.
        seen: Seen = {}
        while batch := list(islice(source, BATCH_HOUSEHOLDS)):
            yield from self._book(batch, terms, seen=seen if dry_run else None)

    def _keep_terms(self, terms: Terms | RevisionTerms) -> None:
        """Keep the law, the policy and the choices beside the entries that will rest on them."""
        self._keep("law", terms.law)
        self._keep("policy", terms.policy)
        self._keep("choices", terms.choices)

    def _book(
        self,
        batch: Sequence[Prepared],
        terms: Terms,
        *,
        command_id: str | None = None,
        seen: Seen | None = None,
    ) -> list[Booking]:
        def decided() -> Decided[list[Booking]]:
            if seen is None:
                return self._decide(batch, terms, command_id, {})
            return self._decide(batch, terms, command_id, seen)[0], (), {}

        return self._carry_out(decided)

    def _decide(
        self, batch: Sequence[Prepared], terms: Terms, command_id: str | None, seen: Seen
    ) -> Decided[list[Booking]]:
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

    # ── revising ─────────────────────────────────────────────────────────────────────────────

    def revise(
        self,
        facts: HouseholdMonth | Sequence[HouseholdMonth],
        *,
        because: str,
        policy: SavingsPolicy | None = None,
        law: Law | None = None,
        choices: MunicipalChoices | None = None,
        actor: str = "api",
        command_id: str | None = None,
        allow_provisional: bool = False,
        dry_run: bool = False,
    ) -> Revision:
        """Revise months of one household (herziening) with late or corrected facts.

        The reserve and what is due move with it, and later months that rest on it. What was
        released stays released: what is then too much is `overpaid`, which later savings settle.

        Args:
            facts: what is now reported, whole: one for each month revised.
            because: late_facts, corrected_facts, law, objection, court or recomputed.
            policy: the policy for a month that was never split; others keep their own.
            law: the statutory parameters; by default those shipped.
            choices: the choices of a municipality; by default those recorded for the month.
            actor: who asks, as a pseudonym or the name of a system.
            command_id: the idempotency key within the account.
            allow_provisional: book a result that rests on values that are not verified.
            dry_run: decide, and book nothing.

        Raises:
            LedgerError: ledger.unknown_account, ledger.not_assessed, ledger.other_scheme,
                ledger.month_twice, ledger.unknown_reason, ledger.command_conflict.
            LawError, FactsError, RunError, SavingsError: see `revisions.revise_facts`.
        """
        months = [facts] if isinstance(facts, HouseholdMonth) else list(facts)
        revisions = list(
            self.revise_all(
                months, because=because, policy=policy, law=law, choices=choices, actor=actor,
                command_id=command_id, allow_provisional=allow_provisional, dry_run=dry_run,
            )
        )  # fmt: skip
        if len(revisions) != 1:
            msg = f"revise takes the months of one household, not of {len(revisions)}"
            raise ValueError(msg)
        if revisions[0].error is not None:
            raise revisions[0].error
        return revisions[0]

    def revise_all(
        self,
        households: Iterable[HouseholdMonth],
        *,
        because: str,
        policy: SavingsPolicy | None = None,
        law: Law | None = None,
        choices: MunicipalChoices | None = None,
        actor: str = "api",
        command_id: str | None = None,
        allow_provisional: bool = False,
        dry_run: bool = False,
    ) -> Iterator[Revision]:
        """Revise many households, a transaction a batch; a refused one stops nobody else.

        Raises:
            StoreError, LedgerError: where the ledger itself cannot go on.
        """
        law = law or load_law()
        terms = RevisionTerms(
            because, law, policy, actor, self.documents, command_id, allow_provisional, choices
        )
        by_household: dict[str, list[HouseholdMonth]] = {}
        for facts in households:
            by_household.setdefault(facts.household, []).append(facts)

        def decide(account: str, entries: list[Entry]) -> tuple[Revision, list[Draft]]:
            return revise_facts(account, entries, by_household[account], terms)

        yield from self._revise(list(by_household), terms, decide, dry_run=dry_run)

    def revise_months(
        self,
        first: Month,
        last: Month,
        *,
        because: str = "law",
        law: Law | None = None,
        choices: MunicipalChoices | None = None,
        actor: str = "api",
        allow_provisional: bool = False,
        dry_run: bool = False,
        accounts: Sequence[str] | None = None,
    ) -> Iterator[Revision]:
        """Revise a range of months of every account under another law, on the recorded facts.

        Args:
            first: the first month.
            last: the last month.
            because: law; or recomputed, to make right under the recorded law what an audit found.
            law: the law that turned out to apply; None for the recorded one.
            choices: the choices that turned out to apply; None for the recorded ones.
            actor: who asks.
            allow_provisional: book results that rest on values that are not verified.
            dry_run: decide, and book nothing.
            accounts: the accounts to revise; by default all of them.

        Raises:
            StoreError, LedgerError: where the ledger itself cannot go on.
        """
        terms = RevisionTerms(
            because, law, None, actor, self.documents, None, allow_provisional, choices
        )

        def decide(account: str, entries: list[Entry]) -> tuple[Revision, list[Draft]]:
            return revise_months(account, entries, first, last, terms)

        known = list(self.accounts()) if accounts is None else list(accounts)
        yield from self._revise(known, terms, decide, dry_run=dry_run)

    def _revise(
        self,
        accounts: Sequence[str],
        terms: RevisionTerms,
        decide: Callable[[str, list[Entry]], tuple[Revision, list[Draft]]],
        *,
        dry_run: bool,
    ) -> Iterator[Revision]:
        source = iter(accounts)
        while batch := list(islice(source, BATCH_HOUSEHOLDS)):
            yield from self._revise_batch(batch, terms, decide, dry_run=dry_run)

    def _revise_batch(
        self,
        batch: Sequence[str],
        terms: RevisionTerms,
        decide: Callable[[str, list[Entry]], tuple[Revision, list[Draft]]],
        *,
        dry_run: bool,
    ) -> list[Revision]:
        def decided() -> Decided[list[Revision]]:
            held = self._store.read_accounts(batch)
            revisions: list[Revision] = []
            drafts: list[Draft] = []
            for account in batch:
                try:
                    revision, new = decide(account, held.get(account, []))
                except _REFUSALS as error:
                    revisions.append(refused_revision(account, error))
                    continue
                revisions.append(revision)
                drafts.extend(new)
            if dry_run or not drafts:
                return revisions, (), {}
            self._keep_terms(terms)
            return revisions, drafts, {account: len(entries) for account, entries in held.items()}

        return self._carry_out(decided)


def _new_origin() -> str:
    return f"reba-ledger/{os.urandom(8).hex()}"


def open_ledger(
    place: str | os.PathLike[str],
    *,
    create: bool = True,
    read_only: bool = False,
    clock: Clock = utc_now,
    entropy: Entropy = os.urandom,
) -> Ledger:
    """Open the ledger (grootboek) at a path; where there is none, make one.

    Args:
        place: the path of a SQLite file; ":memory:" for a ledger that lives with the process; or
            "postgresql://user@host/database?schema=name", a schema on a server (extra `postgres`).
        create: make a ledger where there is none.
        read_only: never write; for audits.
        clock: gives the moment of recording.
        entropy: gives the random bytes of the salts.

    Raises:
        LedgerError: ledger.not_found, ledger.not_a_ledger, ledger.newer_schema, ledger.damaged.
        StoreError: store.url, store.permission, store.locked, store.guard, store.io; and of a
            server store.connection, store.owner.
        UsageError: usage.extra.

    >>> with open_ledger(":memory:") as ledger:
    ...     ledger.size(), ledger.checkpoint().size
    (0, 0)
    """
    store = open_store(place, create=create, read_only=read_only, new_origin=_new_origin)
    return Ledger(store, clock=clock, entropy=entropy)
