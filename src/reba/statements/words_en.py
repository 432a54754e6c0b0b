"""The words of the account statement (rekeningoverzicht) in English, at level B1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS_EN"]

TEXTS_EN: Final[Mapping[str, str]] = {
    "title": "Account statement {account}",
    "intro": "This statement shows how the account stands on {day}. By “you” we mean the household "
    "of account {account}. That is a pseudonym: there are no names in this statement.",
    "translation": "This is a translation. The Dutch text is the one that holds.",
    # headings
    "heading.savings": "Your savings balance",
    "heading.closing": "The account is closed",
    "heading.contribution": "Your own contribution",
    "heading.movements": "What happened to the money",
    "heading.months": "Month by month",
    "heading.procedure": "The asylum procedure",
    "heading.use": "What you may use the savings for",
    "heading.releases": "Releases",
    "heading.notes": "Effects on other rights",
    "heading.policy": "The rules for saving",
    "heading.questions": "Questions or objection",
    # amounts and what each means
    "balance": "Balance",
    "balance.means": "What was saved, plus or minus what was transferred, less what went out. The "
    "balance is never below zero.",
    "on_hold": "On hold",
    "on_hold.means": "A release was requested or approved for this, but it is not paid yet. You "
    "cannot ask for this amount a second time.",
    "available": "Available",
    "available.means": "The balance less what is on hold. Whether you may use it now depends on "
    "the asylum procedure.",
    "overpaid": "Released too much",
    "overpaid.means": "More went out of the savings than now turns out to be saved. That is why "
    "your balance is zero. Nobody has a negative balance. What is saved later settles this amount "
    "first. This statement does not ask you to pay money back.",
    "assessed": "Assessed",
    "assessed.means": "The own contribution of all months together.",
    "collected": "Collected",
    "collected.means": "What was withheld or paid.",
    "receivable": "Still to be collected",
    "receivable.means": "What you still have to pay: assessed, and not yet collected or set off. "
    "This is counted month by month.",
    "written_off": "Written off",
    "written_off.means": "You do not have to pay this any more.",
    "overcollected": "Collected too much",
    "overcollected.means": "More came in than you had to pay for a month. Ask how you "
    "get this back.",
    "reserved": "Saved",
    "reserved.means": "The part of the own contribution that was kept for you.",
    "remitted": "Remitted",
    "remitted.means": "The other part of the own contribution. It was not saved for you.",
    "released": "Released",
    "released.means": "What was paid out of the savings, less what came back.",
    "transferred": "Transferred",
    "transferred.in": "This came from another account and was added to your savings.",
    "transferred.out": "This went from your savings to another account. That is why there is a "
    "minus.",
    "set_off": "Set off",
    "set_off.means": "With this part of your savings an own contribution was paid that was still "
    "due. The legal basis for it stands in the ledger.",
    "recovered": "Paid back",
    "recovered.means": "What you paid back of what was released too much. It is already taken off "
    "“Released”.",
    "settled": "Settled",
    "settled.means": "What was remitted from your savings when the account was closed.",
    # months
    "months.none": "No month has been assessed on this account yet.",
    "months.caption": "Own contribution, collected, saved and remitted, month by month",
    "month": "Month",
    "contribution": "Own contribution",
    "total": "Total",
    # procedure
    "procedure.open": "The asylum procedure has not ended yet for: {members}.",
    "procedure.empty": "The asylum procedure has not ended yet. No members of the household are "
    "recorded on this account yet.",
    "procedure.ended": "The asylum procedure ended on {day}.",
    "procedure.caption": "What is recorded about the asylum procedure",
    "procedure.none": "Nothing is recorded about the asylum procedure yet.",
    "member": "Member",
    "event": "What happened",
    "from": "From",
    "final": "Final since",
    "final.not": "not final yet",
    "event.granted": "granted: a residence permit was given",
    "event.rejected": "rejected: no residence permit",
    "event.withdrawn": "the application was withdrawn",
    "event.not_processed": "the application was not processed",
    "event.voluntary_return": "voluntary return is confirmed",
    "event.forced_return": "forced return",
    "event.departed_unknown": "departed to an unknown destination",
    "event.dublin_transfer": "transfer to another country under the Dublin Regulation",
    "event.responsibility_transfer": "transfer to another country that handles the application",
    "event.died": "died",
    "event.left_reception": "left reception",
    "event.track_regular": "the application is handled in the regular track",
    "event.track_low_chance": "the application is handled in the track for applications with "
    "little chance",
    "outcome.granted": "For your savings the outcome is granted: there is a residence permit.",
    "outcome.return": "For your savings the outcome is voluntary return: it is confirmed.",
    "outcome.without_permit": "No residence permit was given. Voluntary return is not confirmed "
    "yet. So nothing can be paid out now.",
    "outcome.forced_return": "The departure from the Netherlands was forced. Then there is no "
    "release for a purpose.",
    "outcome.departed_unknown": "You departed to an unknown destination. Then there is no release "
    "for a purpose. If you report again later, ask what is still possible.",
    "outcome.dublin_transfer": "Another country handles the asylum application. Then there is no "
    "release for a purpose.",
    "outcome.died": "The members of the household that count have died. Then there is no release "
    "for a purpose. Heirs can ask whoever keeps the account.",
    "outcome.mixed": "The procedure did not end in the same way for every member of the household. "
    "First it must be decided which outcome applies to the savings. Until that decision nothing "
    "can be paid out.",
    # use
    "use.open": "Nothing can be paid out before the asylum procedure has ended of: {members}.",
    "use.open_empty": "Nothing can be paid out before the asylum procedure has ended.",
    "use.granted": "After a residence permit {share} of what was saved may be used, for these "
    "purposes:",
    "use.return": "Without a permit and with confirmed voluntary return {share} of what was saved "
    "may be used, for these purposes:",
    "use.today": "For each purpose you see how much you can ask for today. The purposes share one "
    "amount: what you use for one purpose is no longer there for the others.",
    "use.none": "The savings policy names no purposes for this outcome.",
    "use.no_policy": "Without a savings policy nobody can say what you may use the savings for, "
    "and when.",
    "use.closed": "The account is closed. No new release can be requested.",
    "use.four_eyes": "A second person approves every payment.",
    "use.at_closing": "When the account is closed, the savings policy says: {rest}",
    "use.caption_granted": "Purposes after a residence permit",
    "use.caption_return": "Purposes with voluntary return",
    "purpose": "Purpose",
    "most": "At most today",
    "maximum": "Maximum",
    "used": "Already used or on hold",
    "evidence": "Evidence",
    "evidence.yes": "needed",
    "evidence.no": "not needed",
    "why": "Why not more",
    "why.all": "This is all that is available now.",
    "why.empty": "No amount is available now.",
    "why.procedure_open": "The asylum procedure has not ended yet.",
    "why.mixed_outcomes": "First it must be decided which outcome applies.",
    "why.return_not_confirmed": "Voluntary return is not confirmed yet.",
    "why.outcome_without_release": "With this outcome there is no release.",
    "why.purpose_not_allowed": "This purpose does not belong to this outcome.",
    "why.share_exceeded": "Not all that was saved may be used. This is what is left of the part "
    "that is allowed.",
    "why.purpose_max_exceeded": "This is what is left of the maximum for this purpose.",
    "why.account_closed": "The account is closed.",
    "why.insufficient_balance": "No more is available.",
    "why.evidence_missing": "Evidence is needed.",
    "why.same_actor": "Someone else must approve it.",
    "purpose.furnishing": "furnishing a home",
    "purpose.bridging": "bridging until the first income",
    "purpose.deposit": "rent deposit",
    "purpose.rent_advance": "rent in advance",
    "purpose.travel": "travel",
    "purpose.reintegration": "reintegration: a fresh start",
    "purpose.departure": "other costs of departure",
    "purpose.remainder": "payment of what was left when the account was closed",
    "purpose.estate": "payment to the heirs",
    "note.assets_of_assistance": "Savings that were paid out may count as assets for social "
    "assistance (Participatiewet article 34). Ask the municipality what this means for you.",
    "note.special_assistance": "If you have savings, the municipality may refuse special "
    "assistance for the same costs, or give it only as a loan (Participatiewet article 35). Ask "
    "the municipality first.",
    "note.deposit_maximum": "A landlord may ask a rent deposit of at most twice the bare monthly "
    "rent (Burgerlijk Wetboek article 7:261b). This applies to rental contracts from 1 July 2023.",
    "note.return_aid": "Return aid is for people without money of their own. If savings are paid "
    "out before departure, you may lose the right to that aid. Ask about this first.",
    # releases
    "releases.none": "No release has been requested yet.",
    "releases.caption": "Releases requested and paid",
    "number": "Number",
    "amount": "Amount",
    "status": "Status",
    "history": "What happened",
    "status.requested": "requested",
    "status.approved": "approved, not paid yet",
    "status.rejected": "rejected",
    "status.paid": "paid",
    "status.returned": "sent back by the bank",
    "step.requested": "Requested on {day}.",
    "step.approved": "Approved on {day}.",
    "step.rejected": "Rejected on {day}: {reason}.",
    "step.paid": "Paid on {day}.",
    "step.returned": "Sent back on {day}: {reason}. The amount is savings again.",
    "rejected.not_needed": "it was no longer needed",
    "rejected.withdrawn": "you withdrew the request",
    "rejected.evidence_insufficient": "the evidence was not sufficient",
    "rejected.procedure_revoked": "the end of the asylum procedure was revoked",
    "rejected.recorded_in_error": "the request was recorded by mistake",
    "returned.account_unknown": "the bank account number does not exist",
    "returned.account_closed": "the bank account is closed",
    "returned.refused_by_bank": "the bank refused the payment",
    "returned.other": "another reason of the bank",
    # closing
    "closing": "The account was closed on {day}, {case}.",
    "closing.step": "Left at the closing on {day}.",
    "closing.undecided": "not decided yet",
    "closing.left": "Left at closing",
    "case.granted": "after a residence permit",
    "case.voluntary_return": "after voluntary return",
    "case.forced_return": "after forced return",
    "case.departed_unknown": "after departure to an unknown destination",
    "case.dublin_transfer": "after transfer to another country",
    "case.died": "after death",
    "rest.pay_out": "what is left is paid out after someone approved it.",
    "rest.remit": "what is left is remitted.",
    "rest.hold": "what is left stays on the account.",
    "rest.estate": "what is left goes to the heirs.",
    "left.nothing": "Nothing was left.",
    "left.pay_out": "This will be or has been paid out. Under “Releases” you see how far that is.",
    "left.remit": "This was remitted.",
    "left.hold": "This stays on the account.",
    "left.estate": "This is for the heirs. Under “Releases” you see how far that is.",
    # policy and footer
    "policy.none": "No savings policy is recorded with this statement.",
    "policy.named": "This statement uses the savings policy “{title}” ({id}).",
    "policy.not_today": "This savings policy has no rules for this day.",
    "policy.illustrative": "This policy is an example. Nobody has adopted it. You cannot derive "
    "any right from it.",
    "policy.adopted": "This policy has been adopted.",
    "questions": "Do you have a question, or do you disagree with a decision? Then go to whoever "
    "made that decision. There you can also make an objection.",
    "ledger": "The amounts come from the ledger, up to and including entry {head}.",
}
