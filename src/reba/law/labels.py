"""What each step of a trace is called, in Dutch and in English. Terms as in `docs/glossary.md`."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

__all__ = ["LABELS", "Label", "Language"]

Language: TypeAlias = Literal["nl", "en"]
"""The languages that the library writes itself."""


class Label(NamedTuple):
    """What something is called in both languages.

    >>> Label("Vermogensgrens", "Asset limit").say("nl")
    'Vermogensgrens'
    """

    nl: str
    en: str

    def say(self, language: Language) -> str:
        """Return it in one language."""
        return self.nl if language == "nl" else self.en


LABELS: Final[dict[str, Label]] = {
    "household": Label(
        "Samenstelling van het gezin op de peildatum", "Household on the reference date"
    ),
    "allowance_line": Label(
        "Toelage per week bij volledig zelf verzorgen van maaltijden",
        "Weekly allowance for full self-catering",
    ),
    "allowance_value": Label(
        "Economische waarde van de toelage per maand", "Monthly value of the allowance"
    ),
    "housing_uncapped": Label(
        "Economische waarde van het onderdak per maand, vóór het maximum",
        "Monthly value of the housing, before the maximum",
    ),
    "housing_value": Label(
        "Economische waarde van het onderdak per maand", "Monthly value of the housing"
    ),
    "economic_value": Label(
        "Economische waarde van de verstrekkingen: het maximum van de eigen bijdrage",
        "Economic value of what is provided: the ceiling of the contribution",
    ),
    "uncounted_income": Label(
        "Ontvangen, maar geen middel van deze maand", "Received, but no means of this month"
    ),
    "earnings": Label("Inkomsten uit arbeid, netto", "Earnings, net"),
    "other_income": Label("Ander inkomen, netto", "Other income, net"),
    "exemption": Label("Vrijlating van inkomsten uit arbeid", "Exemption of earnings"),
    "no_exemption": Label(
        "Geen vrijlating: de weken zijn gebruikt", "No exemption: the weeks are used up"
    ),
    "obligations": Label("Aftrek van andere verplichtingen", "Other obligations deducted"),
    "countable_income": Label(
        "In aanmerking te nemen inkomen van het gezin", "Countable income of the household"
    ),
    "from_earnings": Label("Eigen bijdrage uit arbeid", "Contribution from earnings"),
    "from_other_income": Label(
        "Eigen bijdrage uit ander inkomen", "Contribution from other income"
    ),
    "uncounted_receipt": Label(
        "Ontvangen tijdens de opvang, maar geen vermogen",
        "Received during reception, but not counted as assets",
    ),
    "asset_limit": Label("Vermogensgrens", "Asset limit"),
    "asset_limit_unknown": Label(
        "Vermogensgrens onbekend; er is geen vermogen", "Asset limit unknown; there are no assets"
    ),
    "asset_room": Label(
        "Ruimte onder de vermogensgrens bij aanvang van de opvang",
        "Room below the asset limit at the start of reception",
    ),
    "asset_excess": Label("Vermogen boven de grens", "Assets above the limit"),
    "asset_total": Label(
        "Totaal dat van dat vermogen wordt gevraagd (interingsnorm)",
        "Total charged against those assets (spend-down factor)",
    ),
    "from_assets": Label("Eigen bijdrage uit vermogen", "Contribution from assets"),
    "contribution": Label("Eigen bijdrage van de maand", "Own contribution of the month"),
    "not_supplied": Label(
        "Niet opgegeven, wel nodig voor een beslissing",
        "Not supplied, though a decision needs it",
    ),
    "choice.reference_date": Label(
        "Keuze: leeftijden, bedragen en aantallen gelden op de eerste dag van de maand",
        "Choice: ages, amounts and counts are taken on the first day of the month",
    ),
    "choice.whole_month": Label(
        "Keuze: de maand telt geheel; de regeling kent geen delen van maanden",
        "Choice: the month counts whole; the regulation knows no part months",
    ),
    "choice.clothing": Label(
        "Keuze: kleedgeld hoort bij de toelage, zoals in ECLI:NL:RVS:2026:142",
        "Choice: clothing money is part of the allowance, as in ECLI:NL:RVS:2026:142",
    ),
    "choice.exemption_net": Label(
        "Keuze: de vrijlating is een deel van de netto inkomsten, per persoon die werkt",
        "Choice: the exemption is a share of net earnings, per earner",
    ),
    "choice.exemption_weeks": Label(
        "Keuze: de vrijlating geldt voor de maand als vóór de maand minder dan het hoogste "
        "aantal weken is gebruikt",
        "Choice: the exemption applies to a month when fewer than the maximum number of weeks "
        "were used before it",
    ),
    "choice.obligations": Label(
        "Keuze: verplichtingen gaan per persoon eerst van de inkomsten uit arbeid af",
        "Choice: obligations are deducted per person, from earnings first",
    ),
    "choice.pro_rata": Label(
        "Keuze: onder het maximum delen arbeid en ander inkomen naar verhouding",
        "Choice: under the ceiling, earnings and other income share pro rata",
    ),
    "choice.income_first": Label(
        "Keuze: inkomen gaat vóór vermogen; vermogen vult aan tot het maximum",
        "Choice: income comes before assets; assets fill up to the ceiling",
    ),
    "choice.asset_limit_date": Label(
        "Keuze: de vermogensgrens van de peildatum", "Choice: the asset limit on its reference date"
    ),
    "choice.spend_down": Label(
        "Keuze: de interingsnorm is een praktijk van het COA, geen tekst van de regeling "
        "(ECLI:NL:RBDHA:2023:826)",
        "Choice: the spend-down factor is a practice of COA, not a text of the regulation "
        "(ECLI:NL:RBDHA:2023:826)",
    ),
    "choice.child_earnings": Label(
        "Keuze: inkomsten van een kind tellen mee; Reba kent geen uitzondering",
        "Choice: a child's earnings count; Reba has no exception",
    ),
    "leefgeld_line": Label("Leefgeld per maand volgens de tabel", "Leefgeld a month by the table"),
    "leefgeld_without_food": Label(
        "Waar maaltijden worden verstrekt wordt geen eetgeld betaald",
        "Where meals are served, the food part is not paid",
    ),
    "leefgeld": Label("Leefgeld van het gezin per maand", "Leefgeld of the household a month"),
    "contribution_line": Label(
        "Onderdeel van de eigen bijdrage, ten hoogste voor twee volwassenen",
        "Component of the contribution, for two adults at most",
    ),
    "full_contribution": Label("Volledige eigen bijdrage", "Full contribution"),
    "leefgeld_withdrawn_from": Label(
        "Drempel: leefgeld geheel ingetrokken vanaf", "Threshold: leefgeld withdrawn whole from"
    ),
    "contribution_due_from": Label(
        "Drempel: volledige eigen bijdrage vanaf", "Threshold: full contribution due from"
    ),
    "municipal_choices": Label(
        "Keuzes van de gemeente waar de regeling die laat",
        "Choices of the municipality where the regulation leaves them",
    ),
    "no_reception": Label(
        "Geen gemeentelijke opvang: geen eigen bijdrage",
        "No municipal reception: no contribution",
    ),
    "no_adults": Label("Geen volwassenen: geen eigen bijdrage", "No adults: no contribution"),
    "presumed": Label(
        "Eigen bijdrage op grond van het vermoeden van inkomen: zonder leefgeld, geen inkomen "
        "opgegeven; de herkomst is niet bekend",
        "Contribution by presumption of income: no leefgeld paid, no income reported; its origin "
        "is not known",
    ),
    "below_thresholds": Label(
        "Inkomen onder de eerste drempel: geen eigen bijdrage",
        "Income under the first threshold: no contribution",
    ),
    "between_thresholds": Label(
        "Inkomen tussen de drempels: eigen bijdrage naar de keuze van de gemeente",
        "Income between the thresholds: contribution as the municipality chose",
    ),
    "above_thresholds": Label(
        "Inkomen vanaf de tweede drempel: volledige eigen bijdrage",
        "Income from the second threshold: full contribution",
    ),
    "floor": Label(
        "Ten hoogste, want het gezin houdt ten minste zijn leefgeld over",
        "At most, since the household keeps at least its leefgeld",
    ),
    "leefgeld_withdrawn": Label("Ingetrokken leefgeld", "Leefgeld withdrawn"),
    "leefgeld_paid": Label("Leefgeld dat wordt betaald", "Leefgeld that is paid"),
    "no_deduction": Label(
        "Verplichtingen opgegeven; de regeling kent geen aftrek",
        "Obligations reported; the regulation knows no deduction",
    ),
    "absence": Label("Afwezigheid dit kalenderjaar", "Absence this calendar year"),
    "absence_too_long": Label(
        "Langer afwezig dan de regeling toelaat: of de verstrekkingen eindigen wordt apart beslist",
        "Absent for longer than the regulation allows: whether provisions end is decided apart",
    ),
    "choice.unaccompanied_minor": Label(
        "Keuze: een gezin zonder volwassenen heeft per kind het bedrag van een alleenstaande",
        "Choice: a household without adults has the amount of a single person for each child",
    ),
    "choice.next_month": Label(
        "Keuze: inkomen telt vanaf de maand erna; deze maand volgt op de maand van het inkomen",
        "Choice: income counts from the next month; this month follows that of the income",
    ),
    "choice.undated_income": Label(
        "Keuze: inkomen zonder eigen maand is het inkomen dat over deze maand beslist",
        "Choice: income without a month of its own is the income that decides this month",
    ),
    "choice.family_income": Label(
        "Keuze: het inkomen van alle volwassenen samen wordt naast de drempels gelegd",
        "Choice: the income of all adults together is held against the thresholds",
    ),
    "choice.pro_rata_all": Label(
        "Keuze: arbeid en ander inkomen dragen naar verhouding bij",
        "Choice: earnings and other income contribute pro rata",
    ),
}
