"""The words of the account statement (rekeningoverzicht) in Dutch, at level B1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS_NL"]

TEXTS_NL: Final[Mapping[str, str]] = {
    "title": "Rekeningoverzicht {account}",
    "intro": "Dit overzicht laat zien hoe de rekening ervoor staat op {day}. Met “u” bedoelen we "
    "het gezin van rekening {account}. Dat is een schuilnaam: er staan geen namen in dit "
    "overzicht.",
    "translation": "Dit is een vertaling. De Nederlandse tekst is de tekst die geldt.",
    # headings
    "heading.savings": "Uw spaartegoed",
    "heading.closing": "De rekening is gesloten",
    "heading.contribution": "Uw eigen bijdrage",
    "heading.movements": "Wat er met het geld is gebeurd",
    "heading.months": "Per maand",
    "heading.procedure": "De asielprocedure",
    "heading.use": "Waarvoor u het spaartegoed mag gebruiken",
    "heading.releases": "Vrijgaven",
    "heading.notes": "Gevolgen voor andere rechten",
    "heading.policy": "De regels voor het sparen",
    "heading.questions": "Vragen of bezwaar",
    # amounts and what each means
    "balance": "Spaartegoed",
    "balance.means": "Wat is gespaard, plus of min wat is overgeboekt, min wat eraf ging. Het "
    "spaartegoed is nooit lager dan nul.",
    "on_hold": "Vastgehouden",
    "on_hold.means": "Hiervoor is een vrijgave gevraagd of goedgekeurd, maar nog niet betaald. U "
    "kunt dit bedrag niet nog een keer vragen.",
    "available": "Beschikbaar",
    "available.means": "Het spaartegoed min wat wordt vastgehouden. Of u het nu al mag gebruiken, "
    "hangt af van de asielprocedure.",
    "overpaid": "Te veel vrijgegeven",
    "overpaid.means": "Er is meer van het spaartegoed af gegaan dan er nu gespaard blijkt te zijn. "
    "Uw spaartegoed staat daarom op nul. Niemand heeft een negatief spaartegoed. Wat later wordt "
    "gespaard, vult dit bedrag eerst aan. Met dit overzicht vragen we geen geld terug.",
    "assessed": "Vastgesteld",
    "assessed.means": "De eigen bijdrage van alle maanden samen.",
    "collected": "Ontvangen",
    "collected.means": "Wat is ingehouden of betaald.",
    "receivable": "Nog te ontvangen",
    "receivable.means": "Wat u nog moet betalen: vastgesteld, en nog niet ontvangen of verrekend. "
    "Dit wordt per maand geteld.",
    "written_off": "Afgeboekt",
    "written_off.means": "Dit hoeft u niet meer te betalen.",
    "overcollected": "Te veel ontvangen",
    "overcollected.means": "Er kwam meer binnen dan u voor een maand moest betalen. Vraag "
    "hoe u dit terugkrijgt.",
    "reserved": "Gespaard",
    "reserved.means": "Het deel van de eigen bijdrage dat voor u is bewaard.",
    "remitted": "Afgedragen",
    "remitted.means": "Het andere deel van de eigen bijdrage. Dit is niet voor u gespaard.",
    "released": "Vrijgegeven",
    "released.means": "Wat van het spaartegoed is uitbetaald, min wat is teruggekomen.",
    "transferred": "Overgeboekt",
    "transferred.in": "Dit kwam van een andere rekening bij uw spaartegoed.",
    "transferred.out": "Dit ging van uw spaartegoed naar een andere rekening. Daarom staat er een "
    "min.",
    "set_off": "Verrekening",
    "set_off.means": "Hiermee is van uw spaartegoed een eigen bijdrage betaald die nog open stond. "
    "De wettelijke grondslag daarvan staat in het grootboek.",
    "recovered": "Terugbetaald",
    "recovered.means": "Wat u hebt terugbetaald van wat te veel was vrijgegeven. Bij “Vrijgegeven” "
    "is dit er al afgehaald.",
    "settled": "Afgewikkeld",
    "settled.means": "Wat van uw spaartegoed is afgedragen toen de rekening werd gesloten.",
    # months
    "months.none": "Er is op deze rekening nog geen maand vastgesteld.",
    "months.caption": "Eigen bijdrage, ontvangen, gespaard en afgedragen per maand",
    "month": "Maand",
    "contribution": "Eigen bijdrage",
    "total": "Totaal",
    # procedure
    "procedure.open": "De asielprocedure is nog niet geëindigd voor: {members}.",
    "procedure.empty": "De asielprocedure is nog niet geëindigd. Van deze rekening zijn nog geen "
    "gezinsleden vastgelegd.",
    "procedure.ended": "De asielprocedure is geëindigd op {day}.",
    "procedure.caption": "Wat is vastgelegd over de asielprocedure",
    "procedure.none": "Er is nog niets vastgelegd over de asielprocedure.",
    "member": "Gezinslid",
    "event": "Wat er gebeurde",
    "from": "Vanaf",
    "final": "Onherroepelijk sinds",
    "final.not": "nog niet onherroepelijk",
    "event.granted": "inwilliging: een verblijfsvergunning is gegeven",
    "event.rejected": "afwijzing: geen verblijfsvergunning",
    "event.withdrawn": "de aanvraag is ingetrokken",
    "event.not_processed": "de aanvraag is buiten behandeling gesteld",
    "event.voluntary_return": "vrijwillige terugkeer is bevestigd",
    "event.forced_return": "gedwongen terugkeer",
    "event.departed_unknown": "vertrokken met onbekende bestemming",
    "event.dublin_transfer": "overdracht aan een ander land volgens de Dublinverordening",
    "event.responsibility_transfer": "overdracht aan een ander land dat de aanvraag behandelt",
    "event.died": "overleden",
    "event.left_reception": "vertrokken uit de opvang",
    "event.track_regular": "de aanvraag wordt behandeld in het gewone spoor",
    "event.track_low_chance": "de aanvraag wordt behandeld in het spoor voor aanvragen met weinig "
    "kans",
    "outcome.granted": "Voor uw spaartegoed geldt de uitkomst inwilliging: er is een "
    "verblijfsvergunning.",
    "outcome.return": "Voor uw spaartegoed geldt de uitkomst vrijwillige terugkeer: die is "
    "bevestigd.",
    "outcome.without_permit": "Er is geen verblijfsvergunning gegeven. Vrijwillige terugkeer is "
    "nog niet bevestigd. Daarom kan er nu niets worden uitbetaald.",
    "outcome.forced_return": "Het vertrek uit Nederland was gedwongen. Dan is er geen vrijgave "
    "voor een bestedingsdoel.",
    "outcome.departed_unknown": "U bent vertrokken met onbekende bestemming. Dan is er geen "
    "vrijgave voor een bestedingsdoel. Meldt u zich later weer, vraag dan wat er nog kan.",
    "outcome.dublin_transfer": "Een ander land behandelt de asielaanvraag. Dan is er geen vrijgave "
    "voor een bestedingsdoel.",
    "outcome.died": "De gezinsleden om wie het gaat, zijn overleden. Dan is er geen vrijgave voor "
    "een bestedingsdoel. Erfgenamen kunnen hun vragen stellen aan wie de rekening beheert.",
    "outcome.mixed": "De procedure is niet voor elk gezinslid op dezelfde manier geëindigd. Eerst "
    "moet worden besloten welke uitkomst voor het spaartegoed geldt. Tot dat besluit kan er niets "
    "worden uitbetaald.",
    # use
    "use.open": "Er kan niets worden uitbetaald voordat de asielprocedure is geëindigd van: "
    "{members}.",
    "use.open_empty": "Er kan niets worden uitbetaald voordat de asielprocedure is geëindigd.",
    "use.granted": "Na een verblijfsvergunning mag {share} van wat is gespaard worden gebruikt. "
    "Daarvoor zijn deze doelen:",
    "use.return": "Zonder vergunning en met bevestigde vrijwillige terugkeer mag {share} van wat "
    "is gespaard worden gebruikt. Daarvoor zijn deze doelen:",
    "use.today": "Per doel ziet u hoeveel u vandaag kunt vragen. De doelen delen één bedrag: wat u "
    "voor het ene doel gebruikt, gaat af van wat er voor de andere doelen over is.",
    "use.none": "Het spaarbeleid noemt geen bestedingsdoelen voor deze uitkomst.",
    "use.no_policy": "Zonder spaarbeleid is niet te zeggen waarvoor en wanneer u het spaartegoed "
    "mag gebruiken.",
    "use.closed": "De rekening is gesloten. Er kan geen nieuwe vrijgave worden gevraagd.",
    "use.four_eyes": "Een tweede medewerker keurt elke uitbetaling goed.",
    "use.at_closing": "Als de rekening wordt gesloten, geldt volgens het spaarbeleid: {rest}",
    "use.caption_granted": "Bestedingsdoelen na een verblijfsvergunning",
    "use.caption_return": "Bestedingsdoelen bij vrijwillige terugkeer",
    "purpose": "Bestedingsdoel",
    "most": "Vandaag ten hoogste",
    "maximum": "Maximum",
    "used": "Al gebruikt of vastgehouden",
    "evidence": "Bewijsstuk",
    "evidence.yes": "nodig",
    "evidence.no": "niet nodig",
    "why": "Waarom niet meer",
    "why.all": "Dit is alles wat nu beschikbaar is.",
    "why.empty": "Er is nu geen bedrag beschikbaar.",
    "why.procedure_open": "De asielprocedure is nog niet geëindigd.",
    "why.mixed_outcomes": "Eerst moet worden besloten welke uitkomst geldt.",
    "why.return_not_confirmed": "Vrijwillige terugkeer is nog niet bevestigd.",
    "why.outcome_without_release": "Bij deze uitkomst is er geen vrijgave.",
    "why.purpose_not_allowed": "Dit doel hoort niet bij deze uitkomst.",
    "why.share_exceeded": "Niet alles wat is gespaard, mag worden gebruikt. Dit is wat er van het "
    "toegestane deel over is.",
    "why.purpose_max_exceeded": "Dit is wat er van het maximum voor dit doel over is.",
    "why.account_closed": "De rekening is gesloten.",
    "why.insufficient_balance": "Er is niet meer beschikbaar.",
    "why.evidence_missing": "Er is een bewijsstuk nodig.",
    "why.same_actor": "Iemand anders moet het goedkeuren.",
    "purpose.furnishing": "inrichting van de woning",
    "purpose.bridging": "overbrugging tot het eerste inkomen",
    "purpose.deposit": "waarborgsom",
    "purpose.rent_advance": "huur vooruit",
    "purpose.travel": "reiskosten",
    "purpose.reintegration": "herintegratie: een nieuw begin",
    "purpose.departure": "overige vertrekkosten",
    "purpose.remainder": "uitbetaling van wat over was bij de sluiting van de rekening",
    "purpose.estate": "uitbetaling aan de erfgenamen",
    "note.assets_of_assistance": "Spaargeld dat is uitbetaald, kan meetellen als vermogen voor de "
    "bijstand (Participatiewet artikel 34). Vraag de gemeente wat dit voor u betekent.",
    "note.special_assistance": "Hebt u spaargeld, dan kan de gemeente bijzondere bijstand voor "
    "dezelfde kosten weigeren of alleen als lening geven (Participatiewet artikel 35). Vraag dit "
    "de gemeente vooraf.",
    "note.deposit_maximum": "Een verhuurder mag als waarborgsom ten hoogste twee keer de kale huur "
    "per maand vragen (Burgerlijk Wetboek artikel 7:261b). Dit geldt voor huurcontracten vanaf 1 "
    "juli 2023.",
    "note.return_aid": "Hulp bij terugkeer is voor mensen zonder eigen geld. Wordt spaargeld voor "
    "het vertrek uitbetaald, dan kunt u het recht op die hulp verliezen. Vraag dit vooraf.",
    # releases
    "releases.none": "Er is nog geen vrijgave gevraagd.",
    "releases.caption": "Gevraagde en betaalde vrijgaven",
    "number": "Nummer",
    "amount": "Bedrag",
    "status": "Stand",
    "history": "Verloop",
    "status.requested": "gevraagd",
    "status.approved": "goedgekeurd, nog niet betaald",
    "status.rejected": "afgewezen",
    "status.paid": "betaald",
    "status.returned": "teruggeboekt door de bank",
    "step.requested": "Gevraagd op {day}.",
    "step.approved": "Goedgekeurd op {day}.",
    "step.rejected": "Afgewezen op {day}: {reason}.",
    "step.paid": "Betaald op {day}.",
    "step.returned": "Teruggeboekt op {day}: {reason}. Het bedrag is weer spaartegoed.",
    "rejected.not_needed": "het was niet meer nodig",
    "rejected.withdrawn": "u hebt de vraag ingetrokken",
    "rejected.evidence_insufficient": "het bewijsstuk was niet voldoende",
    "rejected.procedure_revoked": "het einde van de asielprocedure is herroepen",
    "rejected.recorded_in_error": "de vraag was per vergissing vastgelegd",
    "returned.account_unknown": "het rekeningnummer bestaat niet",
    "returned.account_closed": "de bankrekening is opgeheven",
    "returned.refused_by_bank": "de bank heeft de betaling geweigerd",
    "returned.other": "een andere reden van de bank",
    # closing
    "closing": "De rekening is gesloten op {day}, {case}.",
    "closing.step": "Over bij de sluiting op {day}.",
    "closing.undecided": "nog niet beslist",
    "closing.left": "Over bij sluiting",
    "case.granted": "na een verblijfsvergunning",
    "case.voluntary_return": "na vrijwillige terugkeer",
    "case.forced_return": "na gedwongen terugkeer",
    "case.departed_unknown": "na vertrek met onbekende bestemming",
    "case.dublin_transfer": "na overdracht aan een ander land",
    "case.died": "na overlijden",
    "rest.pay_out": "wat over is, wordt uitbetaald nadat iemand het heeft goedgekeurd.",
    "rest.remit": "wat over is, wordt afgedragen.",
    "rest.hold": "wat over is, blijft staan.",
    "rest.estate": "wat over is, gaat naar de erfgenamen.",
    "left.nothing": "Er was niets over.",
    "left.pay_out": "Dit wordt of is uitbetaald. Bij “Vrijgaven” ziet u hoe ver dat is.",
    "left.remit": "Dit is afgedragen.",
    "left.hold": "Dit blijft op de rekening staan.",
    "left.estate": "Dit is voor de erfgenamen. Bij “Vrijgaven” ziet u hoe ver dat is.",
    # policy and footer
    "policy.none": "Er is geen spaarbeleid vastgelegd bij dit overzicht.",
    "policy.named": "Dit overzicht gebruikt het spaarbeleid “{title}” ({id}).",
    "policy.not_today": "Dit spaarbeleid heeft geen regels voor deze dag.",
    "policy.illustrative": "Dit beleid is een voorbeeld. Het is niet vastgesteld. U kunt er geen "
    "recht aan ontlenen.",
    "policy.adopted": "Dit beleid is vastgesteld.",
    "questions": "Hebt u een vraag, of bent u het niet eens met een besluit? Ga dan naar wie dat "
    "besluit heeft genomen. Daar kunt u ook bezwaar maken.",
    "ledger": "De bedragen komen uit het grootboek, tot en met boeking {head}.",
}
