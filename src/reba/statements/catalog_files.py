"""Catalogs of translations as files (gettext, .po): the template, and what is wrong with a file.

1. A text is known by its name, the context (msgctxt) of its entry; its English text (msgid) must
   be that of this version, or the translation is of something else.
2. A translation that is missing, not checked (fuzzy), of another text, with other blanks, or not
   one line that can be shown is not used: it counts as lacking.
3. A blank is a name in braces and nothing more: no file can reach into what is put there.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Final, NamedTuple, cast

from babel import Locale
from babel.messages import Catalog as Entries
from babel.messages import Message as Entry
from babel.messages.pofile import read_po, write_po

from reba.errors import CatalogError, Fault
from reba.law.labels import Label
from reba.statements.catalog import Catalog
from reba.statements.messages import messages
from reba.text_files import read_text
from reba.version import __version__

__all__ = ["CheckedCatalog", "catalog_template", "check_catalog", "load_catalog"]

_FILE_BYTES_MAX: Final = 2_000_000
_LENGTH_MAX: Final = 2000
_SHOWN: Final = 100
_FAULTS_TOLD: Final = 20
_OURS: Final = ("nl", "en")
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(_[A-Za-z0-9]{2,8})*")
_INVISIBLE: Final = frozenset(
    "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{SOFT HYPHEN}\N{ZERO WIDTH NON-JOINER}"
    "\N{ZERO WIDTH JOINER}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER MARK}"
)
"""What scripts need within a word or a line; nothing here reaches beyond its text."""

_HEADER: Final = rf"""# What residents read in statements and decisions, to be translated.
#
# Write the language into the header below ("Language: ar\n") and a translation into each msgstr.
# Above each text stands the same in Dutch ("nl:"), which is the text that holds. Write what stands
# in braces as it is, wherever the sentence needs it.
msgid ""
msgstr ""
"Project-Id-Version: reba-ledger {__version__}\n"
"Language: \n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


class CheckedCatalog(NamedTuple):
    """A file of translations (vertaalbestand), and all that is wrong with it.

    `faults` have the name of the text as their path. `texts` are the translations that can be used.
    """

    language: str
    texts: Mapping[str, str]
    faults: tuple[Fault, ...]

    @property
    def is_right_to_left(self) -> bool:
        """Whether the language is read from right to left."""
        return Locale.parse(self.language, sep="-").character_order == "right-to-left"


def catalog_template() -> str:
    """Return the template (sjabloon) of a catalog: every text, in English and Dutch.

    >>> 'msgctxt "statement.title"' in catalog_template()
    True
    """
    entries = Entries()
    for name, text in messages().items():
        entries.add(text.en, context=name, auto_comments=[f"nl: {text.nl}"])
    out = io.BytesIO()
    write_po(out, entries, width=100, omit_header=True)
    return _HEADER + out.getvalue().decode("utf-8")


# ── reading ──────────────────────────────────────────────────────────────────────────────────


