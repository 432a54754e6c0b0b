"""The error codes of simulations and of what they assume; see `error_codes.py`."""

from __future__ import annotations

from typing import Final

from reba.error_code import ErrorCode

__all__ = ["SIMULATION_CODES"]

SIMULATION_CODES: Final[dict[str, ErrorCode]] = {
    # ── assumptions ──────────────────────────────────────────────────────────────────────────
    "assumptions.file": ErrorCode(
        "The assumptions {file} cannot be read: {reason}.",
        "Write them as TOML in UTF-8, as in `examples/policy/`.",
    ),
    "assumptions.invalid": ErrorCode(
        "The assumptions {file} have {count} fault(s); the first: {first}",
        "Mend what is listed; nothing was simulated or drawn.",
    ),
    "assumptions.missing": ErrorCode(
        "{key!r} is required.", "Name it: there are no default assumptions."
    ),
    "assumptions.unknown_key": ErrorCode(
        "{key!r} is not an assumption this library knows.",
        "Check the spelling; a misspelt assumption would otherwise be lost in silence.",
    ),
    "assumptions.unknown_value": ErrorCode(
        "The value of {key!r} does not exist: {reason}.", "Use one of those named."
    ),
    "assumptions.type": ErrorCode(
        "{key!r} has a value of the wrong type: {reason}.",
        'Write euros and shares as strings ("71.00", "0.20"), the rest as whole numbers.',
    ),
    "assumptions.share": ErrorCode(
        "{value!r} is more than the whole.", 'A share lies between "0" and "1".'
    ),
    "assumptions.sum": ErrorCode(
        "These shares add up to {total}, and not to 1.",
        "Correct them: every household must be counted, and once.",
    ),
    "assumptions.sum_above": ErrorCode(
        "These shares add up to {total}, which is more than 1.",
        "Each is a share of the same people; together they are at most all of them.",
    ),
    "assumptions.order": ErrorCode(
        "This does not lie above what stands before it.",
        "Write months and bands in ascending order, without overlap.",
    ),
    "assumptions.band": ErrorCode(
        "This band begins above its end.", "Exchange the two, or correct one of them."
    ),
    "assumptions.twice": ErrorCode("{what} stands here twice.", "Add up the two weights."),
    "assumptions.members": ErrorCode(
        "A household has 1 to {maximum} members.", "Correct the number of adults or children."
    ),
    "assumptions.ages": ErrorCode(
        "Children are as old as adults here.", "End the ages of children below those of adults."
    ),
    "assumptions.weeks": ErrorCode(
        "A year has at most {maximum} weeks of an exemption.", "Correct the weeks."
    ),
    "assumptions.years": ErrorCode(
        "People are born, or months lie, outside the years {first}-{last}.",
        "Correct the month, the ages, or how much later work starts and stops.",
    ),
    "assumptions.no_weight": ErrorCode(
        "All weights are zero: nobody can be drawn.", "Give at least one a weight."
    ),
    "assumptions.not_for_scheme": ErrorCode(
        "{key!r} does not exist for scheme {scheme!r}.", "Leave it out, or correct the scheme."
    ),
    "assumptions.no_population": ErrorCode(
        "The assumptions {assumptions!r} do not say of whom a population consists.",
        "Add [population], as in `examples/policy/assumptions-reba.toml`, or bring your own facts.",
    ),
    # ── simulations ──────────────────────────────────────────────────────────────────────────
    "simulation.months_out_of_order": ErrorCode(
        "The reports of {household} do not stand in the order of their months.",
        "Write the reports of a household one after the other, each month once.",
    ),
    "simulation.scheme_changed": ErrorCode(
        "{household} is reported under two schemes.",
        "Give it a name of its own under each: a savings account does not move along.",
    ),
    "simulation.household_twice": ErrorCode(
        "{count} household(s) stand in more than one place of the population, as {household}.",
        "Write the reports of a household one after the other; nothing was simulated.",
    ),
    "simulation.empty": ErrorCode(
        "There is no household to simulate. {first}",
        "Correct the facts that were refused, or name a file that holds some.",
    ),
    "simulation.months": ErrorCode(
        "{months} months cannot be simulated.", "Give 1 to {maximum} months."
    ),
    "simulation.stay_too_long": ErrorCode(
        "The assumptions have stays of {stay} months, and {months} are simulated.",
        "Simulate {stay} months or more, or shorten the stays in the assumptions.",
    ),
    "simulation.no_policy": ErrorCode(
        "There is no policy to simulate.", "Name one or more: there is no default policy."
    ),
    "simulation.axis": ErrorCode(
        "{axis!r} is no key of the policy and no statutory parameter.",
        "Name a key such as reserve.share, or a name that `reba law list` prints.",
    ),
    "simulation.too_many": ErrorCode(
        "{count} variants are more than one sweep holds.", "Make {maximum} or fewer."
    ),
    "simulation.other_months": ErrorCode(
        "The population was read for {held} months, and {months} are simulated.",
        "Simulate as many months as it was read for.",
    ),
    "simulation.other_calendar": ErrorCode(
        "The population was read for the calendar {held!r}.",
        "Leave the calendar out, or read the population again for the other one.",
    ),
    "simulation.balance_too_large": ErrorCode(
        "A household would save more than {maximum} euros.",
        "Check the amounts of the facts, the policy and the overlay; nothing was simulated.",
    ),
    "simulation.no_household": ErrorCode(
        "There is no household {household!r} in the facts.", "Check the id."
    ),
    "simulation.same_name": ErrorCode(
        "Two variants are called {name!r}.", "Give each policy an id of its own."
    ),
    "simulation.too_many_to_show": ErrorCode(
        "{count} variants cannot be told apart in one report.",
        "Choose {maximum} of them or fewer; the files hold all of a sweep.",
    ),
    "simulation.output": ErrorCode(
        "The report cannot be written to {place}: {reason}.",
        "Name a folder that can be written to; files that stood there are as they were.",
    ),
}
