"""Made files of parameters: one parameter in euros a week, and what tests put beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from reba.law.parameter_files import parse_parameters
from reba.law.parameters import Law

__all__ = [
    "FIRST_HALF_OF_2015",
    "GAP_IN_2015",
    "JCI",
    "SET",
    "SET_TEXT",
    "amount_file",
    "dated_value",
    "overlay_file",
    "parameter",
    "undated",
]

JCI: Final = "jci1.3:c:BWBR0000001&artikel=1"
_HEAD: Final = 'instrument = "BWBR0000001"\ntitle = "{title}"\n'
_LETTER: Final = "https://example.org/letter"


def _lines(**said: object) -> str:
    return "".join(
        f"{key.rstrip('_')} = {each}\n" for key, each in said.items() if each is not None
    )


def _text(said: str | None) -> str | None:
    return None if said is None else f'"{said}"'


def parameter(name: str, unit: str, title_nl: str, title_en: str) -> str:
    """Write the head of a parameter."""
    said = _lines(title_nl=_text(title_nl), title_en=_text(title_en), unit=_text(unit))
    return f'[parameter."{name}"]\n{said}'


def dated_value(
    amount: str | int,
    first: str,
    last: str | None = None,
    *,
    status: str | None = None,
    jci: str | None = None,
    url: str | None = None,
    note: str | None = None,
    name: str = "test.amount",
) -> str:
    """Write a value that holds from a first day to a last one, or for ever."""
    said = _lines(
        is_=amount if isinstance(amount, int) else _text(amount), valid_from=first, valid_to=last,
        status=_text(status), jci=_text(jci), url=_text(url), note=_text(note),
    )  # fmt: skip
    return f'[[parameter."{name}".value]]\n{said}'


def undated(amount: str, note: str | None = None) -> str:
    """Write an amount that a source names for a period that nobody knows."""
    said = _lines(
        is_=_text(amount), said_of='"some year"', url='"https://example.org/old"', note=_text(note)
    )
    return f'[[parameter."test.amount".undated]]\n{said}'


def amount_file(*parts: str) -> str:
    """Write a file with the one parameter, and what stands in it."""
    head = parameter("test.amount", "EUR/week", "Bedrag", "Amount")
    return _HEAD.format(title="A test") + head + "".join(parts)


def overlay_file(
    path: Path,
    values: Iterable[tuple[str, str, str | None]],
    *,
    name: str = "test.amount",
    unit: str = "EUR/week",
) -> Path:
    """Write an overlay in which an organisation gives amounts from a first to a last day."""
    parts = [dated_value(*each, url=_LETTER, name=name) for each in values]
    head = _HEAD.format(title="Official amounts") + parameter(name, unit, "-", "-")
    path.write_text(head + "".join(parts), encoding="utf-8")
    return path


FIRST_HALF_OF_2015: Final = dated_value(
    "1.00", "2015-01-01", "2015-06-30", status="verified", jci=JCI
)
GAP_IN_2015: Final = (
    '[[parameter."test.amount".gap]]\nfrom = 2015-07-01\nto = 2015-12-31\n'
    'reason = "not published"\n'
)
SET_TEXT: Final = amount_file(
    FIRST_HALF_OF_2015,
    GAP_IN_2015,
    dated_value(
        "2.00", "2016-01-01", "2016-12-31", status="reported", url="https://example.org/",
        note="as told",
    ),
    undated("3.00"),
    parameter("test.rate", "ratio", "Deel", "Rate"),
    dated_value(
        "0.25", "2014-01-01", status="derived", url="https://example.org/rate", name="test.rate"
    ),
    parameter("test.count", "weeks", "Aantal", "Count"),
    dated_value(
        24, "2014-01-01", status="verified", url="https://example.org/count", name="test.count"
    ),
)  # fmt: skip
SET: Final = Law(parse_parameters(SET_TEXT, "test.toml"))
"""A set of three parameters: euros with a gap, a ratio, a count."""
