"""Draw what is given to each command of a history, from an account as it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from reba.facts import Scheme
from reba.law.choices import MunicipalChoices
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.ledger.account_commands import REOPENING_REASONS, TRANSFER_REASONS
from reba.ledger.account_state import AccountState
from reba.ledger.collection_commands import WRITE_OFF_REASONS
from reba.ledger.release_commands import CLOSING_CASES, REJECTION_REASONS, RETURN_REASONS
from reba.ledger.revisions import GIVEN_REASONS
from reba.money import format_euros
from reba.months import Month
from reba.savings.policy import SavingsPolicy
from reba.savings.procedure import GROUPS, REVOCATION_REASONS
from reba.testing.strategies._commands import Command, MovingClock, memory_ledger
from reba.testing.strategies._procedures import event_names_on
from reba.testing.strategies._support import Case

__all__ = ["Givens", "Plan"]

_ACTORS: Final = ("anna", "kees")
_BASIS: Final = "a decision made for tests"
_DIGEST: Final = "ab" * 32
_TERM: Final = "P1M"
_TERM_DAYS: Final = 40
_DAYS: Final = st.sampled_from([0, 1, 5, 31])
_WAGES: Final = {
    REBA_2008: st.sampled_from([40_000, 60_000, 73_201, 0]) | st.integers(0, 150_000),
}
_OTHER_WAGES: Final = st.sampled_from([180_000, 100_000, 0]) | st.integers(0, 300_000)
_CAME_IN: Final = st.sampled_from([20_000, None, 30_000, 44_595]) | st.integers(0, 60_000)
_OWNED: Final = st.sampled_from([None, None, 660_000])
_PEOPLE: Final = st.sampled_from([(1, 0), (1, 0), (1, 0), (2, 0), (2, 1)])
_BOOLEANS: Final = st.booleans()
# The ends after which savings are released, and closed accounts paid out.
_OFTEN: Final = ("granted",) * 8 + ("voluntary_return",) * 6 + ("died",)
# The ways of a household from its first month on; a history begins with one of them, or with none.
_WAYS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    (
        "assess", "record_procedure", "request_release", "approve_release", "pay_release",
        "revise", "recover",
    ),
    (
        "assess", "collect", "write_off", "record_procedure", "close", "approve_release",
        "pay_release", "destroy",
    ),
    ("assess", "invoice_month", "remind", "write_off"),
    ("assess", "record_procedure", "request_release", "approve_release", "pay_release",
     "return_release", "transfer"),
)  # fmt: skip


class Plan(NamedTuple):
    """What a history is drawn for: how long, for whom, in which months."""

    scheme: Scheme
    min_size: int
    max_size: int
    max_accounts: int
    allow_destruction: bool

    @property
    def first_day(self) -> date:
        """The day of the first command, in a time with verified amounts."""
        return date(2015, 3, 2) if self.scheme == REBA_2008 else date(2025, 12, 1)

    @property
    def months(self) -> list[str]:
        """The months that may be booked."""
        first = Month(2015, 1) if self.scheme == REBA_2008 else Month(2025, 10)
        return [str(first + n) for n in range(12 if self.scheme == REBA_2008 else 3)]


class Givens:
    """Draws one history: what may be asked next is read from the accounts as they stand."""

    def __init__(
        self, draw: st.DrawFn, plan: Plan, policy: SavingsPolicy, choices: MunicipalChoices | None
    ) -> None:
        self.draw = draw
        self.plan = plan
        self.policy = policy
        self.choices = choices
        self.day = plan.first_day
        self.clock = MovingClock(datetime(1970, 1, 1, tzinfo=UTC))
        self.ledger = memory_ledger(clock=self.clock)
        number = draw(st.sampled_from([1, 1, *range(1, plan.max_accounts + 1)]))
        self.accounts = [f"H-{n + 1}" for n in range(number)]
        self.people: dict[str, tuple[tuple[int, int], int | None]] = {}
        self.commands: list[Command] = []
        self.way = list(draw(st.sampled_from(_WAYS)))
        self.tried: int = 0

    # ── small things ─────────────────────────────────────────────────────────────────────────

    def one_of(self, values: Any) -> Any:  # noqa: ANN401 (whatever is chosen from)
        return self.draw(st.sampled_from(list(values)))

    def amount(self, most: int) -> int:
        """Draw an amount in cents; all of it is as simple as a cent."""
        return (
            self.one_of([most, most, 1])
            if self.draw(_BOOLEANS)
            else self.draw(st.integers(1, most))
        )

    def id(self) -> str:
        return f"test/{self.tried}"

    def month_where(self, state: AccountState, fits: Callable[[Any], bool]) -> str:
        return str(self.one_of([month.month for month in state.months if fits(month)]))

    # ── months ───────────────────────────────────────────────────────────────────────────────

    def facts(self, account: str, month: str) -> Case:
        """Draw the facts of a household for a month; its members stay who they are."""
        if account not in self.people:
            is_reba = self.plan.scheme == REBA_2008
            self.people[account] = self.draw(_PEOPLE), self.draw(_OWNED) if is_reba else None
        (adults, children), owned = self.people[account]
        wage = self.draw(_WAGES.get(self.plan.scheme, _OTHER_WAGES))
        members: list[Case] = []
        for number in range(adults + children):
            born = "1985-01-01" if number < adults else "2010-05-05"
            member: Case = {"id": f"P-{number + 1}", "born": born}
            if self.plan.scheme == REBA_2008:
                member |= {"residence_status": "permit_holder", "obligations": "0.00"}
            if number == 0 and wage:
                member["income"] = [{"kind": "earnings", "net": format_euros(wage)}]
            members.append(member)
        case: Case = {
            "scheme": self.plan.scheme, "month": month, "household": account, "members": members,
        }  # fmt: skip
        if owned is not None:
            case["assets"] = {
                "at_start": format_euros(owned * (1 + (adults > 1))), "debts_at_start": "0.00",
                "started_on": "2014-12-01", "charged_before": "0.00",
            }  # fmt: skip
        case["provisions"] = {"shelter": True, "catering": False}
        came_in = self.draw(_CAME_IN)
        if came_in is not None:
            case["collected"] = format_euros(came_in)
        return case

    def assess(self, account: str, state: AccountState | None) -> Case:
        return {"facts": self.facts(account, self.one_of(self._free_months(state)))}

    def _free_months(self, state: AccountState | None) -> list[str]:
        months = () if state is None else state.months
        booked = {month.month for month in months if month.assessed_by}
        this = str(Month.of(self.day))
        return [month for month in self.plan.months if month <= this and month not in booked]

    def revise(self, account: str, state: AccountState) -> Case:
        month = self.month_where(state, lambda each: each.assessed_by)
        because = self.one_of(GIVEN_REASONS)
        return {"facts": self.facts(account, month), "because": because, "command_id": self.id()}

    def collect(self, account: str, state: AccountState) -> Case:
        month = self.month_where(state, lambda each: each.assessed_by)
        standing = next(each for each in state.months if each.month == month)
        back = min(standing.overcollected_cents, standing.collected_cents)
        amount = self.amount(standing.receivable_cents or 30_000)
        if back or (standing.collected_cents and self.draw(_BOOLEANS)):
            amount = -self.amount(back or standing.collected_cents)
        return {
            "account": account, "month": month, "amount_cents": amount, "command_id": self.id(),
        }  # fmt: skip

    # ── the procedure ────────────────────────────────────────────────────────────────────────

    def record_procedure(self, account: str, state: AccountState) -> Case:
        waiting = state.procedure_state.waiting_for
        known = sorted({event.member for event in state.events} | set(waiting)) or ["P-1"]
        return {
            "account": account,
            "member": self.one_of(waiting or known),
            "type": self.one_of([*_OFTEN, *event_names_on(self.day)]),
            "final_on": None if self.one_of([0, 0, 0, 1]) else self.day.isoformat(),
            "legal_basis": _BASIS,
            "command_id": self.id(),
        }

    def decide_outcome(self, account: str, state: AccountState) -> Case:
        del state
        return {
            "account": account, "group": self.one_of(GROUPS), "legal_basis": _BASIS,
            "command_id": self.id(),
        }  # fmt: skip

    def revoke_procedure(self, account: str, state: AccountState) -> Case:
        del account
        event = self.one_of([each.event for each in state.events])
        because = self.one_of(REVOCATION_REASONS)
        return {
            "event": event, "because": because, "legal_basis": _BASIS, "command_id": self.id(),
        }  # fmt: skip

    # ── releases ─────────────────────────────────────────────────────────────────────────────

    def options(self, account: str) -> list[Any]:
        options = self.ledger.release_options(account, policy=self.policy, on=self.day)
        return [option for option in options if option.most_cents > 0]

    def request_release(self, account: str, state: AccountState) -> Case:
        del state
        option = self.one_of(self.options(account))
        return {
            "account": account, "purpose": option.purpose,
            "amount_cents": self.amount(option.most_cents), "evidence": _DIGEST,
            "actor": _ACTORS[0], "command_id": self.id(),
        }  # fmt: skip

    def approve_release(self, account: str, state: AccountState) -> Case:
        del account
        release = self.one_of([r for r in state.releases if r.status == "requested"])
        return {
            "release": release.release,
            "amount_cents": self.one_of([None, None, max(1, release.amount_cents // 2)]),
            "actor": _ACTORS[1],
            "command_id": self.id(),
        }

    def reject_release(self, account: str, state: AccountState) -> Case:
        del account
        held = [r.release for r in state.releases if r.status in {"requested", "approved"}]
        because = self.one_of(REJECTION_REASONS)
        return {"release": self.one_of(held), "because": because, "command_id": self.id()}

    def pay_release(self, account: str, state: AccountState) -> Case:
        del account
        approved = [r.release for r in state.releases if r.status == "approved"]
        return {"releases": self.one_of(approved), "batch": "B-1", "command_id": self.id()}

    def return_release(self, account: str, state: AccountState) -> Case:
        del account
        paid = [r.release for r in state.releases if r.status == "paid"]
        because = self.one_of(RETURN_REASONS)
        return {"release": self.one_of(paid), "because": because, "command_id": self.id()}

    # ── whole accounts ───────────────────────────────────────────────────────────────────────

    def close(self, account: str, state: AccountState) -> Case:
        cases = [case for case, needed in CLOSING_CASES.items() if needed == state.outcome]
        return {
            "account": account, "case": self.one_of(cases), "legal_basis": _BASIS,
            "evidence": _DIGEST, "actor": _ACTORS[0], "command_id": self.id(),
        }  # fmt: skip

    def reopen(self, account: str, state: AccountState) -> Case:
        del state
        because = self.one_of(REOPENING_REASONS)
        return {
            "account": account, "because": because, "legal_basis": _BASIS,
            "command_id": self.id(),
        }  # fmt: skip

    def transfer(self, account: str, state: AccountState) -> Case:
        target = self.one_of([each for each in self.accounts if each != account])
        return {
            "source": account, "target": target,
            "amount_cents": self.amount(state.available_cents),
            "because": self.one_of(TRANSFER_REASONS), "legal_basis": _BASIS,
            "command_id": self.id(),
        }  # fmt: skip

    def set_off(self, account: str, state: AccountState) -> Case:
        month = self.month_where(state, lambda each: each.receivable_cents)
        due = next(each.receivable_cents for each in state.months if each.month == month)
        return {
            "account": account, "month": month,
            "amount_cents": self.amount(min(due, state.available_cents)), "legal_basis": _BASIS,
            "command_id": self.id(),
        }  # fmt: skip

    def recover(self, account: str, state: AccountState) -> Case:
        return {
            "account": account, "amount_cents": self.amount(state.overpaid_cents),
            "legal_basis": _BASIS, "command_id": self.id(),
        }  # fmt: skip

    def destroy(self, account: str, state: AccountState) -> Case:
        del state
        self.day += timedelta(days=_TERM_DAYS)
        return {
            "account": account, "legal_basis": _BASIS, "term": _TERM, "command_id": self.id(),
        }  # fmt: skip

    # ── collection ───────────────────────────────────────────────────────────────────────────

    def invoice_month(self, account: str, state: AccountState) -> Case:
        del account
        month = self.month_where(state, lambda each: each.to_invoice)
        return {"month": month, "due_on": (self.day + timedelta(days=14)).isoformat()}

    def remind(self, account: str, state: AccountState) -> Case:
        month = self.month_where(state, self._is_overdue)
        return {"account": account, "month": month, "command_id": self.id()}

    def _is_overdue(self, month: Any) -> bool:  # noqa: ANN401 (the state of a month)
        return bool(month.receivable_cents and (month.due_on or "9") <= self.day.isoformat())

    def write_off(self, account: str, state: AccountState) -> Case:
        month = self.month_where(state, lambda each: each.receivable_cents)
        due = next(each.receivable_cents for each in state.months if each.month == month)
        return {
            "account": account, "month": month, "amount_cents": self.amount(due),
            "because": self.one_of(WRITE_OFF_REASONS), "legal_basis": _BASIS,
            "command_id": self.id(),
        }  # fmt: skip
