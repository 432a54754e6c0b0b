"""What the report of a simulation says, in plain Dutch (B1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS_NL"]

TEXTS_NL: Final[Mapping[str, str]] = {
    # ── head ──
    "title": "Wat doet dit spaarbeleid?",
    "title.more": "Wat doen deze {count} vormen van spaarbeleid?",
    "intro": "Een doorrekening van {households} gezinnen ({persons} personen) over {months} "
    "maanden, met de regels van de regeling zelf. De opvang is hier de organisatie die de eigen "
    "bijdrage ontvangt: het COA of de gemeente.",
    "made": "De gezinnen zijn bedacht. Het zijn geen echte mensen. De cijfers laten zien hoe het "
    "beleid werkt; ze voorspellen niet wat er gaat gebeuren. Onder ‘Waar de cijfers op rusten’ "
    "staat wat is aangenomen.",
    "provisional": "Bij cijfers met * is gebruikgemaakt van wettelijke bedragen die niet zijn "
    "nagegaan. Die cijfers zijn voorlopig. Het gaat om: {names}.",
    "illustrative": "Niemand heeft dit beleid vastgesteld: het zijn voorbeelden. Het gaat om: "
    "{names}.",
    "refused.head": "Voor {count} gezinnen geeft een regel geen uitkomst. Zij tellen bij geen "
    "enkele variant mee.",
    # ── summary ──
    "summary": "In het kort",
    "summary.working": "De cijfers hieronder zijn gemiddelden voor gezinnen waarin iemand werkt: "
    "{households} van de {all} gezinnen.",
    "summary.all": "In geen enkel gezin werkt iemand. De cijfers hieronder zijn gemiddelden voor "
    "alle {all} gezinnen.",
    "card.saved": "spaart een gezin tot het einde van het verblijf",
    "card.half": "tot de helft van de gezinnen genoeg heeft voor: {target}",
    "card.half.months.one": "1 maand",
    "card.half.months.more": "{count} maanden",
    "card.half.never": "niet binnen {months} maanden",
    "card.less": "ontvangt de opvang minder, per gezin",
    "card.less.total": "Voor alle {households} gezinnen samen: {amount}.",
    "card.even": "eerder weg uit de opvang maakt dat weer goed",
    "card.even.how": "Een dag opvang kost {cost} per persoon.",
    "days.one": "1 dag",
    "days.more": "{count} dagen",
    "policy.share": "{share} van de eigen bijdrage {base} wordt gespaard",
    "base.earnings": "uit werk",
    "base.income": "uit inkomen",
    "base.contribution": "",
    "policy.monthly_max": "ten hoogste {amount} per maand",
    "policy.balance_max": "tot een tegoed van {amount}",
    "policy.versions": "Het beleid verandert in de tijd; dit is de eerste versie.",
    "reform": "De wet is aangepast: {reform}.",
    # ── comparison ──
    "compare": "De varianten naast elkaar",
    "compare.caption.working": "Gezinnen waarin iemand werkt; bedragen per gezin",
    "compare.caption.all": "Alle gezinnen; bedragen per gezin",
    "compare.how": "Tussen haakjes staat het verschil met variant A.",
    "compare.stay": "‘Tot het einde van het verblijf’ is een gemiddelde: er is rekening mee "
    "gehouden hoelang gezinnen blijven en hoe hun procedure eindigt.",
    "figure": "Per gezin",
    "variant": "Variant",
    "contribution_month_cents": "eigen bijdrage per maand",
    "withdrawn_month_cents": "leefgeld dat vervalt, per maand",
    "reserved_month_cents": "daarvan gespaard, per maand",
    "collected_cents": "eigen bijdrage ontvangen tot het einde van het verblijf",
    "saved_cents": "gespaard tot het einde van het verblijf",
    "released_cents": "waarvan voor de doelen van het beleid",
    "paid_out_cents": "waarvan verder uitbetaald aan het gezin",
    "remitted_cents": "waarvan terug naar de opvang",
    "held_cents": "waarvan blijft staan",
    "estate_cents": "waarvan voor erfgenamen",
    "receives_less_cents": "de opvang ontvangt minder",
    "receives_less_total_cents": "de opvang ontvangt minder, alle gezinnen van deze tabel samen",
    "break_even_days_tenths": "dagen die het hele gezin eerder moet vertrekken om dat goed te "
    "maken",
    "break_even_person_days_tenths": "dagen opvang van één persoon die evenveel kosten",
    "break_even_weeks_tenths": "weken die het hele gezin eerder moet vertrekken om dat goed te "
    "maken",
    "half_after": "maanden tot de helft genoeg heeft voor: {target} ({amount})",
    "never": "meer dan {months}",
    "same": "gelijk",
    "none": "geen",
    # ── budget lines ──
    "budget": "Wat houdt iemand over als hij meer verdient?",
    "budget.text": "De bovenste lijn laat zien wat een gezin overhoudt van zijn nettoloon: het "
    "loon, min de eigen bijdrage, min leefgeld dat vervalt. Met het spaardeel erbij is het meer. "
    "De onderste lijn laat zien welk deel van elke extra euro het gezin niet houdt. Bij 100% "
    "levert meer verdienen niets op.",
    "budget.sudden": "Een genummerd punt of een genummerde streep is een val: daar kost één cent "
    "meer loon ineens meer dan een cent.",
    "budget.cliff": "Punt {sign}: vanaf een nettoloon van {earnings} houdt het gezin ineens "
    "{loss} minder over. Stap in de berekening: ‘{cause}’. Grondslag: {legal}.",
    "budget.no_cliff": "Er is geen punt waarop een cent meer loon ineens meer dan een cent kost.",
    "budget.title": "{who}: wat overblijft van het loon",
    "budget.x": "nettoloon per maand",
    "budget.kept.axis": "euro per maand",
    "budget.rate.axis": "niet gehouden van elke extra euro",
    "budget.all": "alles houden",
    "budget.kept": "houdt het gezin",
    "budget.saved": "met het spaardeel van {letter} erbij",
    "budget.unknown": "hier beslist de gemeente; zij heeft niet gekozen",
    "budget.earnings": "Nettoloon",
    "budget.contribution": "Eigen bijdrage",
    "budget.withdrawn": "Leefgeld dat vervalt",
    "budget.reserved": "Spaardeel van {letter}",
    "budget.left": "Houdt het gezin",
    "budget.not_kept": "Niet gehouden van elke extra euro hierna",
    "budget.between": "{least} tot {most}",
    "budget.caption": "{who}, per maand. Elke rij is een punt waar iets verandert.",
    "budget.other": "Nog {count} soorten gezinnen",
    # ── months ──
    "months": "Eigen bijdrage en spaardeel per maand",
    "months.text": "Alle gezinnen samen. Een maand is de zoveelste maand in de opvang, en geen "
    "maand op de kalender.",
    "months.x": "maand in de opvang",
    "months.y": "euro per maand, alle gezinnen samen",
    "months.contribution": "eigen bijdrage",
    "months.collected": "eigen bijdrage die binnenkomt",
    "months.reserved": "{variant}: gespaard",
    "months.due": "{variant}: eigen bijdrage",
    "months.panel.due": "Eigen bijdrage",
    "months.panel.saved": "Gespaard",
    "months.caption": "Alle gezinnen samen, per maand",
    "month": "Maand",
    # ── balances ──
    "balances": "Hoeveel is er gespaard na een verblijf?",
    "balances.text": "Gezinnen waarin iemand werkt. De helft van de gezinnen heeft een tegoed dat "
    "in de balk valt; een kwart heeft minder en een kwart heeft meer. De stippellijnen zijn "
    "bedragen die een gezin nodig kan hebben.",
    "balances.text.all": "Alle gezinnen. De helft van de gezinnen heeft een tegoed dat in de balk "
    "valt; een kwart heeft minder en een kwart heeft meer. De stippellijnen zijn bedragen die een "
    "gezin nodig kan hebben.",
    "balances.x": "maanden in de opvang",
    "balances.y": "tegoed in euro",
    "balances.spread": "de middelste helft van de gezinnen",
    "balances.median": "het middelste gezin",
    "balances.mean": "gemiddeld",
    "balances.caption": "Tegoed per gezin na een verblijf. Kwartielen zijn hele euro’s, naar "
    "beneden afgerond.",
    "balances.months": "Maanden",
    "balances.share": "Blijft zo lang",
    "balances.lower": "Een kwart heeft ten hoogste",
    "balances.half": "De helft heeft ten hoogste",
    "balances.upper": "Drie kwart heeft ten hoogste",
    # ── coverage ──
    "covered": "Wanneer is er genoeg gespaard?",
    "covered.text": "Het deel van de gezinnen waarin iemand werkt dat na zoveel maanden genoeg "
    "heeft gespaard voor het bedrag boven de grafiek. De stippellijn is de helft.",
    "covered.text.all": "Het deel van alle gezinnen dat na zoveel maanden genoeg heeft gespaard "
    "voor het bedrag boven de grafiek. De stippellijn is de helft.",
    "covered.x": "maanden in de opvang",
    "covered.y": "deel van de gezinnen",
    "covered.half": "de helft",
    "covered.target": "{target}: {amount}",
    "covered.caption": "Gezinnen die genoeg hebben gespaard, per maand",
    # ── endings ──
    "endings": "Wat gebeurt er met het spaargeld?",
    "endings.text": "Gezinnen waarin iemand werkt. Elke balk is al het spaargeld van gezinnen "
    "waarvan de procedure zo eindigt. Tussen haakjes staat hoe vaak dat is aangenomen. Bij de "
    "doelen is gerekend met alles wat het beleid toestaat.",
    "endings.text.all": "Alle gezinnen. Elke balk is al het spaargeld van gezinnen waarvan de "
    "procedure zo eindigt. Tussen haakjes staat hoe vaak dat is aangenomen. Bij de doelen is "
    "gerekend met alles wat het beleid toestaat.",
    "endings.x": "deel van het spaargeld",
    "endings.empty": "niets gespaard",
    "endings.mix": "alle gevallen samen",
    "endings.caption": "{variant}: verwacht per gezin, gemiddeld over de verblijfsduur",
    "endings.outcome": "Afloop",
    "endings.often": "Hoe vaak",
    "outcome.granted": "verblijfsvergunning",
    "outcome.voluntary_return": "vrijwillige terugkeer",
    "outcome.forced_return": "gedwongen terugkeer",
    "outcome.departed_unknown": "vertrek, onbekend waarheen",
    "outcome.dublin_transfer": "Dublinoverdracht",
    "outcome.died": "overlijden",
    "part.balance": "Gespaard",
    "part.released": "voor de doelen van het beleid",
    "part.paid_out": "verder uitbetaald aan het gezin",
    "part.remitted": "terug naar de opvang",
    "part.held": "blijft staan",
    "part.estate": "voor erfgenamen",
    # ── break-even ──
    "even": "Wanneer is het terugverdiend?",
    "even.text": "De opvang ontvangt minder, omdat een deel van de eigen bijdrage voor het gezin "
    "wordt gespaard. Vertrekt een gezin eerder uit de opvang, dan bespaart dat {cost} per persoon "
    "per dag. Waar de schuine lijn de lijn van een variant kruist, is het gelijk. Of gezinnen "
    "door het sparen eerder vertrekken, zegt deze doorrekening niet.",
    "even.x": "dagen dat het hele gezin eerder vertrekt",
    "even.y": "euro per gezin",
    "even.saves": "bespaard op opvang",
    "even.less": "{variant}: zoveel ontvangt de opvang minder",
    "even.caption": "Per gezin waarin iemand werkt",
    "even.caption.all": "Per gezin",
    "even.none": "Er is geen bedrag opgegeven voor een dag opvang. Daarom is niet te zeggen "
    "wanneer het is terugverdiend.",
    # ── sensitivity ──
    "sensitive": "Welke keuze maakt het meeste uit?",
    "sensitive.text": "Eén ding is telkens lager of hoger gemaakt; de rest bleef gelijk. De "
    "streep in het midden is {variant}. Bij elke balk staat de waarde waarmee is gerekend.",
    "sensitive.saved_cents": "gespaard per gezin tot het einde van het verblijf",
    "sensitive.receives_less_cents": "de opvang ontvangt minder, per gezin",
    "sensitive.low": "lagere waarde",
    "sensitive.high": "hogere waarde",
    "sensitive.none": "Geen van deze veranderingen maakt hiervoor verschil.",
    "sensitive.parameter": "Wat verandert",
    "sensitive.at": "bij {value}",
    "sensitive.column.low": "Lagere waarde",
    "sensitive.column.base": "Zoals doorgerekend",
    "sensitive.column.high": "Hogere waarde",
    "parameter.reserve.share": "deel dat wordt gespaard",
    "parameter.reserve.monthly_max": "hoogste bedrag per maand",
    "parameter.reserve.balance_max": "hoogste tegoed",
    "parameter.release.granted.balance_share": "deel vrij na vergunning",
    "parameter.release.return.balance_share": "deel vrij na terugkeer",
    "parameter.collection.share": "deel dat binnenkomt",
    "parameter.cost.person_day": "kosten van een dag opvang",
    "parameter.stay.months": "duur van het verblijf",
    # ── types ──
    "types": "Per soort gezin",
    "types.text": "Gemiddeld per gezin. Wie niet werkt, spaart alleen als het beleid ook van "
    "ander inkomen laat sparen.",
    "types.type": "Soort gezin",
    "types.households": "Gezinnen",
    "types.contribution": "Eigen bijdrage per maand",
    "types.saved": "Gespaard tot einde verblijf",
    "types.used": "Naar het gezin",
    "types.less": "Opvang ontvangt minder",
    "types.days": "Dagen eerder",
    "types.other": "andere gezinnen samen",
    "types.all": "alle gezinnen",
    "types.small": "Soorten met minder dan {count} gezinnen staan samen op één regel, zodat geen "
    "enkel gezin te herkennen is.",
    "composition.single": "alleenstaande",
    "composition.single_parent": "alleenstaande ouder",
    "composition.couple": "twee volwassenen zonder kinderen",
    "composition.couple_with_children": "twee volwassenen met kinderen",
    "composition.more_adults": "drie of meer volwassenen",
    "composition.minors": "alleen minderjarigen",
    "working.yes": "met werk",
    "working.no": "zonder werk",
    # ── what it rests on ──
    "rests": "Waar de cijfers op rusten",
    "rests.assumptions": "Aannames",
    "rests.assumptions.text": "{title}, van {day}. Status: {status}. Bron: {source}.",
    "rests.assumptions.caption": "Elke aanname, met haar status en bron",
    "rests.show": "Toon de tabel",
    "rests.policies": "Beleid",
    "rests.policy": "{variant}: {title}",
    "rests.policy.status": "Status: {status}. Bron: {source}",
    "rests.law": "Wettelijke bedragen en regels",
    "rests.law.text": "De waarden die gelden in de doorgerekende maanden, met hun status en bron.",
    "rests.law.same": "Gebruikt voor alle varianten.",
    "rests.law.of": "Gebruikt voor {variant}.",
    "rests.law.none": "De gebruikte waarden zijn niet meegegeven. De volledige set heeft "
    "vingerafdruk {digest}.",
    "rests.choices": "Keuzes van de gemeente",
    "rests.choices.text": "Keuzebestand met vingerafdruk {digest}.",
    "rests.choices.none": "Er zijn geen keuzes van een gemeente gebruikt.",
    "column.what": "Wat",
    "column.value": "Waarde",
    "column.status": "Status",
    "column.source": "Bron",
    "column.valid": "Geldig",
    "unit.EUR": "",
    "unit.EUR/week": "per week",
    "unit.EUR/month": "per maand",
    "unit.ratio": "",
    "unit.days": "dagen",
    "unit.weeks": "weken",
    "unit.months": "maanden",
    "unit.years": "jaar",
    "unit.persons": "personen",
    "valid.from": "vanaf {first}",
    "valid.until": "van {first} tot en met {last}",
    "status.made": "bedacht",
    "status.published": "gepubliceerd",
    "status.supplied": "aangeleverd",
    "status.verified": "nagegaan",
    "status.derived": "afgeleid *",
    "status.reported": "door anderen gemeld *",
    "status.supplied.law": "aangeleverd *",
    "status.illustrative": "voorbeeld, niet vastgesteld",
    "status.adopted": "vastgesteld",
    "rests.people": "De gezinnen",
    "rests.people.text": "{rows} opgaven van {households} gezinnen, vanaf {first}.",
    "rests.people.span": "{first} tot en met {last}",
    "rests.calendar.standing": "Elke maand is gerekend met de bedragen van de maand die is "
    "opgegeven: de regels staan stil.",
    "rests.calendar.running": "Elke maand is gerekend met de bedragen en leeftijden van die maand "
    "zelf: de kalender loopt door.",
    "rests.refused": "Niet meegeteld: {count} gezinnen met foutcode {code}.",
    "rests.not_supplied": "Niet opgegeven voor {count} gezinnen: {fact}. Er is gerekend zonder.",
    "rests.complete": "Alle gezinnen zijn meegeteld, en alles wat de regels vragen was opgegeven.",
    "fact.assets": "het vermogen",
    "fact.obligations": "de onderhoudsplicht",
    # ── tracing, limits ──
    "trace": "Een cijfer narekenen",
    "trace.text": "Elk bedrag is een optelsom van gezinnen. Met dit commando krijgt u de opgave "
    "van één gezin in één maand. Het commando reba assess rekent die na en noemt bij elke stap "
    "het artikel.",
    "trace.files": "De volledige cijfers staan naast deze pagina: {files}.",
    "trace.versions": "Gemaakt met versie {engine}. Vingerafdruk van de aannames: {assumptions}.",
    "limits": "Wat deze pagina niet laat zien",
    "limit.behaviour": "Of mensen door het sparen meer gaan werken, eerder vertrekken of beter "
    "terechtkomen. Er is aangenomen dat zij hetzelfde doen bij elke variant.",
    "limit.independent": "Of de duur van het verblijf samenhangt met de afloop. Er is aangenomen "
    "van niet.",
    "limit.costs": "Wat het kost om het sparen uit te voeren.",
    "limit.rights": "Gevolgen voor toeslagen, belasting of bijstand na het vertrek uit de opvang.",
    "limit.use": "Of een gezin echt alles opvraagt wat mag. Er is gerekend alsof dat zo is.",
    "numbers": "De cijfers van deze grafiek",
    "numbers.print": "De cijfers van deze grafiek staan in {file}.",
    "footer": "Dit is een doorrekening, geen besluit en geen advies. De tekst van de wet gaat "
    "voor.",
}
