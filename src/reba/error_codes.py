"""The closed list of error codes: what went wrong, and what to do about it.

`docs/reference/errors.md` lists exactly these codes; a test compares the two. A template may only
name keys that every raiser of the code hands over: a missing key is a programming error and raises
`KeyError` at once, in tests and not at a user's desk.
"""

from __future__ import annotations

from typing import Final

from reba.bank_error_codes import BANK_CODES
from reba.error_code import (
    EXIT_BAD_INPUT,
    EXIT_FINDINGS,
    EXIT_INTEGRITY,
    EXIT_USAGE,
    ErrorCode,
)
from reba.evidence_error_codes import EVIDENCE_CODES
from reba.export_error_codes import EXPORT_CODES
from reba.savings_error_codes import SAVINGS_CODES
from reba.simulation_error_codes import SIMULATION_CODES

__all__ = ["CODES", "EXIT_BAD_INPUT", "EXIT_FINDINGS", "EXIT_INTEGRITY", "EXIT_USAGE", "ErrorCode"]

CODES: Final[dict[str, ErrorCode]] = {
    # ── money, months ────────────────────────────────────────────────────────────────────────
    "money.format": ErrorCode(
        "{value!r} is not an amount in euros.",
        'Write euros as a string with at most two decimals and a point: "1000.00".',
    ),
    "money.float": ErrorCode(
        "{value!r} is a number; an amount is a string, since binary numbers cannot hold cents.",
        'Put quotes around it: "1000.00".',
    ),
    "money.negative": ErrorCode(
        "{value!r} is negative.", "Report what was received or owned as zero or more."
    ),
    "money.too_large": ErrorCode(
        "{value!r} is above the largest amount accepted, {maximum}.",
        "Check the decimal point; the amount is in euros, not in cents.",
    ),
    "money.rate": ErrorCode(
        "{value!r} is not an exact rate.", 'Write a rate as a decimal string: "0.50".'
    ),
    "month.format": ErrorCode("{value!r} is not a month.", 'Write a month as "2015-03".'),
    "month.date_format": ErrorCode("{value!r} is not a date.", 'Write a date as "2015-03-14".'),
    "month.range": ErrorCode(
        "Month {value} lies outside the years {first}-{last} that the library handles.",
        "Check the year.",
    ),
    # ── facts ────────────────────────────────────────────────────────────────────────────────
    "facts.json": ErrorCode(
        "This is not one JSON object: {reason}.", "Write one JSON object a line, in UTF-8."
    ),
    "facts.encoding": ErrorCode("This is not UTF-8 text.", "Save the file as UTF-8."),
    "facts.line_too_long": ErrorCode(
        "This line is longer than {maximum} bytes.", "Write one household a line."
    ),
    "facts.csv_header": ErrorCode(
        "The CSV header is not usable: {reason}.", "Start from `reba facts template --csv`."
    ),
    "facts.csv_row": ErrorCode(
        "This CSV row cannot be read: {reason}.", "Give each row the columns of the header."
    ),
    "facts.csv_conflict": ErrorCode(
        "Rows of one household disagree on {column}.",
        "Repeat the household's own columns unchanged on each of its rows.",
    ),
    "facts.unknown_key": ErrorCode(
        "{key!r} is not a fact this library knows.",
        "Compare with `reba facts schema`; a misspelt fact would otherwise be lost in silence.",
    ),
    "facts.duplicate_key": ErrorCode(
        "{key!r} stands twice in one object.", "Decide which is right; a reader would drop one."
    ),
    "facts.missing": ErrorCode("{key!r} is required.", "Supply it; nothing is taken to be zero."),
    "facts.type": ErrorCode("Wrong type: {reason}.", "Compare with `reba facts schema`."),
    "facts.identifier": ErrorCode(
        "{value!r} is not usable as an id.",
        "Use 1 to 64 letters, digits, '.', '_' or '-', starting with a letter or digit.",
    ),
    "facts.identifier_personal": ErrorCode(
        "An id has the shape of a {kind}.",
        "Use a pseudonym: no BSN, V-number or bank account may enter a ledger.",
    ),
    "facts.unknown_kind": ErrorCode(
        "The value of {key!r} is not one of {allowed}.", "Use one of those named."
    ),
    "facts.duplicate_member": ErrorCode(
        "Member {member!r} stands in the household twice.", "Report each person once."
    ),
    "facts.too_many": ErrorCode(
        "More than {maximum} {what}.", "Split the report, or check that it is one household."
    ),
    "facts.no_members": ErrorCode("The household has no members.", "Report at least one person."),
    "facts.born_after_month": ErrorCode(
        "Member {member!r} is born after the month reported.", "Correct the date or the month."
    ),
    "facts.date_after_month": ErrorCode(
        "{what} is dated {date}, after the month {month}.",
        "Report it with the month in which it happened, or correct the date.",
    ),
    "facts.receipt_before_start": ErrorCode(
        "A receipt of {date} lies before the start of reception on {start}.",
        "What was owned at the start belongs in assets.at_start.",
    ),
    "facts.reason_missing": ErrorCode(
        "{kind!r} needs 'justified' and a 'reason'.",
        "Whether it is justified (verantwoord) is a decision of the caseworker, never computed.",
    ),
    "facts.reason_not_allowed": ErrorCode(
        "{kind!r} takes no 'justified' or 'reason'.", "Leave the two out."
    ),
    "facts.exemption_weeks_missing": ErrorCode(
        "Member {member!r} is an asylum seeker with earnings, without exemption_weeks_used.",
        "Supply the weeks of the exemption used before this month; absent is not zero.",
    ),
    "facts.not_for_scheme": ErrorCode(
        "{key!r} does not exist for scheme {scheme!r}.", "Leave it out, or correct the scheme."
    ),
    "facts.required_for_scheme": ErrorCode(
        "{key!r} is required for scheme {scheme!r}.", "Supply it."
    ),
    "facts.invalid": ErrorCode(
        "The facts are not usable: {count} fault(s); first: {first}", "Correct each fault listed."
    ),
    # ── law ──────────────────────────────────────────────────────────────────────────────────
    "law.no_value": ErrorCode(
        "No value is known of {parameter} on {date}; nearest known: {nearest}.",
        "Supply the official amount with --overlay FILE, or choose a month that is covered.",
    ),
    "law.unknown_parameter": ErrorCode(
        "{parameter!r} is not a parameter of the law.", "See `reba law list`."
    ),
    "law.scheme": ErrorCode("No rules are known for scheme {scheme!r}.", "Use one of: {known}."),
    "law.choices": ErrorCode(
        "Scheme {scheme!r} leaves no choices to a municipality.", "Leave the policy out."
    ),
    "law.file": ErrorCode(
        "{file} is not a usable parameter file: {reason}.", "Compare with the shipped files."
    ),
    "law.overlap": ErrorCode(
        "{file}: two values of {parameter} are valid on {date}.", "Give each date one value."
    ),
    "law.gap_unmarked": ErrorCode(
        "{file}: {parameter} has no value from {first} to {last}, and no gap is declared.",
        "Declare the gap with its reason, or supply the value.",
    ),
    "law.source_missing": ErrorCode(
        "{file}: the value of {parameter} from {date} has no source.",
        "Give it a jci reference or a url.",
    ),
    "law.choices_missing": ErrorCode(
        "The income of {month}, {income}, lies between the thresholds {withdrawn_from} and "
        "{due_from}, where the regulation lets the municipality charge wholly or partly: anything "
        "from {lowest} to {highest}; the full contribution is {full}.",
        "Hand over the choices of the municipality, or decide this month by hand.",
    ),
    # ── municipal choices ────────────────────────────────────────────────────────────────────
    "choices.file": ErrorCode("{file} is not a file of choices: {reason}.", "Check the path."),
    "choices.missing": ErrorCode(
        "{key!r} is required.", "Every choice is made by the municipality; none has a default."
    ),
    "choices.unknown_key": ErrorCode("{key!r} is not a choice.", "Check the spelling."),
    "choices.unknown_value": ErrorCode("{key!r}: {reason}.", "Use one of those named."),
    "choices.type": ErrorCode("{key!r}: {reason}.", "Compare with the documentation."),
    "choices.reference_dates": ErrorCode(
        "Reference dates do not fit: {reason}.",
        'With reference_period = "fixed_dates" name them as "01-01" and "07-01", in order; '
        "otherwise leave them out.",
    ),
    "choices.invalid": ErrorCode(
        "{file} is not usable: {count} fault(s); first: {first}", "Correct each fault listed."
    ),
    "choices.overlap": ErrorCode(
        "Choices {choices!r}: the version from {date} overlaps another or ends before it starts.",
        "Give each day one version.",
    ),
    "choices.no_version": ErrorCode(
        "Choices {choices!r} have no version for {date}; the first is valid from {first}.",
        "Add the version that the municipality adopted for that day.",
    ),
    **SAVINGS_CODES,
    # ── canonical bytes ──────────────────────────────────────────────────────────────────────
    "canonical.type": ErrorCode(
        "A value of type {type} at {path} has no canonical bytes.",
        "Use integers, ASCII-keyed objects, arrays, strings, booleans and null.",
        EXIT_INTEGRITY,
    ),
    "canonical.integer": ErrorCode(
        "The integer at {path} lies outside 53 bits.", "Check the amount.", EXIT_INTEGRITY
    ),
    "canonical.not_canonical": ErrorCode(
        "The bytes are not in canonical form: {reason}.",
        "Do not rewrite entries; export them again.",
        EXIT_INTEGRITY,
    ),
    # ── ledger ───────────────────────────────────────────────────────────────────────────────
    "ledger.command_conflict": ErrorCode(
        "Command {command_id!r} was already booked with other content.",
        "Use a new command id; to change what was booked, record a revision.",
    ),
    "ledger.head_moved": ErrorCode(
        "The ledger holds {actual} entries where {expected} were expected: another writer came "
        "first.",
        "Read again and retry.",
        EXIT_INTEGRITY,
    ),
    "ledger.unknown_account": ErrorCode(
        "Account {account!r} does not stand in the ledger.", "Check the household id."
    ),
    "ledger.unknown_entry": ErrorCode(
        "Entry {seq} does not stand in the ledger of {size} entries.", "Check the number."
    ),
    "ledger.already_assessed": ErrorCode(
        "{account!r} was already assessed for {month} on other facts.",
        "Record a revision; an entry is never edited.",
    ),
    "ledger.not_assessed": ErrorCode(
        "{account!r} was never assessed for {month}.", "Assess the month first, with its own run."
    ),
    "ledger.other_scheme": ErrorCode(
        "Account {account!r} is kept under {booked}, not under {given}.",
        "Use the household id of that scheme, or correct the scheme.",
    ),
    "ledger.account_closed": ErrorCode(
        "Account {account!r} is closed.", "Reopen it, or correct the household id."
    ),
    "ledger.destroyed": ErrorCode(
        "The records of account {account!r} were destroyed on {on}: {basis}. Its totals are left.",
        "Nothing can be booked on it: `reba account` shows the totals, and whoever comes back gets "
        "an account with another id.",
    ),
    "ledger.month_twice": ErrorCode(
        "Month {month} of {account!r} is revised twice in one command.", "Give each month once."
    ),
    "ledger.entry_id": ErrorCode(
        "{value!r} is not the id of an entry.", "Write account and number: H-0001/12."
    ),
    "ledger.text": ErrorCode(
        "{what} cannot be used: {reason}.", "Name the source or decision, and no person."
    ),
    "ledger.unknown_reason": ErrorCode(
        "{value!r} is not one of the reasons {known}.", "Use one of those named."
    ),
    "ledger.in_future": ErrorCode(
        "{what} is dated {date}, after today, {today}.", "Book it on the day itself."
    ),
    "ledger.too_early": ErrorCode(
        "{what} is dated {date}, before what it follows on, of {first}.", "Correct the date."
    ),
    "ledger.not_found": ErrorCode(
        "There is no ledger at {place}.", "Check the path or the address."
    ),
    "ledger.not_a_ledger": ErrorCode(
        "{place} is not a reba ledger: {reason}.", "Check the path.", EXIT_INTEGRITY
    ),
    "ledger.newer_schema": ErrorCode(
        "{place} was written by a newer version (schema {schema}, this one knows {known}).",
        "Upgrade reba-ledger.",
        EXIT_INTEGRITY,
    ),
    "ledger.damaged": ErrorCode(
        "{place} is damaged: {reason}.",
        "Restore a backup and check it with `reba audit --against CHECKPOINT`.",
        EXIT_INTEGRITY,
    ),
    "ledger.checkpoint": ErrorCode(
        "This is not a checkpoint: {reason}.", "Hand over the text that `reba checkpoint` printed."
    ),
    "ledger.not_next": ErrorCode(
        "{place}: an entry is not the next of the ledger or of its account.",
        "Append entries in order, as the ledger seals them.",
        EXIT_INTEGRITY,
    ),
    "ledger.not_a_prefix": ErrorCode(
        "{place} does not hold an earlier part of {source}: {reason}.",
        "Copy to a new place; `reba audit` says which of the two is sound.",
        EXIT_INTEGRITY,
    ),
    "ledger.document_digest": ErrorCode(
        "The {kind} does not have the digest {digest}.", "Keep the text unchanged.", EXIT_INTEGRITY
    ),
    "ledger.document_missing": ErrorCode(
        "The {kind} with digest {digest} is not kept in the ledger.",
        "Restore the ledger from a backup.",
        EXIT_INTEGRITY,
    ),
    # ── store ────────────────────────────────────────────────────────────────────────────────
    "store.url": ErrorCode(
        "{place!r} is not a place for a ledger: {reason}.",
        "Use a file path, or an address as the documentation of `open_ledger` gives.",
    ),
    "store.locked": ErrorCode(
        "{place} is in use by another writer.", "Wait until it is done, then retry.", EXIT_INTEGRITY
    ),
    "store.full": ErrorCode(
        "The disk of {place} is full; nothing of the last batch was booked.",
        "Make room and give the same command again.",
        EXIT_INTEGRITY,
    ),
    "store.permission": ErrorCode(
        "{place} may not be written, or not even read.",
        "Check the permissions: of the file and its folder, or of the role on the server.",
        EXIT_INTEGRITY,
    ),
    "store.io": ErrorCode(
        "{place} cannot be read or written: {reason}.", "Check the disk.", EXIT_INTEGRITY
    ),
    "store.guard": ErrorCode(
        "{place}: the database does not keep its append-only guard: {reason}.",
        "Use SQLite 3.37 or PostgreSQL 14 or later, durable as it comes, and keep the triggers.",
        EXIT_INTEGRITY,
    ),
    "store.append_only": ErrorCode(
        "{place}: an entry may not be changed or removed.", "Record a revision.", EXIT_INTEGRITY
    ),
    "store.connection": ErrorCode(
        "{place} cannot be reached: {reason}.",
        "Check that the server runs, the address and the role; then give the same command again: "
        "what was booked is not booked twice.",
        EXIT_INTEGRITY,
    ),
    "store.outcome_unknown": ErrorCode(
        "The connection to {place} was lost while a batch was being committed: it is booked as a "
        "whole, or not at all.",
        "Give the same command again: what was booked is not booked twice.",
        EXIT_INTEGRITY,
    ),
    "store.owner": ErrorCode(
        "{place}: only the owner of its tables can {task}.",
        "Give the command as that role; `reba store ddl` prints which roles there are.",
        EXIT_INTEGRITY,
    ),
    "store.purge_incomplete": ErrorCode(
        "{place}: rows that were erased ({count}) are still kept, since something open looks back "
        "at them.",
        "End the transactions and replication slots that were open before the erasing, and purge "
        "again.",
        EXIT_INTEGRITY,
    ),
    # ── run ──────────────────────────────────────────────────────────────────────────────────
    "run.file": ErrorCode("{file} cannot be read: {reason}.", "Check the path."),
    "run.file_kind": ErrorCode(
        "{file} is neither .jsonl, .json nor .csv.", "Name the file after its format."
    ),
    "run.other_month": ErrorCode(
        "The row is about {month}, the run about {run_month}.",
        "Run it with its own month.",
    ),
    "run.provisional": ErrorCode(
        "The result is provisional, since {parameters} is not verified.",
        "Supply official amounts with --overlay, or accept it with --allow-provisional.",
    ),
    "run.output": ErrorCode("{place} cannot be written: {reason}.", "Check the folder."),
    "run.workers": ErrorCode(
        "The workers of the run did not do their part: {reason}.",
        "What was booked stays booked. Give the same command again, with fewer workers or none.",
        EXIT_INTEGRITY,
    ),
    **EVIDENCE_CODES,
    **EXPORT_CODES,
    **BANK_CODES,
    **SIMULATION_CODES,
    # ── command line ─────────────────────────────────────────────────────────────────────────
    "usage.option": ErrorCode("The options do not fit: {reason}.", "See --help.", EXIT_USAGE),
    "usage.extra": ErrorCode(
        "This needs the extra '{extra}'.", "pip install 'reba-ledger[{extra}]'", EXIT_USAGE
    ),
}
