"""The packages of the extra `bank`, imported when they are first needed, and what they read."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from enum import Enum
from importlib import import_module
from types import ModuleType
from typing import cast

from reba.errors import UsageError

__all__ = ["bank_module", "field_of", "items_of", "read_document", "text_of"]


def bank_module(name: str) -> ModuleType:
    """Return a module of the extra `bank`.

    Raises:
        UsageError: usage.extra, where the extra is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise UsageError("usage.extra", extra="bank") from error


class _Dropped(logging.Handler):
    """Notes that the reader left something out; it says so in no other way."""

    said = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Note what was left out."""
        self.said = record.getMessage()


@contextmanager
def _nothing_dropped() -> Generator[None]:
    """Refuse a document of which the reader leaves something out.

    Raises:
        ValueError: at the end, where it did.
    """
    logger, dropped = logging.getLogger("xsdata"), _Dropped(logging.WARNING)
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(dropped)
    try:
        yield
    finally:
        logger.removeHandler(dropped)
        logger.propagate = propagated
    if dropped.said:
        raise ValueError(dropped.said)


def read_document(data: bytes, home: str) -> object:
    """Read an ISO 20022 document strictly: what its schema does not know, or asks for, is an error.

    That the elements stand in the order of the schema is not checked.

    Args:
        data: the XML, without a document type.
        home: the module that holds the classes of its schema.

    Raises:
        ValueError: where the document is not of that schema.
        UsageError: usage.extra.
    """
    formats = "xsdata.formats.dataclass.parsers"
    config = bank_module(f"{formats}.config").ParserConfig(
        fail_on_unknown_properties=True,
        fail_on_unknown_attributes=True,
        fail_on_converter_warnings=True,
    )
    # The handler of the standard library: it never fetches anything that a document names.
    handler = bank_module(f"{formats}.handlers").XmlEventHandler
    parser = bank_module(formats).XmlParser(config=config, handler=handler)
    wrong = (
        bank_module("xsdata.exceptions").ParserError,
        LookupError,  # an encoding that does not exist
        RecursionError, SyntaxError, TypeError, ValueError,
    )  # fmt: skip
    try:
        with _nothing_dropped():
            document: object = parser.from_bytes(data, bank_module(home).Document)
    except wrong as error:
        raise ValueError(str(error).partition("\n")[0][:200]) from error
    return document


def field_of(node: object, *path: str) -> object:
    """Return what stands at a path in a document, or None."""
    for name in path:
        node = getattr(node, name, None)
    return node


def items_of(node: object, *path: str) -> Sequence[object]:
    """Return what stands at a path, once or many times; nothing where it does not."""
    found = field_of(node, *path)
    if isinstance(found, list):
        return cast("list[object]", found)
    return () if found is None else (found,)


def text_of(node: object, *path: str) -> str | None:
    """Return the text or code at a path without blanks around it, or None."""
    found = field_of(node, *path)
    if isinstance(found, Enum):
        found = found.value
    return found.strip() or None if isinstance(found, str) else None
