"""Events for others: CloudEvents without personal data, the same each time."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from cloudevents.core.formats.json import JSONFormat
from hypothesis import HealthCheck, given, settings

from reba import open_ledger
from reba.errors import ExportError
from reba.exports.events import SOURCE_EXAMPLE, check_source, events, events_as_lines
from reba.testing.strategies import CommandHistory, command_histories, memory_ledger

ROOT = Path(__file__).parents[2]
QUICK = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def lines_of(history: CommandHistory) -> list[str]:
    ledger = history.book(memory_ledger)
    return list(events_as_lines(ledger.entries(), source=SOURCE_EXAMPLE, origin="reba-ledger/1"))


@QUICK
@given(command_histories(allow_destruction=True))
def test_another_reader_of_cloudevents_takes_every_event(history: CommandHistory) -> None:
    ledger = history.book(memory_ledger)
    entries = list(ledger.entries())
    lines = list(events_as_lines(entries, source=SOURCE_EXAMPLE, origin="reba-ledger/1"))
    assert len(lines) == len(entries)
    for line, entry in zip(lines, entries, strict=True):
        event = JSONFormat().read(None, line)
        assert event.get_specversion() == "1.0"
        assert event.get_type() == f"nl.reba-ledger.{entry.kind}"
        assert event.get_source() == SOURCE_EXAMPLE
        assert event.get_subject() == f"seq:{entry.seq}"
        assert event.get_time() == datetime.fromisoformat(entry.recorded_at)
        assert UUID(event.get_id()).version == 5


@pytest.mark.invariant("H3")
@QUICK
@given(command_histories(allow_destruction=True, min_size=2))
def test_an_event_holds_nothing_of_an_account_and_stays_the_same(history: CommandHistory) -> None:
    ledger = history.book(memory_ledger)
    told: dict[int, str] = {}
    again = history.book(memory_ledger)
    for entry, line in zip(again.entries(), lines_of(history), strict=True):
        told[entry.seq] = line
        assert entry.account not in line
        assert entry.actor not in line
        assert entry.command_id not in line
        gone = entry._replace(body_json=None, salt=None)
        (later,) = events_as_lines([gone], source=SOURCE_EXAMPLE, origin="reba-ledger/1")
        assert later == line
    assert len({json.loads(line)["id"] for line in told.values()}) == ledger.size()
    sequence = [json.loads(line)["sequence"] for line in told.values()]
    assert sequence == sorted(sequence)


def _copied(tmp_path: Path) -> Path:
    place = tmp_path / "coa.reba"
    place.write_bytes((ROOT / "tests" / "golden" / "ledger" / "v1.reba").read_bytes())
    return place


def test_two_ledgers_never_share_an_id(tmp_path: Path) -> None:
    with open_ledger(_copied(tmp_path)) as ledger:
        entries = list(ledger.entries())
    one, other = (
        {event["id"] for event in events(entries, source=SOURCE_EXAMPLE, origin=origin)}
        for origin in ("reba-ledger/1", "reba-ledger/2")
    )
    assert len(one) == len(other) == len(entries)
    assert not one & other


@pytest.mark.parametrize(
    "source", ["", "coa", "urn:nld", "urn:nld:oin", "urn:nld:oin:1 2:reba", "urn:de:oin:1:reba"]
)
def test_a_source_that_names_nobody_is_refused(source: str) -> None:
    with pytest.raises(ExportError) as raised:
        check_source(source)
    assert raised.value.code == "export.source"


def test_the_command_goes_on_where_it_stopped(tmp_path: Path) -> None:
    place = _copied(tmp_path)

    def told(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "reba", "events", str(place), *more]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    whole = told("--source", SOURCE_EXAMPLE).stdout.splitlines()
    some = told("--source", SOURCE_EXAMPLE, "--since", "5").stdout.splitlines()
    assert some == whole[5:]
    assert json.loads(some[0])["sequence"] == "0000000000000005"
    refused = told("--source", "coa")
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "[export.source]" in refused.stderr
