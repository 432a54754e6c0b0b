"""Hold a camt.053 that a test made against its schema, as far as an installed package carries it.

`pyiso20022` has classes that were made from the official schemas: what is required, how long a text
may be, its pattern, the range of a number, how often an element may stand. The order of elements is
that of the fields: written again from the classes, a document must say the same in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from importlib import import_module
from typing import Any
from xml.etree import ElementTree as ET

from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.serializers import XmlSerializer

__all__ = ["faults_of"]

_VERSION = re.compile(r"camt\.053\.001\.(\d{2})")


def faults_of(text: str) -> list[str]:
    """Return what the schema of its version forbids in a document."""
    found = _VERSION.search(text)
    if found is None:
        return ["it is no camt.053"]
    home = import_module(f"pyiso20022.camt.camt_053_001_{found[1]}")
    try:
        document = XmlParser().from_string(text, home.Document)
    except TypeError as error:  # what is required and missing
        return [str(error)]
    return [*_of_node(document, "Document"), *_of_order(text, document)]


def _of_node(node: Any, place: str) -> Iterator[str]:
    for field in fields(node):
        said = getattr(node, field.name)
        here = f"{place}/{field.metadata.get('name', field.name)}"
        items = said if isinstance(said, list) else [] if said is None else [said]
        if not field.metadata.get("min_occurs", 0) <= len(items) <= _most(field.metadata):
            yield f"{here} stands {len(items)} times"
        for item in items:
            if is_dataclass(item):
                yield from _of_node(item, here)
            else:
                yield from (f"{here}: {why}" for why in _of_value(item, field.metadata))


def _most(metadata: Mapping[str, Any]) -> int:
    return int(metadata.get("max_occurs", 2**31))


def _of_value(value: object, metadata: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, str):
        if not metadata.get("min_length", 0) <= len(value) <= metadata.get("max_length", 2**31):
            yield f"it has {len(value)} characters"
        if "pattern" in metadata and re.fullmatch(metadata["pattern"], value) is None:
            yield "it does not follow its pattern"
    if isinstance(value, Decimal):
        digits = value.as_tuple()
        if value < metadata.get("min_inclusive", value):
            yield f"{value} is too small"
        if len(digits.digits) > metadata.get("total_digits", 2**31):
            yield f"{value} has too many digits"
        if -int(digits.exponent) > metadata.get("fraction_digits", 2**31):
            yield f"{value} has too many decimals"


def _of_order(text: str, document: object) -> Iterator[str]:
    again = XmlSerializer().render(document)
    ours, theirs = (list(_tags(each)) for each in (text, again))
    if ours != theirs:
        first = next(number for number, pair in enumerate(zip(ours, theirs, strict=False))
                     if pair[0] != pair[1])  # fmt: skip
        yield f"{ours[first]} stands where {theirs[first]} should"


def _tags(text: str) -> Iterator[str]:
    for node in ET.fromstring(text.encode()).iter():  # noqa: S314 (our own document)
        yield node.tag.partition("}")[2]
