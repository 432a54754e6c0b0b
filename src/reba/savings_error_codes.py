"""The error codes of policies, savings, the asylum procedure, releases and accounts."""

from __future__ import annotations

from typing import Final

from reba.error_code import ErrorCode

__all__ = ["SAVINGS_CODES"]

SAVINGS_CODES: Final[dict[str, ErrorCode]] = {
    # ── policy, savings ──────────────────────────────────────────────────────────────────────
    "policy.file": ErrorCode(
        "{file} is not a usable policy file: {reason}.", "Compare with `examples/policies/`."
    ),
    "policy.invalid": ErrorCode(
        "{file} is not a usable policy: {count} fault(s); first: {first}",
        "Correct each fault listed; `reba policy check FILE` shows them all.",
    ),
    "policy.missing": ErrorCode("{key!r} is required.", "Supply it; there is no default policy."),
    "policy.unknown_key": ErrorCode(
        "{key!r} is no key of a policy.", "Correct the spelling, or leave it out."
    ),
    "policy.unknown_value": ErrorCode("{key!r}: {reason}.", "Use one of the values named."),
    "policy.type": ErrorCode("{key!r}: {reason}.", "Compare with `examples/policies/`."),
    "policy.share": ErrorCode("{value!r} is more than the whole.", 'Write a share up to "1.00".'),
    "policy.no_version": ErrorCode(
        "Policy {policy!r} has no version for {date}; its first version starts on {first}.",
        "Use a policy that is in force, or correct the date.",
    ),
    "policy.overlap": ErrorCode(
        "Policy {policy!r} has two versions for {date}.", "Give each date one version."
    ),
    "savings.collected_missing": ErrorCode(
        "The policy funds savings on collection, and what was collected is not known.",
        "Supply 'collected'; absent is not zero.",
    ),
    "savings.balance_missing": ErrorCode(
        "The policy caps the balance, and the balance so far is not known.",
        "Hand over balance_cents.",
    ),
    "savings.policy_missing": ErrorCode(
        "Month {month} was never split, and no policy was handed over.",
        "Name the savings policy of that month.",
    ),
    # ── the asylum procedure ─────────────────────────────────────────────────────────────────
    "procedure.unknown_member": ErrorCode(
        "{member!r} is no member of the household: {members}.", "Use the id of the facts."
    ),
    "procedure.unknown_type": ErrorCode(
        "{value!r} is not one of the events {known}.", "Use one of those named."
    ),
    "procedure.type_not_valid": ErrorCode(
        "An event {type!r} of {date} does not exist: it does from {first} to {last}.",
        "Use {instead!r}, or correct the date.",
    ),
    "procedure.in_future": ErrorCode(
        "The event is dated {date}, after today, {today}.", "Record it when it has happened."
    ),
    "procedure.before_account": ErrorCode(
        "The event is dated {date}, before the account opened on {first}.",
        "Record it from {first} on, with the day of the decision in --decided-on.",
    ),
    "procedure.final_before_event": ErrorCode(
        "The event would be final on {final}, before its own day {date}.", "Correct the dates."
    ),
    "procedure.decided_after": ErrorCode(
        "The decision is dated {decided}, after the day {date} from which the event counts.",
        "Correct the dates.",
    ),
    "procedure.already_recorded": ErrorCode(
        "The event stands already, as {event}.",
        "Revoke it if it is wrong; record it with a final day once it is final.",
    ),
    "procedure.unknown_event": ErrorCode(
        "{event!r} is no event or decision that stands.", "See `reba history`."
    ),
    "procedure.unknown_group": ErrorCode(
        "{value!r} is not one of the groups {known}.", "Use one of those named."
    ),
    "procedure.not_mixed": ErrorCode(
        "The outcome of {account!r} is {outcome}, not mixed.",
        "A decision on the group is for households whose members have different outcomes.",
    ),
    # ── release; the refusals in their order of precedence ───────────────────────────────────
    "release.procedure_open": ErrorCode(
        "The asylum procedure has not ended; no final event stands of: {missing}.",
        "Record the final event of each of them first.",
    ),
    "release.mixed_outcomes": ErrorCode(
        "The members have different outcomes, in {missing}.",
        "Decide which group applies: `reba procedure decide`.",
    ),
    "release.return_not_confirmed": ErrorCode(
        "The procedure ended without a permit, and no voluntary return is confirmed.",
        "Record the event voluntary_return once it is confirmed.",
    ),
    "release.outcome_without_release": ErrorCode(
        "After the outcome {missing} nothing is released.",
        "The closing rules of the policy say what becomes of the savings: `reba close`.",
    ),
    "release.purpose_not_allowed": ErrorCode(
        "In this outcome the policy does not allow {purpose!r}; it allows: {missing}.",
        "Use one of those.",
    ),
    "release.share_exceeded": ErrorCode(
        "That is more than the share of the savings that may be used; at most {most} is left.",
        "Ask for at most {most}.",
    ),
    "release.purpose_max_exceeded": ErrorCode(
        "That is more than the policy allows for {purpose!r} over the life of the account; at most "
        "{most} is left.",
        "Ask for at most {most}.",
    ),
    "release.insufficient_balance": ErrorCode(
        "The savings that are not on hold are less than that: {most}.", "Ask for at most {most}."
    ),
    "release.evidence_missing": ErrorCode(
        "The policy asks for evidence of {purpose!r}.",
        "Hand over the document; its digest is recorded, never the document.",
    ),
    "release.same_actor": ErrorCode(
        "{missing} asked for it and cannot approve it.", "Let someone else approve (four eyes)."
    ),
    "release.unknown_purpose": ErrorCode(
        "{value!r} is not one of the purposes {known}.", "Use one of those named."
    ),
    "release.amount": ErrorCode(
        "{amount} is not an amount that can be released.", "Ask for more than zero."
    ),
    "release.evidence_digest": ErrorCode(
        "The evidence, {value}, is not a SHA-256 in 64 small hex digits.",
        "Hand over the digest of the document, never the document.",
    ),
    "release.unknown": ErrorCode("{release!r} is not a release.", "See `reba account`."),
    "release.wrong_status": ErrorCode(
        "Release {release} is {status}; this takes one that is {allowed}.", "See `reba account`."
    ),
    "release.above_request": ErrorCode(
        "More would be approved than was asked for.", "Approve at most {most}."
    ),
    "release.outcome_changed": ErrorCode(
        "Release {release} was approved after the outcome {outcome}; the outcome is now {now}.",
        "Reject it, and ask anew under the outcome that stands.",
    ),
    "release.batch": ErrorCode(
        "{value!r} is not usable as the name of a payment batch.",
        "Use 1 to 35 letters, digits, '.', '_' or '-'.",
    ),
    "release.none": ErrorCode("No release is named.", "Name at least one."),
    "release.twice": ErrorCode("A release stands in the batch twice.", "Name each once."),
    # ── accounts ─────────────────────────────────────────────────────────────────────────────
    "account.amount": ErrorCode(
        "{amount} is not an amount that can be booked.", "Give an amount above zero."
    ),
    "account.collected_below_zero": ErrorCode(
        "More would be paid back for {month} than came in, {collected}.", "Check the amount."
    ),
    "account.unknown_case": ErrorCode(
        "{value!r} is not one of the cases {known}.", "Use one of those named."
    ),
    "account.releases_open": ErrorCode(
        "Account {account!r} still has {held} on hold.", "Pay or reject those releases first."
    ),
    "account.case_differs": ErrorCode(
        "Closing as {case!r} needs the outcome {needed!r}; it is {outcome!r}.",
        "Record how the procedure ended, or choose the case that agrees with it.",
    ),
    "account.evidence_missing": ErrorCode(
        "Closing as {case!r} leaves savings to the heirs, which needs proof of heirship.",
        "Hand over the digest of the document (verklaring van erfrecht).",
    ),
    "account.not_closed": ErrorCode("Account {account!r} is not closed.", "See `reba account`."),
    "account.unsettled": ErrorCode(
        "Account {account!r} is not settled: {open}.",
        "Records are destroyed only once nothing is owed on either side: settle it first.",
    ),
    "account.term": ErrorCode(
        "{value!r} is not a retention term.",
        "Write years, months or both as an ISO 8601 duration: P7Y, P18M, P1Y6M.",
    ),
    "account.term_not_over": ErrorCode(
        "The records of {account!r} must be kept until {ends}: {term} from {counted_from} on.",
        "Destroy them after that day, or correct the term.",
    ),
    "account.same": ErrorCode(
        "{account!r} would give to itself.", "Name the two accounts of the transfer."
    ),
    "account.above_available": ErrorCode(
        "The savings that are not on hold are less than that: {available}.",
        "Use at most {available}.",
    ),
    "account.above_receivable": ErrorCode(
        "For {month} no more than {due} is due.", "Set off at most {due}."
    ),
    "account.nothing_due": ErrorCode(
        "Nothing is due of {account!r} for {month}.", "See `reba receivables`."
    ),
    "account.already_invoiced": ErrorCode(
        "What {account!r} owes for {month} was invoiced already.",
        "An invoice is repeated only after a revision; a reminder is another command.",
    ),
    "account.due_before_invoice": ErrorCode(
        "The last day to pay, {due}, lies before the invoice of {date}.", "Correct the dates."
    ),
    "account.not_invoiced": ErrorCode(
        "What {account!r} owes for {month} was never invoiced.", "Invoice it first."
    ),
    "account.above_overpaid": ErrorCode(
        "No more than {overpaid} was released too much.", "Book at most {overpaid}."
    ),
}
