"""Turn a valid document into one that is nearly valid, as a short program of bytes says.

1. The same program and documents give the same bytes: what was found can be had again.
2. Most operations know of tokens (numbers, texts, brackets, lines), so that what comes out reaches
   past the first check of a reader.
3. A program that ends draws zeros; an empty one changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

__all__ = ["DOCUMENT_MAX_BYTES", "PROGRAM_MAX_BYTES", "Program", "mutate"]

PROGRAM_MAX_BYTES: Final = 64
DOCUMENT_MAX_BYTES: Final = 2**20

_NUMBERS: Final = (
    b"0", b"-0", b"-1", b"1e999", b"-1e-999", b"NaN", b"nan", b"inf", b"Infinity", b"1.5", b"0x10",
    b"1_0", b"9007199254740993", b"-9223372036854775809", b"1" * 400, b"7" * 5000, b"0.001",
    b"1" * 5000 + b".5", b"00", b"+1", b"true", b"null", "٣".encode(), b"1e5",
    b"0x" + b"f" * 5000, b"0001-01-01", b"9999-12-31", b"2015-02-30", b"2015-03-01T00:00:00Z",
)  # fmt: skip
_TEXTS: Final = (
    b"", b"\\u0000", b"\\ud800", b"\\udfff\\ud800", b"a" * 70_000, b"2015-02-30", b"9999-12-31",
    b"0000-00-00", b"0001-01-01", b"2015-13", b"9999-12", b"1000.00", b"-0.00", b"1e5", b"NaN",
    b"1" * 5000, "٣٤".encode(), "é\u0301".encode(), "\u202e".encode(), b"../../x", b"\\", b"'",
    b"{0}", b"{first}", b"%s", b"[bold]", b" H-1", b"\\n", b"1000,00", b"_", b"1_000",
)  # fmt: skip
_PIECES: Final = (
    b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\x80", b"\r", b"\n", b"\n\n",
    b"\xc2\x85", b"\xe2\x80\xa8", b'"', b"'", b"\\", b",", b":", b"{", b"}", b"[", b"]", b"{}",
    b"[]", b"=", b"#", b"[" * 3000, b'{"a":' * 3000, b"[" * 300 + b"]" * 300, b"\t", b" " * 2000,
    b'"""', b"\xe2\x80\x94 ", b";", b"/*", b"<", b"=" * 9, b"a.b.c",
)  # fmt: skip

_NUMBER: Final = re.compile(rb"-?\d+(?:\.\d+)?")
_TEXT: Final = re.compile(rb'(?<=")(?:[^"\\\n]|\\.)*(?=")')
_PAIR: Final = re.compile(rb'"[^"\n]*"\s*:\s*(?:"[^"\n]*"|[\w.-]+)|^[a-z_]+ *= *.+$', re.MULTILINE)
_VALUE: Final = re.compile(rb'(?<=[:=])\s*(?:"[^"\n]*"|[\w.-]+)')


class Program:
    """The bytes that say what is changed, read from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def goes_on(self) -> bool:
        """Whether anything is left."""
        return self._at < len(self._data)

    def below(self, limit: int) -> int:
        """Draw a number from 0 up to but without `limit`."""
        drawn = int.from_bytes(self._data[self._at : self._at + 2].ljust(2, b"\0"), "big")
        self._at += 2
        return drawn * limit >> 16

    def one_of(self, things: Sequence[bytes]) -> bytes:
        """Draw one of some things."""
        return things[self.below(len(things))]

    def span(self, document: bytes) -> tuple[int, int]:
        """Draw a range of a document: mostly a short one, at times a line or any."""
        start = self.below(len(document) + 1)
        match self.below(4):
            case 0:
                start = document.rfind(b"\n", 0, start) + 1
                end = document.find(b"\n", start)
                return start, len(document) if end < 0 else end + 1
            case 1:
                return start, start + self.below(len(document) - start + 1)
            case _:
                return start, min(len(document), start + 1 + self.below(8))


Operation: TypeAlias = Callable[[bytes, Program, Sequence[bytes]], bytes]


def _flip(document: bytes, program: Program, _: Sequence[bytes]) -> bytes:
    if not document:
        return document
    at = program.below(len(document))
    return document[:at] + bytes([document[at] ^ 1 << program.below(8)]) + document[at + 1 :]


def _cut(document: bytes, program: Program, _: Sequence[bytes]) -> bytes:
    start, end = program.span(document)
    return document[:start] + document[end:]


def _end_early(document: bytes, program: Program, _: Sequence[bytes]) -> bytes:
    return document[: program.below(len(document) + 1)]


def _insert(document: bytes, program: Program, _: Sequence[bytes]) -> bytes:
    at = program.below(len(document) + 1)
    return document[:at] + program.one_of(_PIECES) + document[at:]


def _repeat(document: bytes, program: Program, _: Sequence[bytes]) -> bytes:
    start, end = program.span(document)
    return document[:end] + document[start:end] * (1 + program.below(3)) + document[end:]


def _swap(document: bytes, program: Program, _: Sequence[bytes]) -> bytes:
    (a, b), (c, d) = sorted((program.span(document), program.span(document)))
    b = min(b, c)
    return document[:a] + document[c:d] + document[b:c] + document[a:b] + document[d:]


def _splice(document: bytes, program: Program, others: Sequence[bytes]) -> bytes:
    other = program.one_of(others)
    start, end = program.span(other)
    at, until = program.span(document)
    return document[:at] + other[start:end] + document[until:]


def _replacing(pattern: re.Pattern[bytes], *things: bytes) -> Operation:
    def replace(document: bytes, program: Program, _: Sequence[bytes]) -> bytes:
        found = list(pattern.finditer(document))
        if not found:
            return document
        at = found[program.below(len(found))]
        return document[: at.start()] + program.one_of(things) + document[at.end() :]

    return replace


def _pair_twice(document: bytes, program: Program, _: Sequence[bytes]) -> bytes:
    found = list(_PAIR.finditer(document))
    if not found:
        return document
    at = found[program.below(len(found))]
    between = b"," if b":" in at[0] else b"\n"
    return document[: at.end()] + between + at[0] + document[at.end() :]


_OPERATIONS: Final[tuple[Operation, ...]] = (
    _flip,
    _cut,
    _end_early,
    _insert,
    _repeat,
    _swap,
    _splice,
    _pair_twice,
    _replacing(_NUMBER, *_NUMBERS),
    _replacing(_TEXT, *_TEXTS),
    _replacing(_VALUE, *_NUMBERS, *(b'"' + text + b'"' for text in _TEXTS), *_PIECES),
)


def mutate(data: bytes, documents: Sequence[bytes]) -> bytes:
    """Change one of some documents as a program says."""
    program = Program(data[:PROGRAM_MAX_BYTES])
    document = program.one_of(documents)
    while program.goes_on:
        operation = _OPERATIONS[program.below(len(_OPERATIONS))]
        document = operation(document, program, documents)[:DOCUMENT_MAX_BYTES]
    return document
