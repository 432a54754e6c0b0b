"""Events and the journal as Parquet: the same rows as the JSON lines, in fixed columns."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from typer.main import get_command

from reba import RebaError, open_ledger
from reba.cli.app import app
from reba.exports import parquet
from reba.exports.events import SOURCE_EXAMPLE, events, events_as_lines
from reba.exports.journal import whole_journal
from reba.exports.mapping import load_mapping
from reba.exports.parquet import EVENT_COLUMNS, POSTING_COLUMNS, write_events, write_postings
from reba.exports.rows import as_json_lines
from reba.testing.strategies import CommandHistory, command_histories, memory_ledger
from unit.test_events import ROOT, _copied

QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ORIGIN: Final = "reba-ledger/1"
MAPPING: Final = load_mapping(ROOT / "examples" / "finance" / "mapping.toml")
COMMAND: Final = get_command(app)


def _as_json(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write instants and days as the JSON lines do."""

    def written(value: object) -> object:
        if isinstance(value, datetime):
            assert value.utcoffset() == UTC.utcoffset(None)
            return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return value.isoformat() if isinstance(value, date) else value

    return [{name: written(value) for name, value in row.items()} for row in rows]


def _read(file: io.BytesIO | Path) -> list[dict[str, Any]]:
    return _as_json(pq.read_table(file).to_pylist())


@QUICK
@given(command_histories(allow_destruction=True))
def test_both_forms_hold_the_same_rows(history: CommandHistory) -> None:
    ledger = history.book(memory_ledger)
    entries = list(ledger.entries())
    file = io.BytesIO()
    write_events(file, events(entries, source=SOURCE_EXAMPLE, origin=ORIGIN))
    lines = events_as_lines(entries, source=SOURCE_EXAMPLE, origin=ORIGIN)
    assert _read(file) == [json.loads(line) for line in lines]
    for mapping in (None, MAPPING):
        books = io.BytesIO()
        write_postings(books, lambda: whole_journal(entries), mapping)
        rows = [json.loads(line) for line in as_json_lines(lambda: whole_journal(entries), mapping)]
        assert _read(books) == rows


def test_the_columns_are_fixed() -> None:
    """Who loads the files relies on it: a change here is a change for them."""
    instant, text = pa.timestamp("us", tz="UTC"), pa.string()
    told, books = io.BytesIO(), io.BytesIO()
    write_events(told, [])
    write_postings(books, lambda: (), MAPPING)
    assert pq.read_schema(told).equals(
        pa.schema([
            ("specversion", text), ("id", text), ("source", text), ("type", text),
            ("subject", text), ("time", instant), ("sequence", text), ("datacontenttype", text),
            ("data", pa.struct([
                ("kind", text), ("month", text), ("leaf_hash", text), ("schema", pa.int32()),
            ])),
        ])
    )  # fmt: skip
    assert pq.read_schema(books).equals(
        pa.schema([
            ("seq", pa.int64()), ("entry_id", text), ("recorded_on", pa.date32()),
            ("effective", text), ("kind", text), ("household", text), ("account", text),
            ("amount_cents", pa.int64()), ("books_number", text), ("books_name", text),
            ("rgs", text), ("cost_centre", text),
        ])
    )  # fmt: skip
    page = (ROOT / "docs" / "how-to" / "tell-others.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in EVENT_COLUMNS)
    journal = (ROOT / "docs" / "how-to" / "export-to-the-books.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in journal for name in POSTING_COLUMNS)


def test_rows_are_written_in_groups_and_the_same_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_ROWS_A_GROUP", 7)
    with open_ledger(_copied(tmp_path)) as ledger:
        entries = list(ledger.entries())
    assert len(entries) > 14
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        write_events(file, events(entries, source=SOURCE_EXAMPLE, origin=ORIGIN))
    assert files[0].getvalue() == files[1].getvalue()
    found = pq.ParquetFile(files[0]).metadata
    assert found.num_row_groups == -(-len(entries) // 7)
    assert max(found.row_group(n).num_rows for n in range(found.num_row_groups)) == 7
    assert found.row_group(0).column(1).compression == "ZSTD"


def test_the_command_writes_a_file_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, out = _copied(tmp_path), tmp_path / "events.parquet"
    ask = ["events", str(place), "--source", SOURCE_EXAMPLE, "--since", "5"]
    COMMAND.main(ask, standalone_mode=False)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    COMMAND.main([*ask, "--format", "parquet", "--out", str(out)], standalone_mode=False)
    assert "entries from 5 up to" in capsys.readouterr().out
    assert _read(out) == lines
    text = tmp_path / "events.jsonl"
    COMMAND.main([*ask, "--out", str(text)], standalone_mode=False)
    assert [json.loads(line) for line in text.read_text("utf-8").splitlines()] == lines
    before = out.read_bytes()
    refused = {
        "export.exists": [*ask, "--format", "parquet", "--out", str(out)],
        "usage.option": [*ask, "--format", "parquet"],
        "export.write": [*ask, "--format", "parquet", "--out", str(tmp_path / "no" / "x.parquet")],
    }
    for code, arguments in refused.items():
        with pytest.raises(RebaError) as raised:
            COMMAND.main(arguments, standalone_mode=False)
        assert raised.value.code == code
    assert out.read_bytes() == before
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(RebaError) as raised:
        COMMAND.main(
            [*ask, "--format", "parquet", "--out", str(tmp_path / "y.parquet")],
            standalone_mode=False,
        )
    assert raised.value.code == "usage.extra"
    assert not (tmp_path / "y.parquet").exists()
    assert not list(tmp_path.glob("*.part"))


def test_the_journal_goes_to_the_books_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, marks = _copied(tmp_path), tmp_path / "marks.jsonl"
    ask = ["export", str(place), "--format"]
    COMMAND.main([*ask, "json"], standalone_mode=False)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    marked = [*ask, "parquet", "--marks", str(marks), "--out"]
    COMMAND.main([*marked, str(tmp_path / "one.parquet")], standalone_mode=False)
    COMMAND.main([*marked, str(tmp_path / "two.parquet")], standalone_mode=False)
    assert "Nothing new" in capsys.readouterr().out
    assert _read(tmp_path / "one.parquet") == rows
    assert not (tmp_path / "two.parquet").exists()
    with pytest.raises(RebaError) as refused:
        COMMAND.main([*ask, "parquet"], standalone_mode=False)
    assert refused.value.code == "usage.option"
