"""2015 of a made COA location: run, pay, reconcile and export each month; then close the year.

Usage: python examples/finance/year.py FOLDER

Steps that book go through the library, so that the made year is recorded in 2015: the clock is
made too. In practice they are the commands that the README names beside each step. Everything
else is the command itself.

Given again, it does every step again, and nothing changes.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Final

import make_location as made
from make_statement import (
    Booked,
    Transfer,
    closing_cents,
    make_statement,
    of_payment_file,
    of_transfers,
)
from second_opinion import by_beancount, by_hledger, by_pyxaf
from typer.main import get_command

from reba import HouseholdMonth, Ledger, Month, load_law, load_policy, open_ledger
from reba.bank.credit_transfer import debtor_of
from reba.bank.matching import Matched
from reba.bank.paying import PayingAsked, pay_approved
from reba.bank.reconciling import reconcile
from reba.cli.app import app
from reba.exports.journal import journal, trial_balance
from reba.exports.mapping import load_mapping
from reba.ledger.release_commands import LEFT_OVER
from reba.money import format_euros
from reba.runs.month import run_month

HERE: Final = Path(__file__).parent
MAPPING: Final = HERE / "mapping.toml"
POLICY: Final = load_policy(HERE.parent / "policies" / "vng-half.toml")
COMMAND: Final = get_command(app)
SOURCE: Final = "urn:nld:oin:00000000000000000000:systeem:example"
BASIS: Final = "a made decision"
EVIDENCE: Final = sha256(b"a made document").hexdigest()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")  # stopped halfway, it is written again
    part.write_bytes(data)
    part.replace(path)


def _keep(path: Path, data: bytes) -> None:
    """Write a file; where it is there, check that it would be the same."""
    if not path.exists():
        _write(path, data)
    elif path.read_bytes() != data:
        msg = f"{path} would not be the same"
        raise SystemExit(msg)


def _listed(row: Matched) -> str:
    return f"{row.code} {format_euros(row.amount_cents)}"


def reba(*arguments: str | Path) -> str:
    """Give a command of `reba`, and return what it prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        COMMAND.main([str(each) for each in arguments], standalone_mode=False)
    return printed.getvalue()


