"""What the entries of a receipt say, for people, in Dutch and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast

from reba.cli.words import AMOUNTS, PURPOSES, words
from reba.ledger.entries import Entry
from reba.ledger.receipts import Receipt
from reba.money import format_euros

__all__ = ["KINDS_TOLD", "printable", "receipt_lines"]

KINDS_TOLD: Final = {
    "account.opened": ("rekening geopend", "account opened"),
    "contribution.assessed": ("eigen bijdrage vastgesteld", "contribution assessed"),
    "contribution.revised": ("eigen bijdrage herzien", "contribution revised"),
    "contribution.collected": ("eigen bijdrage ontvangen", "contribution collected"),
    "savings.reserved": ("verdeeld in gespaard en afgedragen", "split in reserved and remitted"),
    "savings.adjusted": ("verdeling herzien", "split adjusted"),
    "savings.set_off": ("verrekend met het spaartegoed", "set off against savings"),
    "receivable.invoiced": ("gefactureerd", "invoiced"),
    "receivable.reminded": ("aangemaand", "reminded"),
    "receivable.written_off": ("afgeboekt", "written off"),
    "procedure.recorded": ("asielprocedure: gebeurtenis", "asylum procedure: event"),
    "procedure.revoked": ("asielprocedure: herroepen", "asylum procedure: revoked"),
    "release.requested": ("vrijgave gevraagd", "release requested"),
    "release.approved": ("vrijgave goedgekeurd", "release approved"),
    "release.rejected": ("vrijgave afgewezen", "release rejected"),
    "release.paid": ("vrijgave uitbetaald", "release paid"),
    "release.returned": ("vrijgave teruggeboekt", "release returned by the bank"),
    "balance.transferred": ("spaartegoed overgeboekt", "savings transferred"),
    "overpaid.recovered": ("te veel vrijgegeven, terugbetaald", "overpaid, paid back"),
    "account.closed": ("rekening gesloten", "account closed"),
    "account.reopened": ("rekening heropend", "account reopened"),
    "records.destroyed": ("gegevens vernietigd", "records destroyed"),
}
"""Each kind of entry in the words of people."""

_LABELS: Final = {
    **AMOUNTS,
    "contribution_cents": ("eigen bijdrage", "contribution"),
    "amount_cents": ("bedrag", "amount"),
    "month": ("maand", "month"),
    "scheme": ("regeling", "scheme"),
    "because": ("reden", "reason"),
    "member": ("gezinslid", "member"),
    "type": ("soort", "type"),
    "final_on": ("definitief op", "final on"),
    "group": ("groep", "group"),
    "purpose": ("doel", "purpose"),
    "due_on": ("betalen voor", "due on"),
    "case": ("geval", "case"),
    "disposition": ("wat ermee gebeurt", "what becomes of it"),
    "counterpart": ("andere rekening", "other account"),
    "legal_basis": ("grondslag", "legal basis"),
    "term": ("bewaartermijn", "term of keeping"),
    "release": ("vrijgave", "release"),
    "batch": ("betaalbestand", "payment batch"),
    "reference": ("kenmerk", "reference"),
}
_NET: Final = ("netto", "net")
_SUPERSEDES: Final = ("vervangt", "supersedes")
_BY: Final = ("door", "by")
_BODY_GONE: Final = (
    "wat hier stond, is er niet meer; alleen dat er iets stond",
    "what stood here is gone; only that something stood here is left",
)
_ENTRIES_OF: Final = ("Rekening", "Account")
_ENTRY: Final = ("Boeking", "Entry")
_AT: Final = ("in de administratie {0}, toen die {1} boekingen had", "in {0}, at {1} entries")


def printable(text: str) -> str:
    """Return a text that cannot steer a terminal: a receipt may come from anybody."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _object(value: object) -> Mapping[str, object]:
    """Return an object, or an empty one: what a receipt says may be of any shape."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _told(body: Mapping[str, object], *, dutch: bool) -> Iterator[str]:
    totals = _object(body.get("totals"))
    said = {**_object(body.get("amounts")), **body, **totals}
    for key, pair in _LABELS.items():
        value = said.get(key)
        if value is None or (value == 0 and key in totals):
            continue
        if key.endswith("_cents") and type(value) is int:
            yield f"{words(pair, dutch=dutch)}: {format_euros(value)}"
        elif key == "purpose" and str(value) in PURPOSES:
            yield f"{words(pair, dutch=dutch)}: {words(PURPOSES[str(value)], dutch=dutch)}"
        else:
            yield f"{words(pair, dutch=dutch)}: {value}"


def _income(body: Mapping[str, object], *, dutch: bool) -> Iterator[str]:
    """Tell the income that an assessment rests on, by member."""
    for member in map(_object, _list(_object(body.get("facts")).get("members"))):
        for item in map(_object, _list(member.get("income"))):
            net = words(_NET, dutch=dutch)
            yield f"{member.get('id')}: {item.get('kind')}, {net} {item.get('net')}"


def _entry_lines(entry: Entry, *, dutch: bool) -> Iterator[str]:
    kind = words(KINDS_TOLD[entry.kind], dutch=dutch)
    line = f"{entry.version}. {kind}, {entry.effective}"
    line += f"  ({entry.recorded_at[:16].replace('T', ' ')} UTC, "
    line += f"{words(_BY, dutch=dutch)} {entry.actor}, {entry.seq})"
    if entry.supersedes is not None:
        line += f"  {words(_SUPERSEDES, dutch=dutch)} {entry.supersedes.rpartition('/')[2]}"
    yield line
    if entry.body is None:
        yield "     " + words(_BODY_GONE, dutch=dutch)
        return
    for told in (*_told(entry.body, dutch=dutch), *_income(entry.body, dutch=dutch)):
        yield "     " + told


def receipt_lines(receipt: Receipt, *, dutch: bool) -> Iterator[str]:
    """Tell what a receipt holds, a line at a time."""
    about = words(_ENTRIES_OF if receipt.seq is None else _ENTRY, dutch=dutch)
    subject = receipt.subject if receipt.seq is None else receipt.seq
    checkpoint = receipt.checkpoint
    place = words(_AT, dutch=dutch).format(checkpoint.origin, checkpoint.size)
    yield printable(f"{about} {subject} {place}")
    for item in receipt.entries:
        yield from map(printable, _entry_lines(item.entry, dutch=dutch))
