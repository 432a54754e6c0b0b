"""Parameters as plain data and back: what a ledger keeps of the law that decisions rest on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import cast

from reba.law.parameter_values import DatedValue, Gap, Parameter, Status, UndatedValue
from reba.money import parse_euros, parse_rate

__all__ = ["parameter_from_record", "parameter_record"]

Record = Mapping[str, object]


def _read(unit: str, text: str) -> int | Fraction:
    if unit.startswith("EUR"):
        return parse_euros(text)
    return parse_rate(text) if unit == "ratio" else int(text)


def parameter_record(parameter: Parameter) -> dict[str, object]:
    """Return a parameter as plain data."""
    return {
        "instrument": parameter.instrument,
        "title_nl": parameter.title_nl,
        "title_en": parameter.title_en,
        "unit": parameter.unit,
        "values": [
            {
                "value": value.value_text,
                "valid_from": value.valid_from.isoformat(),
                "valid_to": value.valid_to.isoformat() if value.valid_to else None,
                "status": value.status,
                "jci": value.jci,
                "url": value.url,
                "note": value.note,
            }
            for value in parameter.values
        ],
        "gaps": [
            {"from": gap.first.isoformat(), "to": gap.last.isoformat(), "reason": gap.reason}
            for gap in parameter.gaps
        ],
        "undated": [
            {
                "value": item.value_text,
                "said_of": item.said_of,
                "url": item.url,
                "note": item.note,
            }
            for item in parameter.undated
        ],
    }


def parameter_from_record(name: str, record: Record) -> Parameter:
    """Make a parameter again from plain data."""
    unit = cast("str", record["unit"])
    values = [
        DatedValue(
            name=name,
            unit=unit,
            value=_read(unit, cast("str", each["value"])),
            valid_from=date.fromisoformat(cast("str", each["valid_from"])),
            valid_to=date.fromisoformat(cast("str", each["valid_to"]))
            if each["valid_to"]
            else None,
            status=cast("Status", each["status"]),
            jci=cast("str | None", each["jci"]),
            url=cast("str | None", each["url"]),
            note=cast("str | None", each["note"]),
        )
        for each in cast("list[Record]", record["values"])
    ]
    gaps = [
        Gap(
            date.fromisoformat(cast("str", each["from"])),
            date.fromisoformat(cast("str", each["to"])),
            cast("str", each["reason"]),
        )
        for each in cast("list[Record]", record["gaps"])
    ]
    undated = [
        UndatedValue(
            name=name,
            unit=unit,
            value=_read(unit, cast("str", each["value"])),
            said_of=cast("str", each["said_of"]),
            url=cast("str", each["url"]),
            note=cast("str | None", each["note"]),
        )
        for each in cast("list[Record]", record["undated"])
    ]
    return Parameter(
        name,
        cast("str", record["instrument"]),
        cast("str", record["title_nl"]),
        cast("str", record["title_en"]),
        unit,
        tuple(values),
        tuple(gaps),
        tuple(undated),
    )
