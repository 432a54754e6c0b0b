"""Text with parts of another direction or language in it, for both ways of writing it out.

A text of a page is a string. Where a part of it must not disturb what stands around it, such as an
account number in an Arabic sentence, the part stands between the isolates of Unicode (UAX 9). So a
plain text is right as it is, and a page gets the same as tags.

1. Marks from outside cannot leave the part that they stand in: each part is closed within itself.
2. A text without marks is written as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final
from unicodedata import category, combining, east_asian_width

__all__ = [
    "apart", "as_attribute", "as_html", "as_plain", "balanced_lines", "in_dutch", "right_to_left",
    "width",
]  # fmt: skip

_LEFT_TO_RIGHT: Final = "\N{LEFT-TO-RIGHT ISOLATE}"
_RIGHT_TO_LEFT: Final = "\N{RIGHT-TO-LEFT ISOLATE}"
_BY_FIRST: Final = "\N{FIRST STRONG ISOLATE}"
_END: Final = "\N{POP DIRECTIONAL ISOLATE}"
_DUTCH: Final = f"{_LEFT_TO_RIGHT}\ue000"
"""Begins a part in Dutch; the second character is private, and is never written out."""

_TAGS: Final = {
    _LEFT_TO_RIGHT: ('<bdi dir="ltr">', "</bdi>"),
    _RIGHT_TO_LEFT: ('<bdi dir="rtl">', "</bdi>"),
    _BY_FIRST: ("<bdi>", "</bdi>"),
    _DUTCH: ('<span lang="nl" dir="ltr">', "</span>"),
}
_PARTS: Final = re.compile(f"({_DUTCH}|[{_LEFT_TO_RIGHT}{_RIGHT_TO_LEFT}{_BY_FIRST}{_END}\ue000])")


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the marks and what stands between; what is not opened or closed is put right."""
    open_marks: list[str] = []
    for part in _PARTS.split(text):
        if part in _TAGS:
            open_marks.append(part)
            yield "open", part
        elif part == _END:
            if open_marks:
                yield "close", open_marks.pop()
        elif part and part != "\ue000":
            yield "text", part
    for mark in reversed(open_marks):
        yield "close", mark


def _closed(text: str) -> str:
    if _PARTS.search(text) is None:
        return text
    return "".join(_END if kind == "close" else part for kind, part in _parts(text))


def apart(text: str) -> str:
    r"""Return a text as a part of its own: its direction is that of its first letter.

    >>> apart("NET-400")
    '\u2068NET-400\u2069'
    """
    is_one = text.startswith(_BY_FIRST) and text.endswith(_END)
    if is_one and _PARTS.findall(text) == [_BY_FIRST, _END]:
        return text
    return f"{_BY_FIRST}{_closed(text)}{_END}"


def in_dutch(text: str) -> str:
    """Return a text as a part in Dutch, in a page of another language.

    >>> as_html(in_dutch("Dit is Nederlands."))
    '<span lang="nl" dir="ltr">Dit is Nederlands.</span>'
    """
    return f"{_DUTCH}{_closed(text)}{_END}"


def right_to_left(line: str) -> str:
    """Return a line of plain text that is read from right to left, whatever it begins with."""
    mark = "\N{RIGHT-TO-LEFT MARK}"  # says the direction where a reader asks the first letter
    return f"{mark}{_RIGHT_TO_LEFT}{line}{_END}"


def as_html(text: str) -> str:
    """Return a text as HTML.

    >>> as_html("a < b"), as_html(apart("a < b"))
    ('a &lt; b', '<bdi>a &lt; b</bdi>')
    """
    if _PARTS.search(text) is None:
        return escape(text)
    tag_of = {"open": 0, "close": 1}
    return "".join(
        _TAGS[part][tag_of[kind]] if kind in tag_of else escape(part) for kind, part in _parts(text)
    )


def as_attribute(text: str) -> str:
    """Return a text as the value of an attribute in HTML, where no tag can stand."""
    return escape(_closed(text).replace("\ue000", ""))


def as_plain(text: str) -> str:
    r"""Return a text as plain text; a part in Dutch says so.

    >>> as_plain(in_dutch("spaartegoed"))
    '\u2066[nl] spaartegoed\u2069'
    """
    return _closed(text).replace(_DUTCH, f"{_LEFT_TO_RIGHT}[nl] ")


def balanced_lines(lines: Iterable[str]) -> Iterator[str]:
    r"""Yield lines of one text; a part that goes on over a line is opened again on the next.

    >>> list(balanced_lines(["see \u2068Half of", "it\u2069 now"]))
    ['see \u2068Half of\u2069', '\u2068it\u2069 now']
    """
    open_marks: list[str] = []
    for line in lines:
        whole = "".join(open_marks) + line
        open_marks = []
        for part in _PARTS.findall(whole):
            if part in _TAGS:
                open_marks.append(part)
            elif part == _END and open_marks:
                open_marks.pop()
        yield whole + _END * len(open_marks)


def width(text: str) -> int:
    r"""Return how many columns a text takes on a terminal: none for marks and vowel signs.

    >>> width("NET-400") == width(apart("NET-400")) == 7
    True
    """
    if text.isascii():
        return len(text)
    shown = [each for each in text if not combining(each) and category(each) not in {"Cf", "Mn"}]
    return len(shown) + sum(east_asian_width(each) in {"F", "W"} for each in shown)
