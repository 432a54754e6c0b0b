"""When a procedure has ended, and how: types, days, finality, and who counts (D6, R2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from reba.savings.procedure import (
    Party,
    ProcedureEvent,
    event_types,
    procedure_state,
    usable_type,
)
from unit.test_office import ALONE, BASIS, COUPLE, Office, opened_office


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened


OUTCOME_OF = {
    "granted": "granted",
    "rejected": "without_permit",
    "withdrawn": "without_permit",
    "not_processed": "without_permit",
    "voluntary_return": "return",
    "forced_return": "forced_return",
    "departed_unknown": "departed_unknown",
    "dublin_transfer": "dublin_transfer",
    "responsibility_transfer": "dublin_transfer",
    "died": "died",
}
ENDS_NOTHING = ("left_reception", "track_regular", "track_low_chance")
DAY = date(2015, 6, 1)
PACT = date(2026, 6, 12)


def _event(
    number: int, type: str = "granted", on: date = DAY, *, member: str = "P-1",  # noqa: A002
    final: date | None = DAY,
) -> ProcedureEvent:  # fmt: skip
    return ProcedureEvent(f"H-1/{number}", member, type, on, final, BASIS)


def _party(member: str, born: str = "1990-05-14") -> Party:
    return Party(member, date.fromisoformat(born))


# ── types ────────────────────────────────────────────────────────────────────────────────────


def test_every_type_is_named_here_and_says_where_it_comes_from() -> None:
    types = {each.type: each for each in event_types()}
    assert {name: t.outcome for name, t in types.items()} == {
        **OUTCOME_OF,
        **dict.fromkeys(ENDS_NOTHING),
    }
    assert all(t.source and t.note for t in types.values())


@pytest.mark.invariant("R2")
@pytest.mark.parametrize("name", OUTCOME_OF)
def test_a_final_event_ends_the_procedure_on_its_day_and_not_the_day_before(
    office: Office, name: str
) -> None:
    day = PACT if name == "responsibility_transfer" else DAY
    office.today((day + timedelta(days=1)).isoformat())
    office.save(10000)
    event = office.end(name, day.isoformat())
    before = office.ledger.account("H-1", valid_on=day - timedelta(days=1))
    assert (before.procedure, before.outcome) == ("open", None)
    assert before.procedure_state.waiting_for == ("P-1",)
    since = office.ledger.account("H-1", valid_on=day).procedure_state
    assert (since.status, since.outcome, since.waiting_for) == ("ended", OUTCOME_OF[name], ())
    assert (since.ended_on, since.rests_on) == (day, (event,))


@pytest.mark.invariant("R2")
def test_between_the_decision_and_the_day_it_is_final_the_procedure_is_open(
    office: Office,
) -> None:
    office.save(10000)
    office.end("rejected", "2015-05-01", final_on=date(2015, 5, 29))
    state = office.ledger.account
    assert state("H-1", valid_on=date(2015, 5, 28)).procedure == "open"
    ended = state("H-1", valid_on=date(2015, 5, 29)).procedure_state
    assert (ended.status, ended.ended_on) == ("ended", date(2015, 5, 29))


@pytest.mark.parametrize("name", ENDS_NOTHING)
def test_an_event_without_an_outcome_ends_nothing_even_when_final(
    office: Office, name: str
) -> None:
    office.save(10000)
    office.end(name)
    assert office.ledger.account("H-1").procedure == "open"


@pytest.mark.parametrize("name", OUTCOME_OF)
def test_finality_is_never_inferred_from_the_type(name: str) -> None:
    state = procedure_state([_party("P-1")], [_event(5, name, final=None)], [], date(2030, 1, 1))
    assert (state.status, state.waiting_for) == ("open", ("P-1",))


def test_recording_it_again_with_a_final_day_supersedes_it(office: Office) -> None:
    office.save(10000)
    first = office.end("granted", final=False)
    assert office.ledger.account("H-1").procedure == "open"
    second = office.end("granted")
    assert office.ledger.history("H-1")[-1].supersedes == first
    state = office.ledger.account("H-1")
    assert (state.outcome, [event.event for event in state.events]) == ("granted", [second])


@pytest.mark.parametrize(
    ("name", "recorded", "track"),
    [
        ("track_regular", "2015-05-01", "regular"),
        ("track_low_chance", "2015-05-01", "low_chance"),
    ],
)
def test_a_track_is_told_while_the_procedure_is_open_and_after(
    office: Office, name: str, recorded: str, track: str
) -> None:
    office.save(10000)
    office.end(name, recorded, final=False)
    assert office.ledger.account("H-1").procedure_state.track == track
    office.end("granted")
    state = office.ledger.account("H-1").procedure_state
    assert (state.track, state.outcome) == (track, "granted")


# ── the EU pact ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "first_wrong", "last_right", "instead"),
    [
        ("dublin_transfer", "2026-06-12", "2026-06-11", "responsibility_transfer"),
        ("responsibility_transfer", "2026-06-11", "2026-06-12", "dublin_transfer"),
    ],
)
def test_a_transfer_has_its_name_before_and_since_the_pact(
    office: Office, name: str, first_wrong: str, last_right: str, instead: str
) -> None:
    office.today("2026-07-01")
    office.save(10000)
    with office.refuses("procedure.type_not_valid", type=name, instead=instead):
        office.end(name, first_wrong)
    office.end(name, last_right)
    assert usable_type(instead, date.fromisoformat(first_wrong)).outcome == "dublin_transfer"
    assert office.ledger.account("H-1").outcome == "dublin_transfer"


# ── who counts ───────────────────────────────────────────────────────────────────────────────


def test_every_adult_must_have_a_final_event_and_children_do_not_count(office: Office) -> None:
    office.save(10000, members=(*COUPLE, ("P-3", "2010-01-01")))
    office.end(member="P-3")
    assert office.ledger.account("H-1").procedure_state.waiting_for == ("P-1", "P-2")
    office.end(member="P-1")
    assert office.ledger.account("H-1").procedure_state.waiting_for == ("P-2",)
    office.end(member="P-2", on="2015-06-03")
    state = office.ledger.account("H-1").procedure_state
    assert (state.outcome, state.ended_on) == ("granted", date(2015, 6, 3))


def test_who_turns_18_counts_from_the_birthday_on(office: Office) -> None:
    office.save(10000, members=(*ALONE, ("P-2", "1997-06-05")))
    office.end(member="P-1")
    assert office.ledger.account("H-1", valid_on=date(2015, 6, 4)).procedure == "ended"
    birthday = office.ledger.account("H-1", valid_on=date(2015, 6, 5)).procedure_state
    assert (birthday.status, birthday.waiting_for) == ("open", ("P-2",))


def test_in_a_household_without_adults_every_member_counts() -> None:
    parties = [_party("P-1", "2000-01-01"), _party("P-2", "2003-01-01")]
    one = procedure_state(parties, [_event(5)], [], DAY)
    assert one.waiting_for == ("P-2",)
    both = procedure_state(parties, [_event(5), _event(6, member="P-2")], [], DAY)
    assert (both.status, both.outcome) == ("ended", "granted")


def test_a_household_of_nobody_is_open() -> None:
    assert procedure_state([], [_event(5)], [], DAY).status == "open"


@pytest.mark.parametrize(
    ("first", "second", "outcome", "rests_on"),
    [
        ("died", "granted", "granted", ("H-1/6",)),
        ("rejected", "died", "without_permit", ("H-1/5",)),
        ("died", "died", "died", ("H-1/5", "H-1/6")),
    ],
)
def test_who_died_is_left_out_unless_all_died(
    first: str, second: str, outcome: str, rests_on: tuple[str, ...]
) -> None:
    events = [_event(5, first), _event(6, second, member="P-2")]
    state = procedure_state([_party("P-1"), _party("P-2")], events, [], DAY)
    assert (state.outcome, state.rests_on) == (outcome, rests_on)


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([_event(5, "rejected"), _event(6, "voluntary_return", date(2015, 6, 9))], "return"),
        ([_event(5, "voluntary_return", date(2015, 6, 9)), _event(6, "rejected")], "return"),
        ([_event(5, "rejected"), _event(6, "granted")], "granted"),
        ([_event(5, "granted"), _event(6, "rejected", date(2015, 6, 9), final=None)], "granted"),
    ],
    ids=["later", "later though recorded first", "recorded last on one day", "final ones only"],
)
def test_the_last_final_event_of_a_member_counts(
    events: list[ProcedureEvent], outcome: str
) -> None:
    last = [e._replace(final_on=e.final_on and max(e.on, DAY)) for e in events]
    assert procedure_state([_party("P-1")], last, [], date(2015, 6, 10)).outcome == outcome
