"""The words of the command line for people, nl and en, where several commands share them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import typer

from reba.months import parse_date

__all__ = ["AMOUNTS", "DAY_HELP", "LIMITS", "PURPOSES", "STATUSES", "Day", "day_of", "words"]

AMOUNTS: Final = {
    "assessed_cents": ("vastgesteld", "assessed"),
    "collected_cents": ("ontvangen", "collected"),
    "receivable_cents": ("nog te ontvangen", "receivable"),
    "overcollected_cents": ("te veel ontvangen", "overcollected"),
    "written_off_cents": ("afgeboekt", "written off"),
    "reserved_cents": ("gespaard", "reserved"),
    "remitted_cents": ("afgedragen", "remitted"),
    "transferred_cents": ("overgeboekt", "transferred"),
    "set_off_cents": ("verrekend", "set off"),
    "settled_cents": ("afgewikkeld", "settled"),
    "released_cents": ("vrijgegeven", "released"),
    "recovered_cents": ("terugbetaald", "recovered"),
    "on_hold_cents": ("vastgehouden", "on hold"),
    "balance_cents": ("spaartegoed", "balance"),
    "available_cents": ("beschikbaar", "available"),
    "overpaid_cents": ("te veel vrijgegeven", "overpaid"),
}
"""The amounts of an account, in the order in which people read them."""

PURPOSES: Final = {
    "furnishing": ("inrichting van de woning", "furnishing a home"),
    "bridging": ("overbrugging", "bridging budget"),
    "deposit": ("waarborgsom", "rent deposit"),
    "rent_advance": ("huur vooruit", "rent in advance"),
    "travel": ("reis", "travel"),
    "reintegration": ("een nieuw begin", "a fresh start"),
    "departure": ("andere kosten van vertrek", "other departure costs"),
    "remainder": ("wat overblijft bij sluiting", "what is left at closing"),
    "estate": ("voor de erfgenamen", "for the heirs"),
}

STATUSES: Final = {
    "requested": ("gevraagd", "requested"),
    "approved": ("goedgekeurd", "approved"),
    "rejected": ("afgewezen", "rejected"),
    "paid": ("uitbetaald", "paid"),
    "returned": ("teruggeboekt", "returned by the bank"),
}

LIMITS: Final = {
    "procedure_open": (
        "de asielprocedure is nog niet afgelopen",
        "the asylum procedure has not ended",
    ),
    "mixed_outcomes": (
        "de uitkomsten in het gezin verschillen; eerst is een besluit nodig",
        "the outcomes in the household differ; a decision is needed first",
    ),
    "return_not_confirmed": (
        "er is geen vergunning en vrijwillige terugkeer is niet bevestigd",
        "there is no permit, and no voluntary return is confirmed",
    ),
    "outcome_without_release": (
        "na deze uitkomst wordt niets vrijgegeven",
        "after this outcome nothing is released",
    ),
    "share_exceeded": (
        "een deel van het tegoed mag worden gebruikt",
        "only a share of the savings may be used",
    ),
    "account_closed": ("de rekening is gesloten", "the account is closed"),
    "purpose_max_exceeded": ("dit is het maximum voor dit doel", "this is the purpose's maximum"),
}

DAY_HELP: Final = "An Amsterdam date, as 2015-05-20; by default today."

Day = Annotated[str | None, typer.Option("--on", help=DAY_HELP)]


def day_of(text: str | None) -> date | None:
    """Read a date option; None stays None.

    Raises:
        MonthError: month.date_format, month.range.
    """
    return None if text is None else parse_date(text)


def words(pair: tuple[str, str], *, dutch: bool) -> str:
    """Choose the Dutch or the English words of a pair."""
    return pair[0] if dutch else pair[1]
