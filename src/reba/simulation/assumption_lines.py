"""Every assumption as a line that a report can list: what, how much, of what status, from where.

The words are for council members and caseworkers. Values stand as the file writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from reba.money import exact_decimal, format_euros
from reba.simulation.assumption_files import (
    AfterRow,
    AssumptionsFile,
    CountBandTable,
    MoneyBandTable,
    PopulationTable,
    SourcedTable,
    Status,
    TargetTable,
)

__all__ = ["AssumptionLine", "lines_of", "targets_in_order"]

_OUTCOMES: Final = (
    ("granted", "Verblijfsvergunning verleend", "Residence permit granted"),
    ("voluntary_return", "Vrijwillig teruggekeerd", "Returned voluntarily"),
    ("forced_return", "Gedwongen teruggekeerd", "Returned by force"),
    ("departed_unknown", "Vertrokken met onbekende bestemming", "Left, destination unknown"),
    ("dublin_transfer", "Overgedragen (Dublin)", "Transferred (Dublin)"),
    ("died", "Overleden", "Died"),
)


class AssumptionLine(NamedTuple):
    """One assumption (aanname): where it stands in the file, its value, and where it is from."""

    path: str
    value: str
    status: Status
    source: str
    label_nl: str
    label_en: str


def _line(
    table: SourcedTable, path: str, value: str, label_nl: str, label_en: str
) -> AssumptionLine:
    return AssumptionLine(path, value, table.status, table.source, label_nl, label_en)


def _count(number: int, one: str, more: str) -> str:
    """Write a number of things as a sentence has it; nothing where there are none."""
    return f"{number} {one if number == 1 else more}" if number else ""


def _band(first: str, last: str, until: str) -> str:
    return first if first == last else f"{first} {until} {last}"


def targets_in_order(file: AssumptionsFile) -> tuple[tuple[str, TargetTable], ...]:
    """Return the targets, the smallest amount first: the one that is covered first."""
    return tuple(sorted(file.targets.items(), key=lambda item: (item[1].amount_cents, item[0])))


def _used_by_simulations(file: AssumptionsFile) -> Iterator[AssumptionLine]:
    for row in file.stay.months:
        yield _line(
            file.stay,
            f"stay.months.{row.months}",
            exact_decimal(row.share),
            f"Deel van de huishoudens dat {_count(row.months, 'maand', 'maanden')} blijft",
            f"Part of the households that stays {_count(row.months, 'month', 'months')}",
        )
    for name, label_nl, label_en in _OUTCOMES:
        share = exact_decimal(getattr(file.outcomes, name))
        yield _line(
            file.outcomes,
            f"outcomes.{name}",
            share,
            f"Deel dat zo eindigt: {label_nl}",
            f"Part that ends so: {label_en}",
        )
    yield _line(
        file.collection,
        "collection.share",
        exact_decimal(file.collection.share),
        "Deel van de eigen bijdrage dat binnenkomt",
        "Part of the contribution that comes in",
    )
    yield _line(
        file.cost,
        "cost.person_day",
        format_euros(file.cost.person_day_cents),
        "Kosten van opvang per persoon per dag",
        "Cost of reception for a person a day",
    )
    for name, table in targets_in_order(file):
        yield _line(
            table,
            f"targets.{name}",
            format_euros(table.amount_cents),
            f"Doelbedrag: {table.label_nl}",
            f"Target: {table.label_en}",
        )


# ── the made population ──────────────────────────────────────────────────────────────────────


def _money_bands(
    table: SourcedTable, path: str, bands: Sequence[MoneyBandTable], label_nl: str, label_en: str
) -> Iterator[AssumptionLine]:
    for band in bands:
        first, last = format_euros(band.first), format_euros(band.last)
        dutch = _band(first, last, "tot en met").replace(".", ",")
        yield _line(
            table,
            f"{path}.{first}",
            str(band.weight),
            f"{label_nl}, {dutch} euro: gewicht",
            f"{label_en}, {_band(first, last, 'to')} euros: weight",
        )


def _count_bands(
    table: SourcedTable, path: str, bands: Sequence[CountBandTable], label_nl: str, label_en: str
) -> Iterator[AssumptionLine]:
    for band in bands:
        yield _line(
            table,
            f"{path}.{band.first}",
            str(band.weight),
            f"{label_nl}, {_band(str(band.first), str(band.last), 'tot en met')}: gewicht",
            f"{label_en}, {_band(str(band.first), str(band.last), 'to')}: weight",
        )


def _over_time(
    table: SourcedTable, path: str, rows: Sequence[AfterRow], label_nl: str, label_en: str
) -> Iterator[AssumptionLine]:
    for row in rows:
        yield _line(
            table,
            f"{path}.{row.after}",
            exact_decimal(row.share),
            f"{label_nl} na {_count(row.after, 'maand', 'maanden')}",
            f"{label_en} after {_count(row.after, 'month', 'months')}",
        )


def _people(table: PopulationTable) -> Iterator[AssumptionLine]:
    compositions, ages = table.compositions, table.ages
    for row in compositions.rows:
        dutch = (
            _count(row.adults, "volwassene", "volwassenen"),
            _count(row.children, "kind", "kinderen"),
        )
        english = (
            _count(row.adults, "adult", "adults"),
            _count(row.children, "child", "children"),
        )
        yield _line(
            compositions,
            f"population.compositions.{row.adults}+{row.children}",
            str(row.weight),
            f"Huishouden van {' en '.join(filter(None, dutch))}: gewicht",
            f"Household of {' and '.join(filter(None, english))}: weight",
        )
    yield from _count_bands(
        ages,
        "population.ages.adults",
        ages.adults,
        "Leeftijd van een volwassene",
        "Age of an adult",
    )
    yield from _count_bands(
        ages, "population.ages.children", ages.children, "Leeftijd van een kind", "Age of a child"
    )
    status = table.residence_status
    if status is not None:
        for name, label_nl, label_en in (
            ("asylum_seeker", "Asielzoekers", "Asylum seekers"),
            ("permit_holder", "Vergunninghouders", "Permit holders"),
        ):
            yield _line(
                status,
                f"population.residence_status.{name}",
                str(getattr(status, name)),
                f"{label_nl}, huishoudens: gewicht",
                f"{label_en}, households: weight",
            )


def _income(table: PopulationTable) -> Iterator[AssumptionLine]:
    work, benefits, weeks = table.work, table.benefits, table.exemption_weeks
    yield _line(
        work,
        "population.work.share",
        exact_decimal(work.share),
        "Deel van de volwassenen dat in de eerste maand werkt",
        "Part of the adults that works in the first month",
    )
    yield from _over_time(
        work,
        "population.work.starts",
        work.starts,
        "Deel van wie niet werkt, dat begint",
        "Part of those without work that starts",
    )
    yield from _over_time(
        work,
        "population.work.stops",
        work.stops,
        "Deel van wie werkt, dat stopt",
        "Part of those with work that stops",
    )
    yield from _money_bands(
        table.earnings,
        "population.earnings",
        table.earnings.bands,
        "Netto verdiensten per maand",
        "Net earnings a month",
    )
    yield _line(
        benefits,
        "population.benefits.share",
        exact_decimal(benefits.share),
        "Deel van de volwassenen met een uitkering",
        "Part of the adults with a benefit",
    )
    yield from _money_bands(
        benefits,
        "population.benefits",
        benefits.bands,
        "Uitkering per maand",
        "Benefit a month",
    )
    if weeks is not None:
        yield from _count_bands(
            weeks,
            "population.exemption_weeks",
            weeks.bands,
            "Weken waarin de vrijlating al gold",
            "Weeks in which the exemption applied before",
        )


def _provisions(table: PopulationTable) -> Iterator[AssumptionLine]:
    yield _line(
        table.catering,
        "population.catering.share",
        exact_decimal(table.catering.share),
        "Deel van de huishoudens dat maaltijden krijgt",
        "Part of the households that is served meals",
    )
    if table.allowance is not None:
        yield _line(
            table.allowance,
            "population.allowance.share",
            exact_decimal(table.allowance.share),
            "Deel van de volwassenen aan wie leefgeld wordt betaald",
            "Part of the adults to whom leefgeld is paid",
        )
    if table.assets is not None:
        yield from _money_bands(
            table.assets,
            "population.assets",
            table.assets.bands,
            "Vermogen van het huishouden bij aankomst",
            "Assets of the household on arrival",
        )


def lines_of(file: AssumptionsFile) -> tuple[AssumptionLine, ...]:
    """Return a line for every number of a file: first what simulations use, then the population."""
    lines = [*_used_by_simulations(file)]
    if file.population is not None:
        lines += [*_people(file.population), *_income(file.population)]
        lines += [*_provisions(file.population)]
    return tuple(lines)
