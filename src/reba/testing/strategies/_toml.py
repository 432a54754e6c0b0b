"""Write the TOML of the files that people write: only as much of it as those files need."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Final, TypeAlias, cast

__all__ = ["toml_text"]

Table: TypeAlias = Mapping[str, object]

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name)


def _value(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(_value(each) for each in cast('list[object]', value))}]"
    # What JSON writes of texts, whole numbers and booleans is TOML as well.
    return json.dumps(value, ensure_ascii=False)


def _tables_of(value: object) -> list[tuple[str, Table]] | None:
    """Return the tables that a value is, each with the brackets around its name; None of others."""
    if isinstance(value, Mapping):
        return [("[{}]", cast("Table", value))]
    items = cast("list[object]", value) if isinstance(value, list) else []
    if not items or not all(isinstance(each, Mapping) for each in items):
        return None
    return [("[[{}]]", cast("Table", each)) for each in items]


def _lines(table: Table, path: str) -> list[str]:
    plain: list[str] = []
    below: list[str] = []
    for name, value in table.items():
        tables = _tables_of(value)
        if tables is None:
            plain.append(f"{_key(name)} = {_value(value)}")
            continue
        place = f"{path}.{_key(name)}" if path else _key(name)
        for brackets, each in tables:
            below += ["", brackets.format(place), *_lines(each, place)]
    return plain + below


def toml_text(document: Table) -> str:
    """Return the text of a TOML file.

    >>> print(toml_text({"policy": {"id": "a", "from": date(2015, 1, 1)}, "version": [{"n": 1}]}))
    <BLANKLINE>
    [policy]
    id = "a"
    from = 2015-01-01
    <BLANKLINE>
    [[version]]
    n = 1
    <BLANKLINE>
    """
    return "\n".join(_lines(document, "")) + "\n"
