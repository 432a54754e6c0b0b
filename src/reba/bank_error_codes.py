"""The error codes of payment files and bank statements; see `error_codes.py`."""

from __future__ import annotations

from typing import Final

from reba.error_code import EXIT_INTEGRITY, ErrorCode

__all__ = ["BANK_CODES"]

_BY_HAND: Final = "See what it is, and book it by hand where it is yours."

BANK_CODES: Final[dict[str, ErrorCode]] = {
    # ── payment files ────────────────────────────────────────────────────────────────────────
    "payment.name": ErrorCode(
        "{value!r} is not usable as the name of a payment batch.",
        "Use 1 to 14 letters, digits, '_' or '-'; each batch has a name of its own.",
    ),
    "payment.debtor_name": ErrorCode(
        "The name of who pays is not usable.", "Use 1 to 70 printable characters."
    ),
    "payment.account": ErrorCode(
        "The bank account of your organisation is not an IBAN whose check digits hold.",
        "Check --account.",
    ),
    "payment.bic": ErrorCode(
        "The BIC of your bank is not usable.",
        "Use 8 or 11 capital letters and digits, or leave it out where your bank does not ask it.",
    ),
    "payment.text": ErrorCode(
        "The text for the payees is not usable.", "Use 1 to {most} printable characters."
    ),
    "payment.day": ErrorCode(
        "The bank would be asked to pay on {date}, before the payments are booked on {booked}.",
        "Name that day or a later one.",
    ),
    "payment.payees": ErrorCode(
        "The payees in {file} cannot be read: {reason}.",
        "Write a CSV file in UTF-8 whose first line is account,name,iban.",
    ),
    "payment.payee_missing": ErrorCode(
        "The payees have no line for account {account!r}.",
        "Add it, or leave its release out with --leave-out.",
    ),
    "payment.payee_twice": ErrorCode(
        "Account {account!r} stands among the payees twice, again in {place}.",
        "Keep the line that is right.",
    ),
    "payment.payee_name": ErrorCode(
        "The name of the payee of account {account!r} is not usable ({place}).",
        "Write the name as it is on the bank account, in 1 to 70 characters.",
    ),
    "payment.iban": ErrorCode(
        "The IBAN of account {account!r} fails its check ({place}).",
        "Ask for the bank account again; nothing is corrected by guessing.",
    ),
    "payment.not_waiting": ErrorCode(
        "{release!r} is not a release that waits for payment.",
        "See `reba account`; only an approved release can be left out.",
    ),
    "payment.refused": ErrorCode(
        "The batch has {count} fault(s), and nothing was booked or written; the first: {first}",
        "Mend what is listed, or leave those releases out with --leave-out.",
    ),
    "payment.returned": ErrorCode(
        "Batch {name!r} was booked before, and the bank returned release {release} of it.",
        "The bank has that file; ask anew for what was returned, and pay it in a new batch.",
    ),
    "payment.file_there": ErrorCode(
        "{file} is there already, and is not the file of this batch.",
        "Choose another name for the file; a payment file is never overwritten.",
    ),
    "payment.empty_record": ErrorCode(
        "{file} records a batch with nothing in it, and cannot be used: {reason}.",
        "Give the batch another name; keep the file for whoever looks into it.",
    ),
    "payment.unfinished": ErrorCode(
        "Batch {name!r} was booked by a command that did not get to the end; {file} is its file.",
        "Give that command again first, with the same name.",
    ),
    "payment.not_valid": ErrorCode(
        "The payment file would not be valid in {place}.",
        "Nothing was booked. Check names and texts; if they are right, report it.",
        EXIT_INTEGRITY,
    ),
    "payment.totals": ErrorCode(
        "Read back, the payment file does not hold the {count} payments of {total} in all.",
        "Nothing was booked. Do not send any file of this batch, and report it.",
        EXIT_INTEGRITY,
    ),
    # ── bank statements: the file ────────────────────────────────────────────────────────────
    "bank.file": ErrorCode(
        "The bank statement {file} cannot be read: {reason}.",
        "Download it from the bank again, as camt.053 in XML.",
    ),
    "bank.not_camt": ErrorCode(
        "{file} is not a bank statement in camt.053, versions 02 to 12.",
        "Ask the bank for the end-of-day statement (camt.053), not camt.052, camt.054 or MT940.",
    ),
    "bank.account": ErrorCode(
        "--account is not an IBAN whose check digits hold.", "Name the account of the statements."
    ),
    "bank.other_account": ErrorCode(
        "{place} is of another bank account than the one named.",
        "Nothing was booked. Hand over the statements of that account alone.",
    ),
    "bank.statement_twice": ErrorCode(
        "{place} was handed over twice.", "Nothing was booked. Hand over each statement once."
    ),
    "bank.balance": ErrorCode(
        "{place}: the opening balance and the entries give {counted}, the closing balance is "
        "{stated}.",
        "Nothing was booked. Download the statement again; pages may be missing.",
    ),
    # ── bank statements: one entry ───────────────────────────────────────────────────────────
    "bank.pending": ErrorCode(
        "The bank has not booked this entry yet.", "It comes again once the bank has booked it."
    ),
    "bank.currency": ErrorCode("This entry is not in euros.", _BY_HAND),
    "bank.amount": ErrorCode("The amount of this entry is not a number of cents.", _BY_HAND),
    "bank.day": ErrorCode("This entry has no day of booking.", _BY_HAND),
    "bank.details": ErrorCode(
        "The parts of this entry do not say what each is, or do not add up to it.", _BY_HAND
    ),
    "bank.no_bank_reference": ErrorCode(
        "The bank gave this entry no reference of its own: it could be booked twice.", _BY_HAND
    ),
    "bank.no_reference": ErrorCode("This entry names nothing that it could be for.", _BY_HAND),
    "bank.unknown_reference": ErrorCode(
        "What this entry names is not known in the ledger.", _BY_HAND
    ),
    "bank.ambiguous": ErrorCode(
        "This entry names more than one thing that it could be for.", _BY_HAND
    ),
    "bank.amount_differs": ErrorCode(
        "The amount differs: the ledger has {expected} for {what}.",
        "Find out why; nothing is booked for an amount that differs, not by a cent.",
    ),
    "bank.not_a_return": ErrorCode(
        "Money came in with the reference of release {release}, and the bank does not say that "
        "it is a return.",
        _BY_HAND,
    ),
    "bank.entry_twice": ErrorCode("The bank's reference of this entry stands twice.", _BY_HAND),
    "bank.paid_twice": ErrorCode(
        "Release {release} was paid out a second time.",
        "Ask the bank at once; the ledger has one payment.",
    ),
    "bank.returned_before": ErrorCode(
        "Release {release} was returned before, under another reference of the bank.",
        "See `reba history`; nothing was booked again.",
    ),
}
