"""Collecting what is due: invoice, remind, write off; who owes what for how long (C4, E1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reba import HouseholdMonth, Ledger, Month, RebaError, audit, load_policy, open_ledger
from unit.test_cli import POLICY, reba
from unit.test_ledger import WORKER

MARCH = Month(2015, 3)
LAW = "decision of 3 June 2015"


class Clock:
    now = datetime(2015, 4, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    with open_ledger(":memory:", clock=clock) as opened:
        for household, collected in (("H-1", "0.00"), ("H-2", "120.00"), ("H-3", "300.00")):
            facts = {**WORKER, "household": household, "collected": collected}
            opened.assess(HouseholdMonth.model_validate(facts), policy=load_policy(POLICY))
        yield opened
        assert audit(opened).findings == ()


def _refused(ledger: Ledger, code: str, name: str, *given: object, **named: object) -> None:
    size = ledger.size()
    with pytest.raises(RebaError) as raised:
        getattr(ledger, name)(*given, **named)
    assert raised.value.code == code
    assert ledger.size() == size


@pytest.mark.invariant("E1")
def test_what_is_due_is_invoiced_once(ledger: Ledger) -> None:
    due_on = date(2015, 5, 1)
    listed = list(ledger.invoice_month(MARCH, due_on=due_on, dry_run=True))
    size = ledger.size()
    invoices = list(ledger.invoice_month(MARCH, due_on=due_on))
    assert invoices == listed
    assert [(i.account, i.amount_cents) for i in invoices] == [("H-1", 30000), ("H-2", 18000)]
    assert ledger.size() == size + 2
    assert list(ledger.invoice_month(MARCH, due_on=due_on)) == []
    assert ledger.size() == size + 2


def test_after_a_revision_the_new_amount_is_invoiced(ledger: Ledger) -> None:
    list(ledger.invoice_month(MARCH, due_on=date(2015, 5, 1)))
    lower = json.loads(json.dumps(WORKER))
    lower["members"][0]["income"][0]["net"] = "200.00"
    del lower["collected"]
    ledger.revise(HouseholdMonth.model_validate(lower), because="corrected_facts",
                  policy=load_policy(POLICY))  # fmt: skip
    (again,) = ledger.invoice_month(MARCH, due_on=date(2015, 6, 1))
    assert (again.account, again.amount_cents) == ("H-1", 15000)
    first, second = [e for e in ledger.history("H-1") if e.kind == "receivable.invoiced"]
    assert second.supersedes == first.entry_id


def test_a_part_that_is_paid_asks_no_new_invoice(ledger: Ledger) -> None:
    due_on = date(2015, 5, 1)
    list(ledger.invoice_month(MARCH, due_on=due_on))
    ledger.collect("H-1", month=MARCH, amount_cents=1000, command_id="BANK-1",
                   policy=load_policy(POLICY))  # fmt: skip
    assert list(ledger.invoice_month(MARCH, due_on=date(2015, 7, 1))) == []
    state = ledger.account("H-1").months[0]
    assert (state.due_on, state.receivable_cents) == ("2015-05-01", 29000)


def test_a_reminder_follows_an_invoice_that_is_due(ledger: Ledger, clock: Clock) -> None:
    _refused(ledger, "account.not_invoiced", "remind", "H-1", month=MARCH)
    list(ledger.invoice_month(MARCH, due_on=date(2015, 5, 1)))
    _refused(ledger, "ledger.too_early", "remind", "H-1", month=MARCH)
    clock.days_pass(40)
    state = ledger.remind("H-1", month=MARCH)
    assert (state.months[0].collection, state.months[0].reminders) == ("reminded", 1)
    size = ledger.size()
    ledger.remind("H-1", month=MARCH)
    assert ledger.size() == size
    clock.days_pass(20)
    assert ledger.remind("H-1", month=MARCH).months[0].reminders == 2
    _refused(ledger, "account.nothing_due", "remind", "H-3", month=MARCH)
    _refused(ledger, "ledger.not_assessed", "remind", "H-1", month=Month(2015, 4))


@pytest.mark.invariant("C4")
def test_what_is_paid_after_all_was_not_written_off(ledger: Ledger) -> None:
    asked = {"month": MARCH, "because": "uncollectable", "legal_basis": LAW}
    _refused(ledger, "account.above_receivable", "write_off", "H-1", amount_cents=30001,
             command_id="W-0", **asked)  # fmt: skip
    _refused(ledger, "account.amount", "write_off", "H-1", amount_cents=0, command_id="W-0",
             **asked)  # fmt: skip
    unknown = {**asked, "because": "lost"}
    _refused(ledger, "ledger.unknown_reason", "write_off", "H-1", amount_cents=1,
             command_id="W-0", **unknown)  # fmt: skip
    state = ledger.write_off(
        "H-1", month=MARCH, amount_cents=30000, because="uncollectable", legal_basis=LAW,
        command_id="W-1",
    )  # fmt: skip
    assert (state.receivable_cents, state.written_off_cents) == (0, 30000)
    assert state.months[0].collection == "written_off"
    state = ledger.collect("H-1", month=MARCH, amount_cents=10000, command_id="BANK-1",
                           policy=load_policy(POLICY))  # fmt: skip
    assert (state.receivable_cents, state.written_off_cents) == (0, 20000)
    assert state.assessed_cents == state.collected_cents + state.written_off_cents
    assert state.reserved_cents == 5000
    _refused(ledger, "account.nothing_due", "write_off", "H-1", amount_cents=1, command_id="W-2",
             **asked)  # fmt: skip


def test_who_owes_what_for_how_long(ledger: Ledger, clock: Clock) -> None:
    list(ledger.invoice_month(MARCH, due_on=date(2015, 5, 1)))
    clock.days_pass(60)
    rows = list(ledger.receivables())
    assert [(r.account, r.receivable_cents, r.days_open, r.days_overdue) for r in rows] == [
        ("H-1", 30000, 61, 30), ("H-2", 18000, 61, 30),
    ]  # fmt: skip
    (first, *_) = ledger.receivables(on=date(2015, 3, 31))
    assert (first.collection, first.days_open, first.days_overdue) == ("open", 0, 0)


def test_the_days_of_an_invoice_are_in_order(ledger: Ledger) -> None:
    _refused_list(ledger, "account.due_before_invoice", date(2015, 3, 1), date(2015, 4, 1))
    _refused_list(ledger, "ledger.in_future", date(2015, 6, 1), date(2015, 5, 1))


def _refused_list(ledger: Ledger, code: str, due_on: date, on: date) -> None:
    size = ledger.size()
    with pytest.raises(RebaError) as raised:
        list(ledger.invoice_month(MARCH, due_on=due_on, on=on))
    assert raised.value.code == code
    assert ledger.size() == size


def test_the_commands_print_and_write_lists(tmp_path: Path) -> None:
    demo = Path(__file__).parents[2] / "src" / "reba" / "cli" / "demo_data" / "facts.jsonl"
    reba("run", str(demo), "--month", "2015-03", "--ledger", "l.reba", "--policy", POLICY,
         cwd=tmp_path)  # fmt: skip
    ask = ("invoice", "--month", "2015-03", "--on", "2015-04-02", "--due-on", "2015-05-01")
    dry = reba(*ask, "--ledger", "l.reba", "--dry-run", cwd=tmp_path)
    assert "1 would be invoiced, 458.36" in dry.stdout
    done = reba(*ask, "--ledger", "l.reba", "--out", "invoices.csv", cwd=tmp_path)
    assert "1 invoiced, 458.36" in done.stdout
    head, row = (tmp_path / "invoices.csv").read_text().splitlines()
    assert head == "account,month,invoice,amount,invoiced_on,due_on"
    assert row == "H-0002,2015-03,H-0002/5,458.36,2015-04-02,2015-05-01"
    again = reba(*ask, "--ledger", "l.reba", cwd=tmp_path)
    assert "0 invoiced" in again.stdout
    due = json.loads(reba("receivables", "--ledger", "l.reba", "--json", cwd=tmp_path).stdout)
    assert due[0]["collection"] == "invoiced"
    text = reba("receivables", "--ledger", "l.reba", "--on", "2015-05-20", cwd=tmp_path).stdout
    assert "overdue 1 to 30 days" in text
    assert text.splitlines()[-1].split() == ["total", "458.36"]
    reminded = reba("remind", "H-0002", "--month", "2015-03", "--ledger", "l.reba", cwd=tmp_path)
    assert "reminder 1, 458.36 due" in reminded.stdout
    off = reba("write-off", "H-0002", "--month", "2015-03", "--amount", "58.36", "--because",
               "hardship", "--basis", LAW, "--id", "W-1", "--ledger", "l.reba",
               cwd=tmp_path)  # fmt: skip
    assert "written off 58.36, still due 400.00" in off.stdout
    audited = reba("audit", "l.reba", cwd=tmp_path)
    assert audited.stdout.splitlines()[-1] == "audit: 0 findings"
