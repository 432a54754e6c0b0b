"""Every way the library says no: one tree, one stable code each.

    RebaError
    ├── MoneyError      money.*    an amount or rate that is not exact money
    ├── MonthError      month.*    a month or date that does not exist
    ├── FactsError      facts.*    what a caller reported cannot be used
    ├── LawError        law.*      the law has no (usable) value for what was asked
    ├── ChoicesError    choices.*  the file of municipal choices cannot be used
    ├── PolicyError     policy.*   the savings policy file cannot be used
    ├── SavingsError    savings.*  a contribution cannot be split as asked
    ├── ProcedureError  procedure.* an event of the asylum procedure cannot be recorded
    ├── ReleaseError    release.*  savings are not released, with the reason
    ├── AccountError    account.*  an account cannot be closed, reopened or settled as asked
    ├── CanonicalError  canonical.* a value that has no canonical bytes
    ├── LedgerError     ledger.*   the ledger refuses a command, or is not sound
    ├── StoreError      store.*    disk, database or permission
    ├── RunError        run.*      a monthly run cannot start or go on
    ├── KeyFileError    key.*      a file with a key cannot be used, or is open to others
    ├── SignatureError  signature.* a note, a key or a signature that does not hold
    ├── BundleError     bundle.*   an export cannot be made, or is not whole
    ├── ExportError     export.*   the books cannot take an export, or have it already
    ├── ReceiptError    receipt.*  a receipt or proof that cannot be made or read
    ├── PaymentError    payment.*  a payment file that cannot be made, and why
    ├── BankError       bank.*     a bank statement, or an entry in it, that is not booked
    ├── DecisionError   decision.* a decision that cannot be written as a letter
    ├── PageError       page.*     a page that cannot be written as PDF
    ├── CatalogError    catalog.*  a translation that cannot be used, or not as it is
    ├── PseudonymError  pseudonym.* a number of which no pseudonym can be made
    ├── AssumptionsError assumptions.* a file of assumptions cannot be used
    └── UsageError      usage.*    the command line asks for something impossible

An error is a code and structured data; the sentence is made from them (`error_codes.py`).
Codes are stable: callers may match on them. The data never holds a person's facts beyond the
pseudonymous ids that the caller chose.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple, TypeAlias

from reba.error_codes import CODES, ErrorCode

__all__ = [
    "AccountError",
    "AssumptionsError",
    "BankError",
    "BundleError",
    "CanonicalError",
    "CatalogError",
    "ChoicesError",
    "DecisionError",
    "ExportError",
    "FactsError",
    "Fault",
    "KeyFileError",
    "LawError",
    "LedgerError",
    "MoneyError",
    "MonthError",
    "PageError",
    "PaymentError",
    "PolicyError",
    "ProcedureError",
    "PseudonymError",
    "RebaError",
    "ReceiptError",
    "ReleaseError",
    "RunError",
    "SavingsError",
    "SignatureError",
    "StoreError",
    "UsageError",
]

Data: TypeAlias = str | int | bool | None


class Fault(NamedTuple):
    """One fault in one place of an input: its code, the path of the field, and the reason."""

    code: str
    path: str
    reason: str


class RebaError(Exception):
    """What the library refuses, as a code with structured data and a sentence that says what to do.

    Args:
        code: one of `reba.error_codes.CODES`, of the family of this class.
        faults: every fault found, where one input holds several.
        data: the values that the sentence names.

    >>> error = MonthError("month.format", value="2015-13")
    >>> error.code, error.data["value"], error.exit_status
    ('month.format', '2015-13', 3)
    >>> print(error)
    '2015-13' is not a month. Write a month as "2015-03".
    """

    family: ClassVar[str] = ""

    def __init__(self, code: str, *, faults: tuple[Fault, ...] = (), **data: Data) -> None:
        if not code.startswith(self.family):
            msg = f"{code} does not belong to {type(self).__name__}"
            raise ValueError(msg)
        self.code: str = code
        self.faults: tuple[Fault, ...] = faults
        self.data: dict[str, Data] = data
        entry: ErrorCode = CODES[code]
        self.exit_status: int = entry.exit_status
        self.reason: str = entry.says.format_map(data)
        self.remedy: str = entry.remedy.format_map(data)
        super().__init__(code)

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}"

    def __reduce__(self) -> tuple[object, ...]:
        # Workers of a process pool send errors home: keyword data must survive pickling.
        return _rebuild, (type(self), self.code, self.faults, self.data)

    def as_fault(self, path: str = "") -> Fault:
        """Return this error as one fault at a place of an input."""
        return Fault(self.code, path, str(self))


def _rebuild(
    kind: type[RebaError], code: str, faults: tuple[Fault, ...], data: dict[str, Data]
) -> RebaError:
    return kind(code, faults=faults, **data)


class MoneyError(RebaError):
    """An amount or rate that is not exact money."""

    family = "money."


class MonthError(RebaError):
    """A month or date that does not exist."""

    family = "month."


class FactsError(RebaError):
    """What a caller reported about a household cannot be used."""

    family = "facts."


class LawError(RebaError):
    """The law has no value, or no usable value, for what was asked."""

    family = "law."


class ChoicesError(RebaError):
    """A file of municipal choices cannot be used."""

    family = "choices."


class PolicyError(RebaError):
    """A savings policy file cannot be used."""

    family = "policy."


class SavingsError(RebaError):
    """A contribution cannot be split as asked."""

    family = "savings."


class ProcedureError(RebaError):
    """An event of the asylum procedure cannot be recorded or revoked as asked."""

    family = "procedure."


class ReleaseError(RebaError):
    """Savings are not released as asked: the reason, and what would change it."""

    family = "release."


class AccountError(RebaError):
    """An account cannot be closed, reopened, transferred from or settled as asked."""

    family = "account."


class CanonicalError(RebaError):
    """A value that has no canonical bytes."""

    family = "canonical."


class LedgerError(RebaError):
    """The ledger refuses a command, or is not sound."""

    family = "ledger."


class StoreError(RebaError):
    """Disk, database or permission stand in the way."""

    family = "store."


class RunError(RebaError):
    """A monthly run cannot start or go on, or refuses a row."""

    family = "run."


class KeyFileError(RebaError):
    """A file with a key cannot be used, or is open to others."""

    family = "key."


class SignatureError(RebaError):
    """A note, a key or a signature that does not hold."""

    family = "signature."


class BundleError(RebaError):
    """An export cannot be made, or is not whole."""

    family = "bundle."


class ExportError(RebaError):
    """An export to the books cannot be made, or was made before."""

    family = "export."


class ReceiptError(RebaError):
    """A receipt or proof that cannot be made or read."""

    family = "receipt."


class PaymentError(RebaError):
    """A payment file cannot be made: the reason, and what would change it."""

    family = "payment."


class BankError(RebaError):
    """A bank statement cannot be used, or an entry of it is not booked."""

    family = "bank."


class DecisionError(RebaError):
    """A decision cannot be written as a letter."""

    family = "decision."


class CatalogError(RebaError):
    """A translation cannot be used, or not as it is."""

    family = "catalog."


class PageError(RebaError):
    """A page cannot be written as PDF."""

    family = "page."


class PseudonymError(RebaError):
    """A number of which no pseudonym can be made."""

    family = "pseudonym."


class AssumptionsError(RebaError):
    """A file of assumptions for simulations cannot be used."""

    family = "assumptions."


class SimulationError(RebaError):
    """A population cannot be simulated, or a household of it."""

    family = "simulation."


class UsageError(RebaError):
    """The command line asks for something impossible."""

    family = "usage."
