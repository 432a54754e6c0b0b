"""The rules of the state machine about months, the procedure, time and the store."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from reba.clock import amsterdam_date, instant_text
from reba.facts import HouseholdMonth
from reba.ledger.audit import audit
from reba.ledger.ledger import Ledger
from reba.ledger.ledger import open_ledger as open_our_ledger
from reba.ledger.merkle import Checkpoint
from reba.months import Month
from reba.testing.machine_cases import (
    ACTORS,
    ADULTS,
    CHILDREN,
    HOUSEHOLDS,
    POLICIES,
    facts_of,
    first_day_of,
)
from reba.testing.machine_checks import (
    check_account,
    expect,
    outcome_of,
)
from reba.testing.spreadsheet import ENDS, Event, Release, Sheet

__all__ = ["MonthsMachine", "OpenLedger", "actors", "euros", "households", "index", "months"]

_SNAPSHOTS_MAX = 4
_LAST_DAY = date(2015, 11, 30)  # of the months with a verified amount, some are to come

households = st.sampled_from(HOUSEHOLDS)
euros = st.sampled_from([0, 1, 4999, 5000, 10000, 15000, 20000, 33333, 40000, 120000])
wages = st.sampled_from([0, 10001, 38000, 40000, 41733, 90000])
actors = st.sampled_from(ACTORS)
index = st.integers(0, 7)
months = st.integers(0, 5)


class OpenLedger(Protocol):
    """Opens the ledger at a place; opening it again must show what was booked before."""

    def __call__(self, place: str, *, clock: Callable[[], datetime]) -> Ledger:
        """Open the ledger."""
        ...


class MonthsMachine(RuleBasedStateMachine):
    """Months, the procedure, time and the store in random order, held against a naive model.

    `open_ledger` is what opens the ledger; `reopens` says whether opening a place again shows what
    was booked there, which is not so in memory; `audits` whether the whole is audited at the end.
    `steps`, `histories` and `reached` count what was tried: how often each kind of entry was
    booked, and a command refused with each code.
    """

    open_ledger: ClassVar[OpenLedger] = staticmethod(open_our_ledger)
    reopens: ClassVar[bool] = True
    audits: ClassVar[bool] = True
    steps: ClassVar[int] = 0
    histories: ClassVar[int] = 0
    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="reba-machine-")
        self.place = str(Path(self.folder.name) / "ledger.reba")
        self.now = datetime(2015, 3, 25, 8, tzinfo=UTC)
        self.sheets: dict[str, Sheet] = {}
        self.destroyed: dict[str, dict[str, int]] = {}
        self.opened: dict[str, str] = {}
        self.reported: dict[tuple[str, str], str] = {}
        self.snapshots: list[tuple[str, date | None, str, str]] = []
        self.checkpoints: list[Checkpoint] = []
        self.commands = 0
        self.looked_at = (-1, date.min)
        self.transferred: dict[str, int] = {}
        self.ledger = type(self).open_ledger(self.place, clock=lambda: self.now)
        self.policy, self.clerk_rules = POLICIES[0]

    def teardown(self) -> None:
        """Look at every account once more, and audit the whole against every checkpoint taken."""
        cls = type(self)
        try:
            cls.histories += 1
            cls.reached.update(f"booked: {entry.kind}" for entry in self.ledger.entries())
            if self.looked_at[0] == self.ledger.size():  # otherwise a step was found wrong
                self._look_at(self.sheets)
            if self.audits:
                report = audit(self.ledger, against=self.checkpoints)
                expect("H1", "the audit finds nothing", (), report.findings)
        finally:
            self.ledger.close_store()
            self.folder.cleanup()

    # ── helpers ──────────────────────────────────────────────────────────────────────────────

    @property
    def today(self) -> date:
        """The day in Amsterdam."""
        return amsterdam_date(self.now)

    def _month(self, number: int) -> str:
        return str(Month.of(self.today) - number)

    def _known_month(self, sheet: Sheet, number: int) -> str:
        """Choose a month, mostly one that was assessed."""
        known = sorted(sheet.months)
        if number == 0 or not known:
            return self._month(number)
        return known[number % len(known)]

    def _id(self) -> str:
        self.commands += 1
        return f"machine/{self.commands}"

    def _do(self, invariant_id: str, expected: str | None, command: Callable[[], object]) -> Any:  # noqa: ANN401 (each command returns something else)
        """Carry out a command; hold what it was refused with against what the model says."""
        self.now += timedelta(seconds=1)
        size = self.ledger.size()
        code, result = outcome_of(command)
        expect(invariant_id, "refused with", expected, code)
        if expected is not None:
            type(self).reached[f"refused: {expected}"] += 1
            expect("R5", "a refusal writes nothing", size, self.ledger.size())
        return result

    def _outcome(self, household: str) -> str | None:
        sheet = self.sheets[household]
        if not sheet.months:
            return None
        return sheet.outcome(ADULTS[household], CHILDREN[household], self.today)

    def _release(self, number: int, status: str) -> tuple[Sheet, Release]:
        """Choose a release, mostly one of a status."""
        found = [(s, r) for s in self.sheets.values() for r in s.releases.values()]
        fitting = [(s, r) for s, r in found if r.status == status]
        return (fitting if fitting and number else found)[number % len(fitting or found)]

    # ── the world ────────────────────────────────────────────────────────────────────────────

    @initialize(policy=st.sampled_from(POLICIES), booked=st.sampled_from([*HOUSEHOLDS, None]))
    def start(self, policy: tuple[Any, Any], booked: str | None) -> None:
        """Choose the savings policy of this history, and perhaps what was booked before."""
        self.policy, self.clerk_rules = policy
        if booked is not None:
            self.assess(booked, 1, 40000, 20000)

    @precondition(lambda self: self.today < _LAST_DAY)
    @rule(days=st.sampled_from([1, 5, 31]))
    def time_passes(self, days: int) -> None:
        """Let days go by."""
        self.now += timedelta(days=days)

    @precondition(lambda self: self.reopens)
    @rule()
    def reopen_the_store(self) -> None:
        """Let go of the ledger and open it again: it holds what it held (E2)."""
        before = [self.ledger.account(name).to_record() for name in self.sheets]
        self.ledger.close_store()
        self.ledger = type(self).open_ledger(self.place, clock=lambda: self.now)
        after = [self.ledger.account(name).to_record() for name in self.sheets]
        expect("E2", "the accounts after opening again", before, after)

    @rule()
    def take_a_checkpoint(self) -> None:
        """Keep a checkpoint, to audit against at the end (H2)."""
        self.checkpoints.append(self.ledger.checkpoint())

    @precondition(lambda self: self.sheets and len(self.snapshots) < _SNAPSHOTS_MAX)
    @rule(number=index, back=st.sampled_from([None, 0, 20, 60]))
    def remember(self, number: int, back: int | None) -> None:
        """Remember what is known now about a day, to ask again later (E7)."""
        account = sorted(self.sheets)[number % len(self.sheets)]
        valid_on = None if back is None else self.today - timedelta(days=back)
        known_on = instant_text(self.now)
        self.now += timedelta(seconds=1)
        state = self.ledger.account(account, valid_on=valid_on, known_on=known_on)
        self.snapshots.append((account, valid_on, known_on, json.dumps(state.to_record())))

    # ── months ───────────────────────────────────────────────────────────────────────────────

    @rule(household=households, number=months, wage=wages, came_in=st.none() | euros)
    def assess(self, household: str, number: int, wage: int, came_in: int | None) -> None:
        """Book a month, in any order; the same again books nothing (E1, E6)."""
        month = self._month(number)
        facts = facts_of(household, month, wage, came_in)
        sheet = self.sheets.get(household)
        before = self.reported.get((household, month))
        known, size = json.dumps(facts), self.ledger.size()
        expected = None
        if household in self.destroyed:
            expected = "ledger.destroyed"
        elif before is not None and before != known:
            expected = "ledger.command_conflict"
        elif before is None and sheet is not None and sheet.closed:
            expected = "ledger.account_closed"
        given = HouseholdMonth.model_validate(facts)
        booking = self._do("E1", expected, lambda: self.ledger.assess(given, policy=self.policy))
        if expected is not None:
            return
        if before is not None:
            expect("E1", "the same again", "already_booked", booking.status)
            expect("E1", "the same again writes nothing", size, self.ledger.size())
            return
        sheet = self.sheets.setdefault(household, Sheet(household, self.clerk_rules))
        self.opened.setdefault(household, month)
        self.reported[household, month] = known
        sheet.months[month] = {key: value for key, value in facts.items() if key != "collected"}
        sheet.collected[month] = came_in or 0

    @precondition(lambda self: self.sheets)
    @rule(number=index, month=months, wage=wages, came_in=st.none() | euros)
    def revise(self, number: int, month: int, wage: int, came_in: int | None) -> None:
        """Report other facts about a month (E4, E5)."""
        sheet = self._sheet(number)
        text = self._known_month(sheet, month)
        facts = facts_of(sheet.account, text, wage, came_in)
        given = HouseholdMonth.model_validate(facts)
        expected = None if text in sheet.months else "ledger.not_assessed"
        self._do(
            "E4", expected,
            lambda: self.ledger.revise(
                given, because="corrected_facts", policy=self.policy, command_id=self._id()
            ),
        )  # fmt: skip
        if expected is None:
            sheet.months[text] = {key: value for key, value in facts.items() if key != "collected"}
            if came_in is not None:
                sheet.collected[text] = came_in

    @precondition(lambda self: any(s.pick(("paid",)) for s in self.sheets.values()))
    @rule(number=index)
    def all_turns_out_to_be_nothing(self, number: int) -> None:
        """Let nothing have been earned and nothing come in after all, though savings were paid."""
        paid = [name for name in sorted(self.sheets) if self.sheets[name].pick(("paid",))]
        account = paid[number % len(paid)]
        for month in range(len(self.sheets[account].months)):
            self.revise(sorted(self.sheets).index(account), month + 1, 0, 0)

    @precondition(lambda self: self.sheets)
    @rule(number=index, month=months, cents=st.sampled_from([-15000, -1, 1, 5000, 30000]))
    def collect(self, number: int, month: int, cents: int) -> None:
        """Book what came in later, or was paid back; the same id again books nothing (E1)."""
        sheet = self._sheet(number)
        text = self._known_month(sheet, month)
        expected = None
        if text not in sheet.months:
            expected = "ledger.not_assessed"
        elif sheet.collected[text] + cents < 0:
            expected = "account.collected_below_zero"
        name = self._id()

        def command(amount: int = cents) -> object:
            return self.ledger.collect(
                sheet.account, month=Month.parse(text), amount_cents=amount, command_id=name,
                policy=self.policy,
            )  # fmt: skip

        self._do("C4", expected, command)
        if expected is None:
            sheet.collected[text] += cents
            size = self.ledger.size()
            self._do("E1", None, command)
            expect("E1", "the same command again writes nothing", size, self.ledger.size())
            self._do("E1", "ledger.command_conflict", lambda: command(cents + 7))

    def _sheet(self, number: int) -> Sheet:
        return self.sheets[sorted(self.sheets)[number % len(self.sheets)]]

    # ── the procedure ────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.sheets)
    @rule(
        number=index, member=index, kind=st.sampled_from([*ENDS, "granted", "granted"]),
        final=st.booleans(), back=st.sampled_from([0, 0, 1, 30]),
    )  # fmt: skip
    def record_event(self, number: int, member: int, kind: str, *, final: bool, back: int) -> None:
        """Record an event of a member, final or not (D6)."""
        sheet = self._sheet(number)
        members = [*ADULTS[sheet.account], *CHILDREN[sheet.account]]
        name = members[member % len(members)]
        on = self.today - timedelta(days=back)
        same = [e for e in sheet.events if (e.member, e.type, e.on) == (name, kind, on)]
        expected = None
        if not sheet.months:
            expected = "procedure.unknown_member"
        elif on < first_day_of(sheet, self.opened[sheet.account]):
            expected = "procedure.before_account"
        elif same and (same[-1].final_on is not None or not final):
            expected = "procedure.already_recorded"
        final_on = on if final else None
        found = self._do(
            "R2", expected,
            lambda: self.ledger.record_procedure(
                sheet.account, member=name, type=kind, on=on, final_on=final_on,
                legal_basis="decision", command_id=self._id(),
            ),
        )  # fmt: skip
        if expected is None:
            sheet.events = [event for event in sheet.events if event not in same]
            sheet.events.append(Event(found, name, kind, on, final_on))

    @precondition(lambda self: any(s.months for s in self.sheets.values()))
    @rule(number=index, kind=st.sampled_from(["granted", "granted", "voluntary_return", "died"]))
    def the_procedure_ends(self, number: int, kind: str) -> None:
        """Let the procedure of every adult member end today, the same for all."""
        sheet = self._sheet(number)
        for member in range(len(ADULTS[sheet.account])):
            self.record_event(number, member, kind, final=True, back=0)

    @precondition(lambda self: any(s.events or s.decisions for s in self.sheets.values()))
    @rule(number=index)
    def revoke_event(self, number: int) -> None:
        """Revoke an event or a decision: what rests on it stops."""
        found = [(s, e) for s in self.sheets.values() for e in (*s.events, *s.decisions)]
        self._revoke(*found[number % len(found)])

    def _revoke(self, sheet: Sheet, event: Event) -> None:
        self._do(
            "R2", None,
            lambda: self.ledger.revoke_procedure(
                event.id, because="appeal_upheld", legal_basis="judgment", command_id=self._id()
            ),
        )  # fmt: skip
        sheet.events = [each for each in sheet.events if each.id != event.id]
        sheet.decisions = [each for each in sheet.decisions if each.id != event.id]

    @precondition(lambda self: any(self._outcome(name) for name in self.sheets))
    @rule(number=index, group=st.sampled_from(["granted", "return"]))
    def decide_the_group(self, number: int, group: str) -> None:
        """Decide which group applies to a household with mixed outcomes."""
        sheet = self._sheet(number)
        expected = None if self._outcome(sheet.account) == "mixed" else "procedure.not_mixed"
        rests_on = self.ledger.account(sheet.account).procedure_state.rests_on
        found = self._do(
            "R2", expected,
            lambda: self.ledger.decide_outcome(
                sheet.account, group=group, legal_basis="decision", command_id=self._id()
            ),
        )  # fmt: skip
        if expected is None:
            decision = Event(found, "", group, self.today, None, frozenset(rests_on))
            sheet.decisions.append(decision)

    # ── what always holds ────────────────────────────────────────────────────────────────────

    def _look_at(self, names: Collection[str]) -> None:
        """Hold accounts against their sheets, and against what is always true."""
        for name in names:
            if name in self.sheets:
                state = self.ledger.account(name)
                check_account(state, self.sheets[name], self._outcome(name))
                self.transferred[name] = state.transferred_cents
            elif name in self.destroyed:
                before, totals = self.destroyed[name], self.ledger.account(name).totals()
                expect("H3", f"the totals of {name}", before, {key: totals[key] for key in before})
                self.transferred[name] = totals["transferred_cents"]
        expect("C4", "transfers conserve cents", 0, sum(self.transferred.values()))

    @invariant()
    def accounts_agree_with_the_spreadsheet(self) -> None:
        """Look at the accounts that the step touched, and at all of them on another day.

        What was known before is asked again: the same to the byte (E7).
        """
        type(self).steps += 1
        size, today = self.ledger.size(), self.today
        seen, day = self.looked_at
        touched = {entry.account for entry in self.ledger.entries(max(seen, 0), size)}
        self._look_at({*self.sheets, *self.destroyed} if today != day else touched)
        for account, valid_on, known_on, before in self.snapshots:
            if account in touched:
                state = self.ledger.account(account, valid_on=valid_on, known_on=known_on)
                found = json.dumps(state.to_record())
                expect("E7", f"{account} as known on {known_on}", before, found)
        self.looked_at = (size, today)