def _told(text: str) -> str:
    """Return what a file says so that it can be shown on a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:_SHOWN])


def _unreadable(file: str, reason: str) -> CatalogError:
    return CatalogError("catalog.file", file=file, reason=reason)


def _entries(text: str, file: str) -> Entries:
    lines = [line.strip() for line in io.StringIO(text)]
    # An entry with plurals makes room for as many forms as a header says, were it a billion.
    if any(line.removeprefix("#~").lstrip().startswith("msgid_plural") for line in lines):
        raise _unreadable(file, "it has a text with plural forms, and the template has none")
    try:
        found = read_po(io.StringIO(text), abort_invalid=True)
    except Exception as error:  # Babel says in many ways what it cannot read
        raise _unreadable(file, _told(str(error)) or type(error).__name__) from error
    if sum(1 for _ in found) < sum(line.partition(" ")[0] == "msgid" for line in lines):
        raise _unreadable(file, "an entry stands in it twice")
    return found


def _language(entries: Entries, file: str) -> str:
    # Babel passes over what it does not know, as the script in "sr@latin".
    written = cast("str | None", entries.locale_identifier) or ""
    locale = cast("Locale | None", entries.locale)
    if locale is None or locale.language in _OURS or not _TAG.fullmatch(written):
        raise CatalogError("catalog.language", file=file, language=_told(written))
    parts = (locale.language, locale.script, locale.territory, locale.variant)
    return "-".join(part for part in parts if part)


def _blanks(text: str) -> frozenset[str] | None:
    """Return the names of the blanks of a text, or None where something else is in braces."""
    try:
        parts = [part[1:] for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        return None
    if any(spec or conversion for _, spec, conversion in parts):
        return None
    return frozenset(name or "" for name, _, _ in parts)


def _named(blanks: frozenset[str] | None) -> str:
    if blanks is None:
        return "not written as blanks"
    return ", ".join(f"{{{name}}}" for name in sorted(blanks)) or "none"


def _is_shown(text: str) -> bool:
    return len(text) <= _LENGTH_MAX and all(
        letter.isprintable() or letter in _INVISIBLE for letter in text
    )


def _fault(text: Label, entry: Entry | None, *, other: bool) -> CatalogError | None:
    """Return why a translation cannot be used; `other` says that it is of another text."""
    if entry is None and other:
        return CatalogError("catalog.outdated", text=text.en)
    if entry is None or not str(entry.string).strip():
        return CatalogError("catalog.missing")
    if entry.fuzzy:
        return CatalogError("catalog.fuzzy")
    translation = str(entry.string)
    if not _is_shown(translation):
        return CatalogError("catalog.text", length_max=_LENGTH_MAX)
    found, wanted = _blanks(translation), _blanks(text.en)
    if found != wanted:
        return CatalogError("catalog.placeholders", found=_named(found), wanted=_named(wanted))
    return None


def _unknown(entries: Entries) -> Iterator[Fault]:
    known = messages()
    for entry in entries:
        if entry.id and entry.context not in known:
            yield CatalogError("catalog.unknown").as_fault(_told(entry.context or str(entry.id)))


def check_catalog(path: str | os.PathLike[str]) -> CheckedCatalog:
    """Read a file of translations (vertaalbestand), and find all that is wrong with it.

    Args:
        path: the .po file; its header says the language.

    Raises:
        CatalogError: catalog.file, catalog.language.
    """
    file = os.fspath(path)
    try:
        text = read_text(path, _FILE_BYTES_MAX)
    except ValueError as error:
        raise _unreadable(file, str(error)) from error
    # Some editors put a mark of their own before the first letter.
    entries = _entries(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"), file)
    language = _language(entries, file)
    contexts = {entry.context for entry in entries}
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for name, each in messages().items():
        entry = entries.get(each.en, context=name)
        fault = _fault(each, entry, other=name in contexts)
        if fault is not None:
            faults.append(fault.as_fault(name))
        elif entry is not None:
            texts[name] = str(entry.string)
    return CheckedCatalog(language, texts, (*faults, *_unknown(entries)))


def load_catalog(path: str | os.PathLike[str], *, may_lack: bool = False) -> Catalog:
    """Load the translation of an organisation (vertaling), to write documents in its language.

    Args:
        path: the .po file; its header says the language.
        may_lack: whether a text that it lacks may stand in Dutch.

    Raises:
        CatalogError: catalog.file, catalog.language, catalog.incomplete.
    """
    checked, file = check_catalog(path), os.fspath(path)
    lacking = tuple(fault for fault in checked.faults if fault.path in messages())
    if lacking and not may_lack:
        first = f"{lacking[0].path}: {lacking[0].reason}"
        raise CatalogError(
            "catalog.incomplete", faults=lacking[:_FAULTS_TOLD], file=file, count=len(lacking),
            first=first,
        )  # fmt: skip
    return Catalog(language=checked.language, texts=checked.texts, file=file, may_lack=may_lack)
