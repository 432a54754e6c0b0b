"""A journal that is read once says what one that is read twice says, to the byte (E2)."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import IO

import pytest

from reba import Ledger, open_ledger
from reba.errors import ExportError, LedgerError
from reba.exports import booking
from reba.exports.audit_file import write_audit_file
from reba.exports.booking import Journal
from reba.exports.journal import Posting, whole_journal
from reba.exports.kept_journal import KeptJournal
from reba.exports.mapping import load_mapping
from reba.exports.plain_text import as_beancount, as_hledger
from reba.exports.span import Span, find_span

ROOT = Path(__file__).parents[2]
MAPPING = load_mapping(ROOT / "examples" / "finance" / "mapping.toml")
LEDGER = ROOT / "tests" / "golden" / "ledger" / "v1.reba"
TODAY = date(2026, 1, 1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    place = tmp_path / "l.reba"
    place.write_bytes(LEDGER.read_bytes())
    with open_ledger(place, create=False, read_only=True) as opened:
        yield opened


def _audit_file(journal: Journal, span: Span) -> bytes:
    file = io.BytesIO()
    write_audit_file(file, journal, MAPPING, span._replace(ordered=True), created=TODAY)
    return file.getvalue()


FORMS: dict[str, Callable[[Journal, Span], bytes]] = {
    "beancount": lambda journal, span: "".join(as_beancount(journal, MAPPING, span)).encode(),
    "hledger": lambda journal, span: "".join(as_hledger(journal, MAPPING, span)).encode(),
    "xaf": _audit_file,
}


@pytest.mark.invariant("E2")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("part", ["whole", "later"])
def test_it_says_the_same_to_the_byte_and_reads_the_ledger_once(
    ledger: Ledger, form: str, part: str
) -> None:
    entries = list(ledger.entries())
    last_year = entries[-1].recorded_at[:4]
    since = 0
    if part == "later" or form == "xaf":  # an audit file is of one year
        since = next(e.seq for e in entries if e.recorded_at[:4] == last_year)
    span = find_span(entries, today=TODAY, since=since)
    times = [0]

    def read() -> Iterator[tuple[Posting, bool]]:
        times[0] += 1
        return whole_journal(entries, since=since)

    twice = FORMS[form](read, span)
    assert times == [2]
    with KeptJournal(read) as kept:
        assert FORMS[form](kept, span) == twice
    assert times == [3]
    assert len(twice) > 500


def test_more_than_a_batch_is_told_again_in_order() -> None:
    many = [
        (Posting(n, f"H-{n}/1", "2015-04-01", "2015-03", "k", f"H-{n}", "bank", n - 7), n > 9)
        for n in range(2500)
    ]
    with KeptJournal(lambda: many) as journal:
        assert list(journal()) == many
        assert list(journal()) == many
    with KeptJournal(list) as empty:
        assert list(empty()) == list(empty()) == []


def test_what_stops_the_reading_stops_the_export() -> None:
    def damaged() -> Iterator[tuple[Posting, bool]]:
        raise LedgerError("ledger.damaged", place="account H-1", reason="a test")
        yield  # a generator

    with KeptJournal(damaged) as journal, pytest.raises(LedgerError):
        booking.add_up(journal, MAPPING)


def test_no_room_for_the_file_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> IO[bytes]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with KeptJournal(list) as journal, pytest.raises(ExportError) as raised:
        list(journal())
    assert (raised.value.code, raised.value.data["reason"]) == (
        "export.write", "No space left on device"
    )  # fmt: skip
