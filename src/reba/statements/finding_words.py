"""What each finding of an audit means, in Dutch and English; a test holds the list complete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

__all__ = ["FINDINGS", "Meaning"]


class Meaning(NamedTuple):
    """What a finding means (betekenis van een bevinding)."""

    nl: str
    en: str


FINDINGS: Final[Mapping[str, Meaning]] = {
    # ── bytes ────────────────────────────────────────────────────────────────────────────────
    "entry.order": Meaning(
        "Een boeking ontbreekt, of staat niet op haar plaats.",
        "An entry is missing, or not in its place.",
    ),
    "entry.stored": Meaning(
        "Een veld van een boeking is van een andere soort: het bestand is beschadigd.",
        "A field of an entry is of another type: the file is damaged.",
    ),
    "entry.envelope": Meaning(
        "De gegevens om een boeking heen zijn veranderd.",
        "What stands around a booking was changed.",
    ),
    "entry.body": Meaning(
        "De inhoud van een boeking is veranderd.", "The content of an entry was changed."
    ),
    "entry.body_missing": Meaning(
        "De inhoud van een boeking is weg, en niet volgens de regels vernietigd.",
        "The content of an entry is gone, and was not destroyed by the rules.",
    ),
    "entry.canonical": Meaning(
        "De inhoud staat niet in de vaste schrijfwijze.",
        "The content is not written in the one form that is agreed.",
    ),
    "entry.kind": Meaning(
        "De soort of versie van een boeking is onbekend.",
        "The kind or version of an entry is not known.",
    ),
    "entry.shape": Meaning(
        "De inhoud mist een gegeven dat bij de soort hoort.",
        "The content lacks something that belongs to its kind.",
    ),
    "entry.clock": Meaning(
        "De klok is teruggegaan: de volgorde staat vast, het tijdstip niet.",
        "The clock went back: the order is certain, the time is not.",
    ),
    "entry.future": Meaning(
        "Een boeking heeft een dag die na het boeken ligt.",
        "An entry is dated after it was recorded.",
    ),
    "tree.root": Meaning(
        "De bewaarde boom hoort niet bij de boekingen.",
        "The tree that is kept is not that of the entries.",
    ),
    "store.damaged": Meaning(
        "De opslag kan niet geheel worden gelezen.", "The store cannot be read as a whole."
    ),
    "document.missing": Meaning(
        "De wet of het beleid waarop een boeking rust, ontbreekt.",
        "The law or policy that an entry rests on is missing.",
    ),
    "document.digest": Meaning(
        "De bewaarde wet of het bewaarde beleid is veranderd.",
        "The law or policy that is kept was changed.",
    ),
    # ── checkpoints ──────────────────────────────────────────────────────────────────────────
    "checkpoint.root": Meaning(
        "De eerste boekingen zijn niet meer die van het ijkpunt: de geschiedenis is herschreven.",
        "The first entries are no longer those of the checkpoint: history was rewritten.",
    ),
    "checkpoint.truncated": Meaning(
        "Er staan minder boekingen dan bij het ijkpunt: er is aan het eind iets weggehaald.",
        "There are fewer entries than at the checkpoint: something was removed from the end.",
    ),
    "checkpoint.origin": Meaning(
        "Het ijkpunt is van een ander grootboek.", "The checkpoint is of another ledger."
    ),
    "since.entry": Meaning(
        "Een oudere boeking is niet die welke het vertrouwde ijkpunt dekt.",
        "An earlier entry is not the one that the trusted checkpoint covers.",
    ),
    "since.tree": Meaning(
        "Het grootboek leidt niet naar het vertrouwde ijkpunt; daarom is alles nagegaan.",
        "The ledger does not lead to the trusted checkpoint; so everything was checked.",
    ),
    # ── accounts and books ───────────────────────────────────────────────────────────────────
    "account.fold": Meaning(
        "De boekingen van een rekening sluiten niet op elkaar aan.",
        "The entries of an account do not follow on each other.",
    ),
    "link.supersedes": Meaning(
        "Een boeking vervangt niet wat er stond.",
        "An entry does not supersede what stood.",
    ),
    "link.reason": Meaning(
        "Een herziening noemt geen reden van de lijst.",
        "A revision gives no reason of the list.",
    ),
    "books.split": Meaning(
        "Gespaard en afgedragen zijn samen niet wat verdeeld is.",
        "Saved and remitted together are not what was split.",
    ),
    "books.source": Meaning(
        "Er is iets anders verdeeld dan wat is ontvangen of vastgesteld.",
        "Something else was split than what came in or was assessed.",
    ),
    "books.transfer": Meaning(
        "Een overboeking geeft niet wat zij neemt.", "A transfer does not give what it takes."
    ),
    "books.set_off": Meaning(
        "Er is meer verrekend dan verschuldigd of beschikbaar was.",
        "More was set off than was due or available.",
    ),
    "books.basis": Meaning(
        "Een verrekening noemt geen grondslag.", "A set-off cites no legal basis."
    ),
    "books.recovered": Meaning(
        "Er is meer teruggevorderd dan te veel was vrijgegeven.",
        "More was recovered than was released too much.",
    ),
    "books.invoice": Meaning(
        "Een factuur is niet wat verschuldigd was.", "An invoice is not what was due."
    ),
    "books.reminder": Meaning(
        "Een aanmaning kwam zonder factuur, of te vroeg.",
        "A reminder came without an invoice, or too early.",
    ),
    "books.write_off": Meaning(
        "Er is meer afgeboekt dan verschuldigd was.", "More was written off than was due."
    ),
    "account.closed": Meaning(
        "Op een gesloten rekening is iets nieuws geboekt.",
        "Something new was booked on a closed account.",
    ),
    "account.reopened": Meaning(
        "Een rekening is heropend die niet gesloten was.",
        "An account was reopened that was not closed.",
    ),
    "account.case": Meaning(
        "De reden van sluiten past niet bij hoe de procedure eindigde.",
        "The case of closing does not agree with how the procedure ended.",
    ),
    "account.disposition": Meaning(
        "Wat over was, ging niet waar het beleid zegt.",
        "What was left did not go where the policy says.",
    ),
    "account.left": Meaning(
        "Bij het sluiten is niet alles meegeteld wat over was.",
        "Closing did not count all that was left.",
    ),
    # ── computed again ───────────────────────────────────────────────────────────────────────
    "facts.place": Meaning(
        "De feiten zijn van een andere rekening of maand.",
        "The facts are of another account or month.",
    ),
    "recompute.amount": Meaning(
        "Een bedrag is niet wat de wet voor de feiten geeft: herzie de maand.",
        "An amount is not what the law gives for the facts: revise the month.",
    ),
    "recompute.charged_before": Meaning(
        "Wat eerder op het vermogen is gevraagd, klopt niet.",
        "What was charged against the assets before is not right.",
    ),
    "recompute.reserve": Meaning(
        "De reservering is niet wat het beleid geeft.",
        "The reserve is not what the policy gives.",
    ),
    "recompute.policy_version": Meaning(
        "Een andere versie van het beleid gold voor de maand.",
        "Another version of the policy applied to the month.",
    ),
    "recompute.refused": Meaning(
        "Een bedrag of besluit kan niet opnieuw worden berekend.",
        "An amount or decision cannot be computed again.",
    ),
    # ── the procedure ────────────────────────────────────────────────────────────────────────
    "procedure.type": Meaning(
        "Een gebeurtenis bestond niet op haar dag.", "An event did not exist on its day."
    ),
    "procedure.final": Meaning(
        "Een gebeurtenis is definitief voor haar eigen dag, of in de toekomst.",
        "An event is final before its own day, or in the future.",
    ),
    "procedure.rests_on": Meaning(
        "Een besluit over de groep rust op andere gebeurtenissen dan er gelden.",
        "A decision on the group rests on other events than those that stand.",
    ),
    # ── releases ─────────────────────────────────────────────────────────────────────────────
    "release.step": Meaning(
        "Een stap van een vrijgave volgt niet op de vorige.",
        "A step of a release does not follow on the one before.",
    ),
    "release.policy_version": Meaning(
        "Een andere versie van het beleid gold op de dag van het besluit.",
        "Another version of the policy applied on the day of the decision.",
    ),
    "release.outcome": Meaning(
        "De procedure was niet zo geëindigd als voor de vrijgave nodig is.",
        "The procedure had not ended as the release needs.",
    ),
    "release.amount": Meaning(
        "Er is meer gevraagd dan beschikbaar was.", "More was asked than was available."
    ),
    "release.above_request": Meaning(
        "Er is meer goedgekeurd dan gevraagd.", "More was approved than was asked for."
    ),
    "release.procedure_open": Meaning(
        "Er is vrijgegeven terwijl de procedure liep.",
        "There was a release while the procedure was open.",
    ),
    "release.mixed_outcomes": Meaning(
        "Er is vrijgegeven terwijl de uitkomsten verschilden.",
        "There was a release while outcomes differed.",
    ),
    "release.return_not_confirmed": Meaning(
        "Er is vrijgegeven zonder bevestigde vrijwillige terugkeer.",
        "There was a release without a confirmed voluntary return.",
    ),
    "release.outcome_without_release": Meaning(
        "Er is vrijgegeven na een uitkomst zonder vrijgave.",
        "There was a release after an outcome that has none.",
    ),
    "release.purpose_not_allowed": Meaning(
        "Het doel staat niet in het beleid.", "The purpose does not stand in the policy."
    ),
    "release.share_exceeded": Meaning(
        "Er is meer dan het deel dat mag worden gebruikt.",
        "It is more than the share that may be used.",
    ),
    "release.purpose_max_exceeded": Meaning(
        "Het is meer dan het maximum van het doel.", "It is more than the maximum of the purpose."
    ),
    "release.insufficient_balance": Meaning(
        "Er is meer betaald dan er gespaard was.", "More was paid than was saved."
    ),
    "release.evidence_missing": Meaning(
        "Het bewijs dat het beleid vraagt, ontbreekt.", "The evidence the policy asks is missing."
    ),
    "release.same_actor": Meaning(
        "Dezelfde persoon vroeg en keurde goed.", "The same person asked and approved."
    ),
    # ── destruction ──────────────────────────────────────────────────────────────────────────
    "destroyed.incomplete": Meaning(
        "Niet alles wat vernietigd heet te zijn, is weg.",
        "Not all that is said to be destroyed is gone.",
    ),
    "destroyed.closed": Meaning(
        "Er is vernietigd zonder dat de rekening gesloten was.",
        "Records were destroyed of an account that was not closed.",
    ),
    "destroyed.term": Meaning(
        "Er is vernietigd voordat de bewaartermijn voorbij was.",
        "Records were destroyed before their term had passed.",
    ),
    "destroyed.settled": Meaning(
        "Er is vernietigd terwijl er nog iets openstond.",
        "Records were destroyed while something was still open.",
    ),
    "destroyed.totals": Meaning(
        "De totalen die bleven, kloppen niet met elkaar.",
        "The totals that were kept do not agree with each other.",
    ),
    "destroyed.shape": Meaning(
        "Een vernietiging zegt niet wat zij moet zeggen.",
        "A destruction does not say what it must.",
    ),
}
