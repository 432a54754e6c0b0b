"""The audit file: XML Auditfile Financieel (XAF) 4.0, as the tax authority takes it. Extra `books`.

1. A file is of one calendar year of the books, or a part of it. It opens with what stands before
   its first entry, so it is whole by itself.
2. The books of the ledger are never closed: the result of earlier years is shown in the opening
   balance on the account that the mapping names for it.
3. `effDate` is what the entry is about (its day, or the first day of its month): there is no
   invoice. Households are no customers and stand in the descriptions alone.
4. It is written as it is read, entry by entry; the totals, which come first, take a reading more.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import IO, Final, Protocol

from reba.errors import ExportError, UsageError
from reba.exports.booking import Before, Journal, Line, add_up, booked_entries
from reba.exports.mapping import AuditFileHead, BooksAccount, BooksMapping
from reba.exports.span import Span
from reba.money import format_euros
from reba.months import Month
from reba.version import __version__

__all__ = ["NAMESPACE", "write_audit_file"]

NAMESPACE: Final = (
    "http://www.odb.belastingdienst.nl/Belastingdienst/BCPP/1.1/structures/XmlauditfileXAF_4.0"
)
_MONTHS: Final = 12


class _Writer(Protocol):
    """What we use of the incremental writer of lxml."""

    def write(self, *args: str) -> None: ...
    def element(
        self, tag: str, *, nsmap: Mapping[str | None, str] | None = None
    ) -> AbstractContextManager[None]: ...


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _leaf(xml: _Writer, name: str, text: str | None) -> None:
    if text is not None:
        with xml.element(_tag(name)):
            xml.write(text)


def _amount(xml: _Writer, cents: int) -> None:
    _leaf(xml, "amnt", format_euros(abs(cents)))
    _leaf(xml, "amntTp", "D" if cents >= 0 else "C")


def _totals(xml: _Writer, lines: int, debit_cents: int, credit_cents: int) -> None:
    _leaf(xml, "linesCount", str(lines))
    _leaf(xml, "totalDebit", format_euros(debit_cents))
    _leaf(xml, "totalCredit", format_euros(credit_cents))


def _write_header(xml: _Writer, head: AuditFileHead, year: int, created: date) -> None:
    with xml.element(_tag("header")):
        _leaf(xml, "fiscalYear", str(year))
        _leaf(xml, "startDate", date(year, 1, 1).isoformat())
        _leaf(xml, "endDate", date(year, 12, 31).isoformat())
        _leaf(xml, "curCode", "EUR")
        _leaf(xml, "dateCreated", created.isoformat())
        _leaf(xml, "softwareDesc", "reba-ledger")
        _leaf(xml, "softwareVersion", __version__)
        _leaf(xml, "RGSVersion", head.rgs_version)


def _write_accounts(xml: _Writer, accounts: dict[str, BooksAccount]) -> None:
    with xml.element(_tag("generalLedger")):
        for number, account in sorted(accounts.items()):
            with xml.element(_tag("ledgerAccount")):
                _leaf(xml, "accID", number)
                _leaf(xml, "accDesc", account.name)
                _leaf(xml, "accTp", "P" if account.side in {"income", "expenses"} else "B")
                _leaf(xml, "RGScode", account.rgs)


def _write_periods(xml: _Writer, year: int) -> None:
    with xml.element(_tag("periods")):
        for number in range(1, _MONTHS + 1):
            month = Month(year, number)
            with xml.element(_tag("period")):
                _leaf(xml, "periodNumber", str(number))
                _leaf(xml, "startDatePeriod", month.first_day.isoformat())
                _leaf(xml, "endDatePeriod", month.last_day.isoformat())


def _opening_cents(before: Before, head: AuditFileHead) -> dict[str, int]:
    """Return the opening balance with the result of earlier years on its own account."""
    opening = dict(before.opening_cents)
    result = head.earlier_years.number
    for number, cents in before.earlier_years_cents.items():
        opening[number] -= cents
        opening[result] = opening.get(result, 0) + cents
    return {number: cents for number, cents in sorted(opening.items()) if cents}


def _write_opening(xml: _Writer, opening: dict[str, int]) -> None:
    debit = sum(cents for cents in opening.values() if cents > 0)
    credit = -sum(cents for cents in opening.values() if cents < 0)
    with xml.element(_tag("openingBalance")):
        _totals(xml, len(opening), debit, credit)
        for nr, (number, cents) in enumerate(opening.items(), start=1):
            with xml.element(_tag("obLine")):
                _leaf(xml, "nr", str(nr))
                _leaf(xml, "accID", number)
                _amount(xml, cents)


def _effective_day(effective: str) -> str:
    return effective if len(effective) > len("2015-03") else f"{effective}-01"


def _write_entry(xml: _Writer, lines: list[Line]) -> None:
    first = lines[0].posting
    with xml.element(_tag("transaction")):
        _leaf(xml, "nr", str(first.seq))
        _leaf(xml, "desc", f"{first.kind} {first.effective} {first.household}")
        _leaf(xml, "periodNumber", str(date.fromisoformat(first.recorded_on).month))
        _leaf(xml, "trDt", first.recorded_on)
        _leaf(xml, "Source", "reba-ledger")
        for nr, (posting, account) in enumerate(lines, start=1):
            with xml.element(_tag("trLine")):
                _leaf(xml, "nr", str(nr))
                _leaf(xml, "accID", account.number)
                _leaf(xml, "docRef", posting.entry_id)
                _leaf(xml, "effDate", _effective_day(posting.effective))
                _leaf(xml, "desc", f"{posting.kind} {posting.effective}")
                _amount(xml, posting.amount_cents)
                _leaf(xml, "cost", account.cost_centre)


def write_audit_file(
    file: IO[bytes],
    journal: Journal,
    mapping: BooksMapping,
    span: Span,
    *,
    created: date,
    year: int | None = None,
) -> None:
    """Write a range of the journal as an audit file (XML Auditfile Financieel 4.0).

    Args:
        file: where to write it.
        journal: reads the postings up to the end of the range.
        mapping: where the accounts stand in the books, with the table [audit_file].
        span: the range.
        created: the day of the export.
        year: the year of the file; by default that in which the entries were recorded.

    Raises:
        ExportError: export.audit_file, export.years, export.order, export.no_version.
        UsageError: usage.extra.
    """
    try:
        from lxml.etree import xmlfile  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError("usage.extra", extra="books") from error
    head = mapping.audit_file
    if head is None:
        raise ExportError("export.audit_file", mapping=mapping.id)
    first, last = span.first_day or created, span.last_day or created
    if not span.ordered or first.year != last.year:
        raise ExportError("export.years", first=first.isoformat(), last=last.isoformat())
    year = year or first.year
    before = add_up(journal, mapping, year=year)
    opening = _opening_cents(before, head)
    accounts = before.accounts | {head.earlier_years.number: head.earlier_years}
    with xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element(_tag("auditfile"), nsmap={None: NAMESPACE}):
            _write_header(xml, head, year, created)
            with xml.element(_tag("company")):
                _leaf(xml, "Commercenr", head.commerce_number)
                _leaf(xml, "companyName", head.organisation)
                _leaf(xml, "taxRegistrationCountry", "NL")
                _leaf(xml, "taxRegIdent", head.tax_number)
                _write_accounts(xml, accounts)
                _write_periods(xml, year)
                _write_opening(xml, opening)
                with xml.element(_tag("transactions")):
                    _totals(xml, before.lines, before.debit_cents, before.credit_cents)
                    with xml.element(_tag("journal")):
                        _leaf(xml, "jrnID", "REBA")
                        _leaf(xml, "desc", "Eigen bijdragen en spaartegoeden")
                        _leaf(xml, "jrnTp", "M")
                        for lines in booked_entries(journal, mapping):
                            _write_entry(xml, lines)
