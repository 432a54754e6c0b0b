"""What only the organisation can say in a letter: its sender, and the way to object (bezwaar).

1. No text and no term of an objection comes from here: a letter holds what its organisation
   supplies in a file, or says visibly what is missing.
2. The texts stand in the file by kind of decision and by language, so that none is translated or
   carried over by guessing.
"""

from __future__ import annotations

import os
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field, ValidationError

from reba.dated_files import Table
from reba.errors import DecisionError, Fault
from reba.fact_faults import dotted_path
from reba.text_files import parse_toml, read_text

__all__ = ["OBJECTION_KEYS", "DecisionKind", "Objection", "Passages", "Sender", "load_passages"]

DecisionKind: TypeAlias = Literal["month", "release"]

OBJECTION_KEYS: Final = ("who", "how", "where", "term")
"""What a letter says about objecting: by whom, how, where, and within which term."""

_FILE_BYTES_MAX: Final = 100_000
_LINES_MAX: Final = 8
_LANGUAGE: Final = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"


def _printable(text: str) -> str:
    if not text.strip() or not text.isprintable():
        msg = "it must be one line of printable text"
        raise ValueError(msg)
    return text.strip()


_Line: TypeAlias = Annotated[str, Field(max_length=200), AfterValidator(_printable)]
_Text: TypeAlias = Annotated[str, Field(max_length=2000), AfterValidator(_printable)]


class Sender(Table):
    """Who takes the decision (afzender), and its address in lines."""

    name: _Line
    address: Annotated[list[_Line], Field(min_length=1, max_length=_LINES_MAX)]


class Objection(Table):
    """How to object to one kind of decision (bezwaar of beroep), in one language."""

    who: _Text | None = None
    how: _Text | None = None
    where: _Text | None = None
    term: _Text | None = None


_ByLanguage: TypeAlias = dict[Annotated[str, Field(pattern=_LANGUAGE)], Objection]


class Passages(Table):
    """What an organisation supplies for its letters; what it leaves out is missing in them.

    >>> Passages().objection("month", "nl").term is None
    True
    """

    sender: Sender | None = None
    month: _ByLanguage = Field(default_factory=dict)
    release: _ByLanguage = Field(default_factory=dict)

    def objection(self, kind: DecisionKind, language: str) -> Objection:
        """Return how to object to a kind of decision, in the language with this tag."""
        of_kind = self.month if kind == "month" else self.release
        return of_kind.get(language, Objection())

    def missing(self, kind: DecisionKind, language: str) -> tuple[str, ...]:
        """Return the keys that a letter needs and the file does not hold.

        >>> Passages().missing("month", "en")
        ('sender', 'month.en.who', 'month.en.how', 'month.en.where', 'month.en.term')
        """
        objection = self.objection(kind, language)
        keys = [f"{kind}.{language}.{key}" for key in OBJECTION_KEYS if not getattr(objection, key)]
        return (*(["sender"] if self.sender is None else []), *keys)


def _unusable(file: str, reason: str, faults: tuple[Fault, ...] = ()) -> DecisionError:
    return DecisionError("decision.passages", file=file, reason=reason, faults=faults)


def load_passages(path: str | os.PathLike[str]) -> Passages:
    """Read the file with the sender and the way to object.

    Raises:
        DecisionError: decision.passages.
    """
    file = os.fspath(path)
    try:
        document = parse_toml(read_text(path, _FILE_BYTES_MAX))
    except ValueError as error:
        raise _unusable(file, str(error)) from error
    try:
        return Passages.model_validate(document)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        faults = tuple(
            Fault("decision.passages", dotted_path(each["loc"]), each["msg"]) for each in found
        )
        first = f"{faults[0].path}: {faults[0].reason}"
        raise _unusable(file, first, faults) from None
