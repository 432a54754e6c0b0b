"""The error codes of exports to the books; see `error_codes.py`."""

from __future__ import annotations

from typing import Final

from reba.error_code import EXIT_USAGE, ErrorCode

__all__ = ["EXPORT_CODES"]

EXPORT_CODES: Final[dict[str, ErrorCode]] = {
    # ── the mapping file ─────────────────────────────────────────────────────────────────────
    "export.source": ErrorCode(
        "'{source}' does not name an organisation and its system as a URN.",
        "Write it as {example}: `urn:nld`, the number of the organisation, and the system.",
    ),
    "export.mapping": ErrorCode(
        "The mapping file {file} cannot be read: {reason}.", "Write it as TOML, in UTF-8."
    ),
    "export.mapping_invalid": ErrorCode(
        "The mapping file {file} has {count} fault(s). The first: {first}",
        "Mend what is listed; `examples/finance/mapping.toml` is a whole one.",
    ),
    "export.missing": ErrorCode(
        "'{key}' is not there.",
        "Add it; a mapping names each account of the chart, and nothing is a default.",
    ),
    "export.unknown_key": ErrorCode("'{key}' is not a key of a mapping.", "Check the spelling."),
    "export.value": ErrorCode("{reason}.", "Write it as `examples/finance/mapping.toml` does."),
    "export.number": ErrorCode(
        "{value!r} is not the number of an account.",
        "Write a string of at most 35 letters, digits, points and hyphens that begins with a "
        'capital or a digit: "1300".',
    ),
    "export.text": ErrorCode(
        "{value!r} is empty, too long, or holds a quotation mark, backslash or control character.",
        "Write one line of at most 100 characters.",
    ),
    "export.rgs": ErrorCode(
        "{value!r} does not look like an RGS code.",
        'Write the code of the RGS release that you use, such as "BLimBanRba", or leave it out.',
    ),
    "export.number_twice": ErrorCode(
        "The number {number} stands for two accounts that are not the same.",
        "Give accounts that share a number one name and RGS code, and one side of the books.",
    ),
    "export.overlap": ErrorCode(
        "Two versions of the mapping {mapping} stand on {date}, or one ends before it begins.",
        "Let each version begin after the one before it.",
    ),
    "export.no_version": ErrorCode(
        "The mapping {mapping} has no version for {date}; its first begins on {first}.",
        "Add a version that stands on that day.",
    ),
    "export.audit_file": ErrorCode(
        "The mapping {mapping} has no table [audit_file], which an audit file needs.",
        "Add it: who the organisation is, and the account for the result of earlier years.",
    ),
    # ── what is exported ─────────────────────────────────────────────────────────────────────
    "export.range": ErrorCode(
        "The ledger has {size} entries; {since} up to {until} is no part of it.",
        "Check --since and --until; entries are counted from 0.",
        EXIT_USAGE,
    ),
    "export.order": ErrorCode(
        "Entry {seq} was recorded on {date}, an earlier day than an entry before it.",
        "The days of this ledger are no ranges of entries: export by --since and --until.",
    ),
    "export.years": ErrorCode(
        "The entries were recorded from {first} to {last}; an audit file is of one year.",
        "Give --year or --month.",
        EXIT_USAGE,
    ),
    "export.destroyed": ErrorCode(
        "The records of account {account} were destroyed after entry {until}, and what it had "
        "moved by then is not known any more.",
        "Use the export that was made before; an export up to the end tells it in total.",
    ),
    "export.exists": ErrorCode(
        "{file} is there already.", "Choose another name; an export is never overwritten."
    ),
    "export.write": ErrorCode(
        "{file} cannot be written: {reason}.", "Check the path, and whether the disk is full."
    ),
    # ── the file of marks ────────────────────────────────────────────────────────────────────
    "export.marks": ErrorCode(
        "The file of marks {file} cannot be used: {reason}.",
        "Restore it; without it nobody knows what is in the books already.",
    ),
    "export.marked_meanwhile": ErrorCode(
        "Another export was marked in {file} while this one was made.",
        "Give the command again; it goes on where the other one ended.",
    ),
    "export.not_continued": ErrorCode(
        "The ledger is not the one that was exported up to entry {until}: {reason}.",
        "Check which ledger and which marks belong together; if they do, audit the ledger.",
    ),
    "export.gap": ErrorCode(
        "The entries from {until} to {since} were not exported yet.",
        "Export them first, or leave out --month and --year: then it goes on where it ended.",
    ),
    "export.exported": ErrorCode(
        "Entries {since} to {until} are in the books in part.",
        "Leave out --month and --year: then the export goes on where the last one ended.",
    ),
}
