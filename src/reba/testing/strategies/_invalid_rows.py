"""Files of facts that must be refused, each with one fault and the code of that fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from reba.law.reba2008 import SCHEME as REBA_2008
from reba.runs.rows import LINE_MAX_BYTES
from reba.testing.strategies._invalid_facts import SPOILS, spoilt_facts, valid_facts
from reba.testing.strategies._support import chosen, draws, from_parameters

__all__ = ["InvalidRow", "invalid_rows"]


def _one(draw: st.DrawFn, values: Any) -> Any:  # noqa: ANN401 (whatever is chosen from)
    return draw(st.sampled_from(list(values)))


class InvalidRow(NamedTuple):
    """A file of facts with one household in it that must be refused.

    Args:
        name: what the file is called: its ending says how it is read.
        content: the bytes of the file.
        expected_code: the code of its fault.
    """

    name: str
    content: bytes
    expected_code: str

    def __repr__(self) -> str:
        shown = repr(self.content[:400]) + ("..." if len(self.content) > 400 else "")  # noqa: PLR2004 (what fits a screen)
        return f"InvalidRow({self.name!r}, {shown}, {self.expected_code!r})"


_CSV_HEADER: Final = (
    "scheme,month,household,provisions.shelter,provisions.catering,members.id,members.born,"
    "members.residence_status"
)
_CSV_ROW: Final = f"{REBA_2008},2015-01,H-1,true,false,P-1,1985-01-01,permit_holder"


def _csv(*lines: str) -> bytes:
    return "\n".join([*lines, ""]).encode()


def _draw_broken_json(draw: st.DrawFn) -> bytes:
    text = json.dumps(draw(valid_facts(REBA_2008))).encode()
    broken = [text[:-1], b"{", text + b"}", b"not json", b'{"scheme": }']
    return draw(st.sampled_from(broken))


def _draw_row(draw: st.DrawFn, codes: tuple[str, ...]) -> InvalidRow:
    code = _one(draw, codes)
    if code in SPOILS:
        case, _ = draw(spoilt_facts((code,)))
        return InvalidRow("facts.jsonl", json.dumps(case).encode(), code)
    name, spoil = _ROW_SPOILS[code]
    return InvalidRow(name, spoil(draw), code)


def _duplicate_key(draw: st.DrawFn) -> bytes:
    text = json.dumps(draw(valid_facts(REBA_2008)))
    return f'{{"household": "H-2", {text[1:]}'.encode()


def _encoding(draw: st.DrawFn) -> bytes:
    text = json.dumps(draw(valid_facts(REBA_2008))).encode()
    return text.replace(b'"H-1"', b'"H-\xff"')


def _line_too_long(draw: st.DrawFn) -> bytes:
    return b" " * draw(st.integers(LINE_MAX_BYTES, LINE_MAX_BYTES + 9)) + b"{}"


def _csv_header(draw: st.DrawFn) -> bytes:
    header = _one(
        draw,
        [
            _CSV_HEADER.replace("members.born", "members.birth"),
            _CSV_HEADER.replace("household,", ""),
            f"{_CSV_HEADER},month",
        ],
    )
    return draw(st.sampled_from([_csv(header, _CSV_ROW), b""]))


def _csv_row(draw: st.DrawFn) -> bytes:
    return _csv(_CSV_HEADER, _one(draw, [_CSV_ROW + ",x", _CSV_ROW.rpartition(",")[0]]))


def _csv_conflict(draw: st.DrawFn) -> bytes:
    one, other = _one(draw, [("true", "false"), ("1985-01-01", "1985-01-02"), (",false", ",")])
    return _csv(_CSV_HEADER, _CSV_ROW, _CSV_ROW.replace(one, other, 1))


_ROW_SPOILS: Final[dict[str, tuple[str, Callable[[st.DrawFn], bytes]]]] = {
    "facts.json": ("facts.jsonl", _draw_broken_json),
    "facts.duplicate_key": ("facts.jsonl", _duplicate_key),
    "facts.encoding": ("facts.jsonl", _encoding),
    "facts.line_too_long": ("facts.jsonl", _line_too_long),
    "facts.csv_header": ("facts.csv", _csv_header),
    "facts.csv_row": ("facts.csv", _csv_row),
    "facts.csv_conflict": ("facts.csv", _csv_conflict),
}
_rows = draws(_draw_row)


@from_parameters
def invalid_rows(*, codes: tuple[str, ...] | None = None) -> st.SearchStrategy[InvalidRow]:
    """Files of facts, JSON lines or CSV, with one household that must be refused, and its code.

    Every code of `invalid_facts()` is drawn, and those of what only a file can get wrong.

    Args:
        codes: the codes drawn from; by default all of them.

    >>> from hypothesis import find
    >>> find(invalid_rows(codes=("facts.csv_header",)), lambda row: not row.content)
    InvalidRow('facts.csv', b'', 'facts.csv_header')
    """
    return _rows(chosen("codes", codes, (*SPOILS, *_ROW_SPOILS)))