class Year:
    """The year of the location: its folder, its ledger, and the day that it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = folder / "ledger.reba"
        self._now = datetime(2015, 1, 1, 8, tzinfo=UTC)
        self.ledger: Ledger

    @contextmanager
    def _opened(self) -> Iterator[None]:
        with open_ledger(self.place, clock=lambda: self._now) as self.ledger:
            yield

    def _today(self, month: Month, day: int) -> date:
        self._now = datetime.combine(month.first_day.replace(day=day), time(8), UTC)
        return self._now.date()

    # ── a month ──────────────────────────────────────────────────────────────────────────────

    def month(self, month: Month) -> None:
        """Do all that is done in a month."""
        with self._opened():
            self.procedures(month)
            approved = self.releases(month)
            self.corrections(month)
            paid = self.pay(month) if approved else "nothing to pay"
            booked = self.run(month)
            found = self.bank(month)
            if month == made.MONTHS[-1]:
                self.write_off(month)
        marked = self.export(month)
        _say(f"{month}: {booked}; {paid}\n  bank: {found}\n  books: {marked}")

    def procedures(self, month: Month) -> None:
        """On the 5th: record which procedures ended, and close accounts (rekening sluiten)."""
        today, at = self._today(month, 5), made.number_of(month)
        for ending in made.ENDINGS:
            if ending.month == at:
                for member in made.members_of(ending.household):
                    for type_ in ending.types:
                        self._end(made.account_of(ending.household), member, type_, today)
        for closing in made.CLOSINGS:
            if closing.month == at:
                account = made.account_of(closing.household)
                self.ledger.close(
                    account, case=closing.case, policy=POLICY, legal_basis=BASIS, on=today,
                    actor="desk-1", command_id="closing",
                )  # fmt: skip

    def _end(self, account: str, member: str, type_: str, today: date) -> None:
        self.ledger.record_procedure(
            account, member=member, type=type_, on=today, final_on=today, legal_basis=BASIS,
            actor="desk-1", command_id=f"{member}-{type_}",
        )  # fmt: skip

    def releases(self, month: Month) -> list[str]:
        """On the 6th: ask for releases (vrijgave). On the 7th: decide; return what is approved."""
        at = made.number_of(month)
        asked: list[tuple[str, str]] = []
        self._today(month, 6)
        for number, asking in enumerate(made.ASKINGS):
            if asking.month == at:
                state = self.ledger.request_release(
                    made.account_of(asking.household), purpose=asking.purpose,
                    amount_cents=asking.amount_cents, policy=POLICY, evidence=EVIDENCE,
                    actor="desk-1", command_id=f"ask-{number}",
                )  # fmt: skip
                asked.append((state.release, asking.fate))
        self._today(month, 7)
        approved = [release for release, fate in asked if fate == "approved"]
        for closing in made.CLOSINGS:
            if closing.month == at:
                standing = self.ledger.account(made.account_of(closing.household)).releases
                approved += [each.release for each in standing if each.purpose in LEFT_OVER]
        for release in approved:
            self.ledger.approve_release(
                release, policy=POLICY, actor="desk-2", command_id=f"approve-{release}"
            )
        for release, fate in asked:
            if fate == "rejected":
                self.ledger.reject_release(
                    release, because="evidence_insufficient", actor="desk-2",
                    command_id=f"reject-{release}",
                )  # fmt: skip
        return approved

    def corrections(self, month: Month) -> None:
        """On the 10th: revise what was wrong (herziening), and book by hand what was listed."""
        self._today(month, 10)
        before = month - 1
        for each in made.CORRECTIONS:
            if each.month == made.number_of(before):
                facts = made.facts_of(each.household, before, change_cents=each.change_cents)
                self.ledger.revise(
                    HouseholdMonth.model_validate(facts), because="corrected_facts",
                    actor="desk-1", command_id=f"revise-{before}",
                )  # fmt: skip
        for household, amount_cents, about in self._by_hand(month):
            self.ledger.collect(
                made.account_of(household), month=about, amount_cents=amount_cents,
                command_id=f"hand-{about}", policy=POLICY, actor="finance-1",
            )  # fmt: skip

    def _by_hand(self, month: Month) -> Iterator[tuple[int, int, Month]]:
        """Yield what the bank reported last month and the ledger could not match."""
        path = self.folder / "bank" / f"{month - 1}-listed.csv"
        if path.exists():
            for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"))):
                yield int(row[0]), int(row[1]), Month.parse(row[2])

    def pay(self, month: Month) -> str:
        """On the 15th: write the payment file (betaalbestand) of what is approved."""
        self._today(month, 15)
        payees = self.folder / "payees" / f"{month}.csv"
        _keep(payees, made.payees(made.number_of(month)).encode())
        out = self._pain(month)
        out.parent.mkdir(exist_ok=True)
        asked = PayingAsked(str(month), debtor_of("Voorbeeldlocatie", made.LOCATION))
        batch = pay_approved(self.ledger, asked, payees=payees, out=out)
        return f"{batch.payments} paid, {format_euros(batch.total_cents)}"

    def _pain(self, month: Month) -> Path:
        return self.folder / "payments" / f"{month}.xml"

    def run(self, month: Month) -> str:
        """On the 24th: run the month (maandrun)."""
        self._today(month, 24)
        facts = self.folder / "facts" / f"{month}.jsonl"
        _keep(facts, made.as_lines(month).encode())
        report = run_month(facts, month=month, ledger=self.ledger, policy=POLICY, law=load_law())
        if report.rejected:
            raise SystemExit(str(report.rejected_by_code))
        return f"{report.booked + report.already_booked} households in the ledger"

    def bank(self, month: Month) -> str:
        """On the last day: get the statement (rekeningafschrift), and reconcile (afletteren)."""
        self._today(month, month.last_day.day)
        path = self._statement(month)
        if not path.exists():  # a bank makes a statement once
            _write(path, self._made_by_the_bank(month))
        found = reconcile(
            self.ledger, [path], iban=made.LOCATION, apply=True, policy=POLICY, actor="finance-1"
        )
        counts: dict[str, int] = {}
        for row in found.rows:
            what = f"{row.what} {row.status.replace('booked_before', 'booked')}"
            counts[what] = counts.get(what, 0) + 1
        said = [f"{count} {what}" for what, count in sorted(counts.items())]
        return "; ".join((*said, *(_listed(row) for row in found.listed)))

    def _statement(self, month: Month) -> Path:
        return self.folder / "bank" / f"{month}.xml"

    def _made_by_the_bank(self, month: Month) -> bytes:
        booked: list[Booked] = []
        if self._pain(month).exists():
            closed = [made.iban_of(made.CLOSED_ACCOUNT, made.CLOSED_IN)]
            booked += of_payment_file(self._pain(month), closed)
        transfers, listed = self._transfers(month)
        booked += of_transfers(transfers)
        if listed:
            path = self._statement(month).with_name(f"{month}-listed.csv")
            _write(path, "".join(listed).encode())
        before = self._statement(month - 1)
        opening = closing_cents(before) if before.exists() else 0
        return make_statement(made.LOCATION, month, opening, booked)

    def _transfers(self, month: Month) -> tuple[list[Transfer], list[str]]:
        """Let households pay what is due, and give back to who paid too much.

        What the ledger will list is told apart: household, cents and month, to book by hand.
        """
        transfers: list[Transfer] = []
        listed: list[str] = []
        for household in range(1, made.HOUSEHOLDS + 1):
            account = made.account_of(household)
            for each in self._standing(account):
                about, cents = each
                at = (household, made.number_of(Month.parse(about)))
                waits = at in made.PAYS_LATE and about == str(month)
                if waits or at == made.NEVER_PAYS or (at == made.PAYS_A_CENT_LESS and cents == 1):
                    continue
                short = int(at == made.PAYS_A_CENT_LESS)
                if short or cents < 0:
                    listed.append(f"{household},{cents - short},{about}\n")
                text = f"{account} {about}" if cents > 0 else "Terugbetaling"
                transfers.append(Transfer(26, cents - short, text))
        return transfers, listed

    def _standing(self, account: str) -> Iterator[tuple[str, int]]:
        """Yield the months of an account for which something is due, or was paid too much."""
        if account in self.ledger.accounts():
            for each in self.ledger.account(account).months:
                cents = each.receivable_cents - each.overcollected_cents
                if cents:
                    yield each.month, cents

    def export(self, month: Month) -> str:
        """Export what was recorded in the month to the books (journaalposten), once."""
        out = self.folder / "books" / f"{month}.csv"
        out.parent.mkdir(exist_ok=True)
        marks = out.with_name("marks.jsonl")
        reba(
            "export", self.place, "--format", "csv", "--mapping", MAPPING, "--marks", marks,
            "--month", str(month), "--out", out,
        )  # fmt: skip
        postings = out.read_text(encoding="utf-8").count("\n") - 1
        return f"{postings} postings in {out.name}"

    def write_off(self, month: Month) -> None:
        """On the last day: write off (afboeken) what will not come in."""
        self._today(month, month.last_day.day)
        for (household, at), because in (
            (made.NEVER_PAYS, "uncollectable"), (made.PAYS_A_CENT_LESS, "too_small"),
        ):  # fmt: skip
            account, about = made.account_of(household), made.FIRST + (at - 1)
            standing = self.ledger.account(account).months
            state = next(each for each in standing if each.month == str(about))
            self.ledger.write_off(
                account, month=about, because=because, legal_basis=BASIS,
                amount_cents=state.receivable_cents + state.written_off_cents,
                command_id=f"write-off-{about}", actor="finance-1",
            )  # fmt: skip

    # ── the year ─────────────────────────────────────────────────────────────────────────────

    def close_the_books(self) -> None:
        """Write the books of the year, and let other programs add them up."""
        ours = self._trial_balance()
        books = self.folder / "books"
        for form in ("beancount", "hledger"):
            text = reba("export", self.place, "--format", form, "--mapping", MAPPING)
            _keep(books / f"2015.{form}", text.encode())
        audit_file = books / "2015.xaf"
        if not audit_file.exists():  # it names the day on which it was made
            reba(
                "export", self.place, "--format", "xaf", "--mapping", MAPPING, "--year", "2015",
                "--out", audit_file,
            )  # fmt: skip
        theirs = {
            "beancount": by_beancount(books / "2015.beancount"),
            "hledger": by_hledger(books / "2015.hledger"),
            "pyxaf": by_pyxaf(audit_file),
        }
        for program, balances in theirs.items():
            if balances is None:
                _say(f"{program} is not here: nothing checked")
            elif balances == ours:
                _say(f"{program}: the same balance on each of {len(ours)} accounts")
            else:
                msg = f"{program} finds {balances}, and we {ours}"
                raise SystemExit(msg)
        bank = closing_cents(self._statement(made.MONTHS[-1]))
        if bank != ours["1100"]:
            msg = f"the bank says {format_euros(bank)}, and we {format_euros(ours['1100'])}"
            raise SystemExit(msg)
        _say(f"the last bank statement closes on our balance: {format_euros(bank)}")

    def _trial_balance(self) -> dict[str, int]:
        """Write the trial balance (proefbalans); return it by account number."""
        mapping = load_mapping(MAPPING)
        with self._opened():
            totals = trial_balance(journal(self.ledger.entries()))
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(("number", "name", "balance"))
        ours: dict[str, int] = {}
        for name, cents in totals.items():
            account = mapping.account(name, "2015-12-31")
            table.writerow((account.number, account.name, format_euros(cents)))
            if cents:
                ours[account.number] = cents
        _keep(self.folder / "books" / "trial-balance.csv", text.getvalue().encode())
        return dict(sorted(ours.items()))

    def evidence(self) -> None:
        """Audit, keep a checkpoint, and tell others what was booked; list open releases."""
        _say(reba("audit", self.place).splitlines()[-1])
        _keep(self.folder / "checkpoint.txt", reba("checkpoint", self.place).encode())
        events = reba("events", self.place, "--source", SOURCE)
        _keep(self.folder / "events.jsonl", events.encode())
        statements = [self._statement(month) for month in made.MONTHS]
        with self._opened():
            found = reconcile(self.ledger, statements, iban=made.LOCATION)
            executed = {row.release for row in found.rows if row.what == "executed"}
            for account in self.ledger.accounts():
                for state in self.ledger.account(account).releases:
                    amount = format_euros(state.amount_cents)
                    seen = ", confirmed by the bank" if state.release in executed else ""
                    _say(f"release {state.release}: {amount} {state.status}{seen}")
            _say(f"{self.ledger.size()} entries")


def main() -> int:
    """Do the year in the folder that is named."""
    if len(sys.argv) != 2:
        _say("Usage: year.py FOLDER")
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    year = Year(folder)
    for month in made.MONTHS:
        year.month(month)
    year.close_the_books()
    year.evidence()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
