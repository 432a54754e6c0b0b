"""The state of a procedure as a pure function: tracks, deaths, decisions on mixed outcomes (R2)."""

from __future__ import annotations

from datetime import date

import pytest

from reba.errors import ProcedureError
from reba.savings.procedure import (
    OUTCOMES,
    REVOCATION_REASONS,
    GroupDecision,
    Party,
    ProcedureEvent,
    ProcedureState,
    event_types,
    procedure_state,
    usable_type,
)

DAY = date(2015, 6, 1)
COUPLE = (Party("P-1", date(1990, 5, 14)), Party("P-2", date(1991, 1, 1)))
CHILD = Party("P-3", date(2010, 1, 1))


def _event(
    number: int, member: str = "P-1", type: str = "granted", on: date = DAY  # noqa: A002
) -> ProcedureEvent:  # fmt: skip
    return ProcedureEvent(f"H-1/{number}", member, type, on, on, "a decision")


# ── an open procedure ────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("R2")
def test_an_open_procedure_rests_on_nothing_and_has_no_end() -> None:
    found = procedure_state(COUPLE, [_event(5)], [], DAY)
    assert found == ProcedureState("open", None, ("P-2",), None, None, ())


@pytest.mark.parametrize(
    ("first", "second", "track"),
    [
        (date(2015, 5, 1), date(2015, 5, 2), "low_chance"),
        (date(2015, 5, 2), date(2015, 5, 1), "regular"),
        (date(2015, 5, 1), date(2015, 5, 1), "low_chance"),
        (date(2015, 5, 1), date(2015, 6, 2), "regular"),
    ],
    ids=["later", "earlier though recorded last", "recorded last on one day", "not yet"],
)
def test_the_last_track_by_its_day_counts(first: date, second: date, track: str) -> None:
    events = [
        _event(5, "P-1", "track_regular", first),
        _event(6, "P-2", "track_low_chance", second),
    ]
    assert procedure_state(COUPLE, events, [], DAY).track == track


# ── who died ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("R2")
def test_when_no_adult_is_left_the_children_count() -> None:
    deaths = [_event(5, "P-1", "died"), _event(6, "P-2", "died", date(2015, 6, 3))]
    family, later = (*COUPLE, CHILD), date(2015, 6, 9)
    waiting = procedure_state(family, deaths, [], later)
    assert waiting == ProcedureState("open", None, ("P-3",), None, None, ())
    ended = procedure_state(family, [*deaths, _event(7, "P-3")], [], later)
    assert ended == ProcedureState("ended", "granted", (), None, date(2015, 6, 3), ("H-1/7",))


@pytest.mark.invariant("R2")
def test_while_an_adult_lives_a_child_does_not_hold_the_procedure_open() -> None:
    events = [_event(5, "P-1", "died"), _event(6, "P-2")]
    found = procedure_state((*COUPLE, CHILD), events, [], DAY)
    assert (found.status, found.outcome, found.waiting_for) == ("ended", "granted", ())


# ── decisions on mixed outcomes ──────────────────────────────────────────────────────────────

MIXED = [_event(5), _event(6, "P-2", "voluntary_return")]
RESTS_ON = ("H-1/5", "H-1/6")


def _decision(number: int, group: str, on: date, rests_on: tuple[str, ...]) -> GroupDecision:
    return GroupDecision(f"H-1/{number}", group, on, rests_on)


@pytest.mark.invariant("R2")
@pytest.mark.parametrize(
    ("decisions", "outcome"),
    [
        ([], "mixed"),
        ([_decision(7, "return", DAY, RESTS_ON)], "return"),
        ([_decision(7, "return", date(2015, 6, 2), RESTS_ON)], "mixed"),
        ([_decision(7, "return", DAY, ("H-1/5", "H-1/4"))], "mixed"),
        ([_decision(n, g, DAY, RESTS_ON) for n, g in ((7, "return"), (8, "granted"))], "granted"),
    ],
    ids=["none", "of that day", "of a later day", "on other events", "the last"],
)  # fmt: skip
def test_a_decision_names_the_group_from_its_day_on_and_for_its_events_only(
    decisions: list[GroupDecision], outcome: str
) -> None:
    found = procedure_state(COUPLE, MIXED, decisions, DAY)
    assert found == ProcedureState("ended", outcome, (), None, DAY, RESTS_ON)  # type: ignore[arg-type]


def test_a_decision_changes_nothing_where_outcomes_agree() -> None:
    agreed = [_event(5), _event(6, "P-2")]
    decisions = [_decision(7, "return", DAY, RESTS_ON)]
    assert procedure_state(COUPLE, agreed, decisions, DAY).outcome == "granted"


# ── types of events ──────────────────────────────────────────────────────────────────────────


def test_an_unknown_type_is_refused_with_the_names_of_those_that_exist() -> None:
    with pytest.raises(ProcedureError) as raised:
        usable_type("x" * 41, DAY)
    error = raised.value
    assert error.code == "procedure.unknown_type"
    assert error.data["value"] == "x" * 40
    known = str(error.data["known"]).split(", ")
    assert known == [each.type for each in event_types()]
    assert set(OUTCOMES) - {"mixed"} == {each.outcome for each in event_types()} - {None}


@pytest.mark.parametrize(
    ("name", "day", "first", "last", "instead"),
    [
        ("dublin_transfer", "2026-06-12", "ever", "2026-06-11", "responsibility_transfer"),
        ("responsibility_transfer", "2026-06-11", "2026-06-12", "now", "dublin_transfer"),
    ],
)
def test_a_type_outside_its_time_is_refused_with_its_time(
    name: str, day: str, first: str, last: str, instead: str
) -> None:
    with pytest.raises(ProcedureError) as raised:
        usable_type(name, date.fromisoformat(day))
    assert raised.value.code == "procedure.type_not_valid"
    assert raised.value.data == {
        "type": name, "date": day, "first": first, "last": last, "instead": instead,
    }  # fmt: skip


def test_a_type_that_nothing_replaces_names_nothing_instead() -> None:
    named = {each.type: each.instead for each in event_types()}
    assert {kind for kind, instead in named.items() if instead} == {
        "dublin_transfer", "responsibility_transfer",
    }  # fmt: skip
    assert named["granted"] == ""


def test_the_reasons_of_a_revocation_are_the_names_that_stand_in_ledgers() -> None:
    """An entry keeps the name: another name for a reason is another reason."""
    assert REVOCATION_REASONS == (
        "appeal_upheld", "new_application", "permit_withdrawn", "came_back", "recorded_in_error",
    )  # fmt: skip
