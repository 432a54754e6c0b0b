"""The words of the audit report (controleverslag), in Dutch and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reba.statements.blocks import Language

__all__ = ["AUDIT_TEXTS"]

_NL: Final[Mapping[str, str]] = {
    "title": "Controleverslag van grootboek {origin}",
    "intro": "Gecontroleerd op {day}, door reba-ledger {engine}. Wie dezelfde opdracht op "
    "hetzelfde grootboek geeft, krijgt hetzelfde verslag.",
    "verdict": "Uitkomst",
    "clean": "Er zijn geen bevindingen.",
    "found": "Er zijn bevindingen: {errors}, {warnings}.",
    "errors.one": "1 fout",
    "errors.more": "{count} fouten",
    "warnings.one": "1 waarschuwing",
    "warnings.more": "{count} waarschuwingen",
    "no_witness": "Er is niet vergeleken met een ijkpunt dat elders is bewaard. Of er aan het eind "
    "iets is weggehaald, of de hele geschiedenis is herschreven, is zo niet te zien.",
    "since": "Alles voor boeking {size} is niet opnieuw gecontroleerd; alleen dat het nog bij het "
    "vertrouwde ijkpunt hoort.",
    "sample": "De bedragen zijn opnieuw berekend voor een steekproef van {size} van de "
    "{population} vaststellingen, met de reserveringen die erop rusten. Getrokken zijn, zonder "
    "teruglegging, de vaststellingen met de kleinste SHA-256 van de wortel {root}, het gekozen "
    "begin “{seed}” en hun plaats in het grootboek. Daarvan zijn er {wrong} fout, of niet opnieuw "
    "te berekenen.",
    "sample.most": "Met {percent}% zekerheid zijn hoogstens {most} van de {population} "
    "vaststellingen fout ({share}).",
    "sample.all": "Dat zijn alle vaststellingen: dit aantal is precies.",
    "replayed": "De bedragen zijn niet opnieuw berekend: alleen is nagegaan dat zij ongewijzigd "
    "zijn en op elkaar aansluiten.",
    "checked": "Wat is gecontroleerd",
    "checked.caption": "Aantallen",
    "what": "Onderdeel",
    "count": "Aantal",
    "entries": "boekingen: volgorde, inhoud en plaats in de boom",
    "accounts": "rekeningen: opnieuw opgebouwd uit hun boekingen",
    "assessments": "vaststellingen: opnieuw berekend uit de feiten en de wet",
    "splits": "reserveringen: opnieuw berekend uit het beleid",
    "decisions": "besluiten over vrijgaven: opnieuw genomen",
    "checkpoints": "ijkpunten die elders zijn bewaard",
    "destroyed": "rekeningen waarvan de gegevens zijn vernietigd",
    "laws": "versies van de wettelijke bedragen",
    "policies": "versies van het beleid",
    "root": "Wortel van de boom over {entries} boekingen: {root}",
    "findings": "Bevindingen",
    "findings.caption": "Elke bevinding met haar plaats",
    "finding": "Bevinding",
    "severity": "Ernst",
    "severity.error": "fout",
    "severity.warning": "waarschuwing",
    "place": "Plaats",
    "place.ledger": "het grootboek",
    "place.entry": "boeking {seq} van {account}",
    "expected": "Verwacht",
    "actual": "Gevonden",
    "findings.rest": "De eerste {shown} van {count} bevindingen staan hier; “reba audit --json” "
    "geeft ze alle.",
    "meaning": "Wat de bevindingen betekenen",
    "totals": "Bedragen in totaal",
    "totals.caption": "Alle rekeningen samen",
    "name": "Bedrag",
    "amount": "Totaal",
    "assessed_cents": "Vastgestelde eigen bijdragen",
    "collected_cents": "Ontvangen",
    "receivable_cents": "Nog te ontvangen",
    "written_off_cents": "Afgeboekt",
    "reserved_cents": "Gespaard",
    "remitted_cents": "Afgedragen",
    "released_cents": "Vrijgegeven, min wat terugkwam",
    "on_hold_cents": "Vastgehouden voor een vrijgave",
    "balance_cents": "Spaartegoed",
    "overpaid_cents": "Te veel vrijgegeven",
    "gone.one": "Hierin zit 1 rekening waarvan de gegevens zijn vernietigd; in de maanden "
    "hieronder staat zij niet.",
    "gone.more": "Hierin zitten {count} rekeningen waarvan de gegevens zijn vernietigd; in de "
    "maanden hieronder staan zij niet.",
    "over_time": "Bedragen in de tijd",
    "plot.contributions": "Eigen bijdragen per maand: vastgesteld en ontvangen",
    "plot.savings": "Gespaard en vrijgegeven tot en met elke maand",
    "plot.releases": "Betaalde vrijgaven per maand, min wat terugkwam",
    "table.caption": "Dezelfde bedragen in cijfers; vrijgaven in de maand van betaling",
    "month": "Maand",
    "assessed": "Vastgesteld",
    "collected": "Ontvangen",
    "reserved": "Gespaard",
    "remitted": "Afgedragen",
    "released": "Vrijgegeven",
    "saved_so_far": "gespaard",
    "released_so_far": "vrijgegeven",
    "total": "Samen",
    "limits": "Wat deze controle niet laat zien",
    "limit.facts": "Of de feiten waar waren. Zij zijn genomen zoals zij zijn opgegeven.",
    "limit.rules": "Of de regels juist zijn omgezet in een berekening. Daarvoor is er een tweede "
    "berekening, en zijn er uitgewerkte gevallen.",
    "limit.outside": "Of het geld is ontvangen en betaald. Dat staat bij de bank.",
    "limit.missing": "Of er iets is dat nooit is geboekt.",
    "footer": "Gemaakt met “reba audit --report”. Bewaar dit verslag met het ijkpunt van vandaag.",
}

_EN: Final[Mapping[str, str]] = {
    "title": "Audit report of ledger {origin}",
    "intro": "Audited on {day}, by reba-ledger {engine}. Whoever gives the same command on the "
    "same ledger gets the same report.",
    "verdict": "Outcome",
    "clean": "There are no findings.",
    "found": "There are findings: {errors}, {warnings}.",
    "errors.one": "1 error",
    "errors.more": "{count} errors",
    "warnings.one": "1 warning",
    "warnings.more": "{count} warnings",
    "no_witness": "It was not compared with a checkpoint that was kept elsewhere. Whether "
    "something was removed from the end, or all of history was rewritten, cannot be seen that way.",
    "since": "What stands before entry {size} was not checked again; only that it still belongs to "
    "the trusted checkpoint.",
    "sample": "The amounts were computed again for a sample of {size} of the {population} "
    "assessments, with the splits that rest on them. Drawn were, without replacement, the "
    "assessments with the smallest SHA-256 of the root {root}, the chosen seed “{seed}” and their "
    "place in the ledger. Of these {wrong} are wrong, or cannot be computed again.",
    "sample.most": "With {percent}% confidence at most {most} of the {population} assessments are "
    "wrong ({share}).",
    "sample.all": "Those are all assessments: this number is exact.",
    "replayed": "The amounts were not computed again: it was only checked that they are unchanged "
    "and follow on each other.",
    "checked": "What was checked",
    "checked.caption": "Numbers",
    "what": "Part",
    "count": "Number",
    "entries": "entries: order, content and place in the tree",
    "accounts": "accounts: built again from their entries",
    "assessments": "assessments: computed again from the facts and the law",
    "splits": "reserves: computed again from the policy",
    "decisions": "decisions on releases: taken again",
    "checkpoints": "checkpoints that were kept elsewhere",
    "destroyed": "accounts whose records were destroyed",
    "laws": "versions of the statutory amounts",
    "policies": "versions of the policy",
    "root": "Root of the tree over {entries} entries: {root}",
    "findings": "Findings",
    "findings.caption": "Each finding with its place",
    "finding": "Finding",
    "severity": "Severity",
    "severity.error": "error",
    "severity.warning": "warning",
    "place": "Place",
    "place.ledger": "the ledger",
    "place.entry": "entry {seq} of {account}",
    "expected": "Expected",
    "actual": "Found",
    "findings.rest": "The first {shown} of {count} findings stand here; “reba audit --json” gives "
    "all of them.",
    "meaning": "What the findings mean",
    "totals": "Amounts in total",
    "totals.caption": "All accounts together",
    "name": "Amount",
    "amount": "Total",
    "assessed_cents": "Own contributions assessed",
    "collected_cents": "Collected",
    "receivable_cents": "Still to be collected",
    "written_off_cents": "Written off",
    "reserved_cents": "Saved",
    "remitted_cents": "Remitted",
    "released_cents": "Released, less what came back",
    "on_hold_cents": "On hold for a release",
    "balance_cents": "Savings balance",
    "overpaid_cents": "Released too much",
    "gone.one": "This holds 1 account whose records were destroyed; it is not in the months below.",
    "gone.more": "This holds {count} accounts whose records were destroyed; they are not in the "
    "months below.",
    "over_time": "Amounts over time",
    "plot.contributions": "Own contributions by month: assessed and collected",
    "plot.savings": "Saved and released up to and including each month",
    "plot.releases": "Releases paid by month, less what came back",
    "table.caption": "The same amounts in figures; releases in the month of payment",
    "month": "Month",
    "assessed": "Assessed",
    "collected": "Collected",
    "reserved": "Saved",
    "remitted": "Remitted",
    "released": "Released",
    "saved_so_far": "saved",
    "released_so_far": "released",
    "total": "Together",
    "limits": "What this audit does not show",
    "limit.facts": "Whether the facts were true. They were taken as they were reported.",
    "limit.rules": "Whether the rules were turned into a computation rightly. For that there is a "
    "second computation, and there are worked cases.",
    "limit.outside": "Whether the money came in and was paid. The bank knows.",
    "limit.missing": "Whether there is something that was never booked.",
    "footer": "Made with “reba audit --report”. Keep this report with the checkpoint of today.",
}

AUDIT_TEXTS: Final[Mapping[Language, Mapping[str, str]]] = {"nl": _NL, "en": _EN}
"""Every text by language and key; both languages have the same keys."""
