"""The parts of a simulation, each against the plainest way to say the same."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reba import HouseholdMonth, Month, SavingsPolicy, load_policy
from reba.facts import SCHEMES
from reba.money import half_up
from reba.savings.policy import OutcomeRules, PolicyVersion, PurposeRule, ReleaseRules
from reba.savings.release import PURPOSES
from reba.savings.split import ReserveRule
from reba.simulation import exact
from reba.simulation.chunks import Chunk, Reports, chunk_of, reports_of
from reba.simulation.exact import half_up_column, ints, kinds_of, sums_of
from reba.simulation.results import OUTCOMES, HouseholdType
from reba.simulation.saving import InForce, Saving
from reba.simulation.split_columns import Due, closing_rule, collected_of, released_of, reserved_of
from reba.simulation.weeks import WEEKS_STATES, first_week, weeks_used_ahead
from reba.testing.strategies import facts
from simulated import released_one_by_one

EXAMPLES = Path(__file__).parents[2] / "examples" / "policy"
HALF = load_policy(EXAMPLES / "half.toml")
AMOUNTS = st.integers(0, 10**9)


# ── weeks ────────────────────────────────────────────────────────────────────────────────────


def _weeks_in(month: int) -> list[int]:
    """List the weeks of a month, by looking at every week there is."""
    return [week for week in range(3000) if 52 * month <= 12 * week + 11 < 52 * (month + 1)]


@pytest.mark.parametrize("month", range(0, 600, 7))
def test_every_week_lies_in_one_month_and_a_year_has_fifty_two(month: int) -> None:
    assert list(range(first_week(month), first_week(month + 1))) == _weeks_in(month)
    assert first_week(month + 12) - first_week(month) == 52


@given(
    st.integers(0, WEEKS_STATES - 1),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=30)
    | st.integers(1, 40).map(lambda months: [(52, 24)] * months),
)
def test_weeks_are_used_as_a_diary_of_them_says(used: int, limits: list[tuple[int, int]]) -> None:
    """A diary has a line for each week, from 52 weeks back: exempt or not."""
    diary = [False] * (52 - used) + [True] * used
    before: list[int] = []
    for month, (window, maximum) in enumerate(limits):
        last = diary[max(0, len(diary) - window) :] if window else []
        before.append(sum(last))
        exempt = sum(last) < maximum
        diary.extend(exempt for _ in range(first_week(month), first_week(month + 1)))
    assert list(weeks_used_ahead(used, limits)) == before


# ── columns of whole numbers ─────────────────────────────────────────────────────────────────


@given(
    st.lists(st.tuples(AMOUNTS, AMOUNTS, st.integers(1, 10**9)), min_size=1, max_size=8),
    st.integers(0, 10**12), st.integers(1, 10**12),
)  # fmt: skip
def test_columns_are_rounded_as_money_is(
    rows: list[tuple[int, int, int]], times: int, over: int
) -> None:
    expected = [half_up(one * two * times, three * over) for one, two, three in rows]
    assume(max(expected) < 2**63)
    columns = [ints([row[number] for row in rows]) for number in range(3)]
    found = half_up_column([columns[0], columns[1], times], [columns[2], over])
    assert found.dtype == np.int64
    assert found.tolist() == expected


@pytest.mark.parametrize("more", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("over", [1, 2, 3, 2**61 - 1])
def test_products_at_the_edge_of_what_fits_are_exact(more: int, over: int) -> None:
    for value in (2**31, 2**40, 2**61, 2**62, 2**63 - 3):
        one = value + more
        assert half_up_column([ints([one, 1, 0])], [over]).tolist() == [
            half_up(each, over) for each in (one, 1, 0)
        ]
        assert half_up_column([ints([one]), ints([one])], [one]).tolist() == [one]


def test_a_product_that_does_not_fit_is_taken_in_numbers_without_a_largest_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []
    real = exact._rounded

    def watched(factors: Any, divisors: Any) -> Any:
        seen.append(str(factors[0].dtype))
        return real(factors, divisors)

    monkeypatch.setattr(exact, "_rounded", watched)
    assert half_up_column([ints([2, 3]), 5], [10]).tolist() == [1, 2]
    assert half_up_column([ints([2**62]), 5], [10]).tolist() == [2**61]
    assert half_up_column([ints([2]), 5], [2**62]).tolist() == [0]
    assert seen == ["int64", "object", "object"]


def test_nothing_times_what_does_not_fit_is_nothing() -> None:
    assert half_up_column([ints([0, 0]), 10**30], [1]).tolist() == [0, 0]
    assert half_up_column([ints([]), 10**30], [7]).tolist() == []


def test_a_result_that_does_not_fit_is_an_error_and_no_other_number() -> None:
    with pytest.raises(OverflowError):
        half_up_column([ints([10**18]), 10**18], [1])


@given(st.lists(st.integers(0, 10**9), min_size=1), st.data())
def test_stretches_are_added_up(values: list[int], data: st.DataObject) -> None:
    cuts = sorted({0, *data.draw(st.sets(st.integers(0, len(values) - 1)))})
    expected = [
        sum(values[start:end]) for start, end in zip(cuts, [*cuts[1:], len(values)], strict=True)
    ]
    assert sums_of(ints(values), ints(cuts)) == expected
    odd = [value % 2 == 1 for value in values]
    assert sum(sums_of(np.array(odd), ints(cuts))) == sum(odd)
    assert sums_of(ints(values), ints([])) == []


@given(st.data())
def test_kinds_are_those_that_numpy_finds(data: st.DataObject) -> None:
    size, width = data.draw(st.integers(1, 30)), data.draw(st.integers(1, 6))
    highest = data.draw(st.sampled_from([1, 3, 30]))  # 31 ** 5 kinds are past the table
    rows = data.draw(
        st.lists(
            st.tuples(*[st.integers(0, highest)] * width), min_size=size, max_size=size
        )
    )  # fmt: skip
    table = np.array(rows, dtype=np.int64)
    first, which = kinds_of([table[:, number] for number in range(width)])
    kinds, firsts, inverse = np.unique(table, axis=0, return_index=True, return_inverse=True)
    assert first.size == len(kinds)
    assert sorted(first.tolist()) == sorted(firsts.tolist())  # of each kind its first row
    assert (table[first[which]] == table).all()
    assert len(set(zip(which.tolist(), inverse.reshape(-1).tolist(), strict=True))) == len(kinds)


# ── some households of a chunk ───────────────────────────────────────────────────────────────


_FIRST_MONTHS = {
    "reba-2008": [Month(2015, 3), Month(2014, 11)],
    "rooo": [Month(2025, 10), Month(2025, 11)],
}


@st.composite
def _whole(draw: st.DrawFn) -> list[Reports]:
    """Households of both schemes, of several members, months and reports."""
    found: list[Reports] = []
    for number in range(draw(st.integers(1, 6))):
        scheme = draw(st.sampled_from(SCHEMES))
        ids = st.just(f"H-{number}")
        months = st.sampled_from(_FIRST_MONTHS[scheme])  # those of one month share their columns
        first = HouseholdMonth.model_validate(
            draw(facts(scheme=scheme, ids=ids, months=months, max_members=5))
        )
        rows = [first]
        for later in sorted(draw(st.sets(st.integers(1, 14), max_size=3))):
            month = first.month + later
            row = draw(
                facts(scheme=scheme, ids=ids, months=st.just(month), max_members=5,
                      allow_no_value=True)
            )  # fmt: skip
            rows.append(HouseholdMonth.model_validate(row))
        found.append(Reports(f"H-{number}", tuple(rows)))
    return found


def _plain(chunk: Chunk) -> dict[str, Any]:
    """Say what a chunk holds, household by household, without its numbering."""
    told: dict[str, Any] = {}
    rows: dict[int, tuple[Any, ...]] = {}
    for part in chunk.parts:
        for number, place in enumerate(part.place.tolist()):
            values: dict[str, Any] = {}
            of_row: Any = part.rows
            names = of_row.__slots__
            members = np.flatnonzero(of_row.member_row == number)
            earners = np.flatnonzero(
                np.isin(of_row.line_member, members) if part.scheme == "rooo"
                else of_row.earner_row == number
            )  # fmt: skip
            for name in names:
                column = getattr(of_row, name)
                if name in {"member_row", "earner_row"}:
                    values[name] = int((column == number).sum())
                elif name == "line_member":
                    values[name] = (column[earners] - members[:1]).tolist()
                elif column.size == of_row.size and name in _OF_ROW:
                    values[name] = column[number].item()
                else:
                    which = members if name in _OF_MEMBER else earners
                    values[name] = column[which].tolist()
            rows[place] = (part.scheme, str(part.month), int(chunk.start[place]), values)
    for number, household in enumerate(chunk.households):
        own = [place for place in rows if chunk.household_of[place] == number]
        told[household] = {
            "type": chunk.types[int(chunk.type_of[number])],
            "persons": int(chunk.persons[number]),
            "first": rows[int(chunk.active[number])],
            "changes": {
                index: rows[int(new[place])]
                for index, (who, new) in chunk.changes.items()
                for place in np.flatnonzero(who == number).tolist()
            },
            "rows": sorted((rows[place] for place in own), key=lambda row: row[2]),
        }
    return told


_OF_ROW = {
    "member_count", "shelter", "catering", "has_assets", "net_at_start_cents", "receipts_cents",
    "limit_on", "charged_before_cents", "collected_cents", "lacks_obligations",
}  # fmt: skip
_OF_MEMBER = {"born", "allowance", "child_benefit_since", "absent_days"}


@given(_whole(), st.data())
def test_some_households_of_a_chunk_are_the_chunk_of_these_households(
    whole: list[Reports], data: st.DataObject
) -> None:
    chunk = chunk_of(whole, months=10)
    keep = np.array([data.draw(st.booleans()) for _ in whole], dtype=np.bool_)
    kept = {name for name, stays in zip(chunk.households, keep, strict=True) if stays}
    before = _plain(chunk)
    some = chunk.only(keep)
    assert _plain(chunk) == before
    if not kept:
        assert some is None
        return
    assert some is not None
    assert _plain(some) == _plain(chunk_of([e for e in whole if e.household in kept], months=10))
    assert _plain(some) == {name: each for name, each in before.items() if name in kept}
    assert list(some.types) == [kind for kind in chunk.types if kind in set(some.types)]
    assert some.starts.tolist() == np.searchsorted(some.type_of, range(len(some.types))).tolist()
    assert some.interlocked == chunk.interlocked
    again = chunk.only(keep, interlocked=False)
    assert again is not None
    assert not again.interlocked


def test_reports_that_do_not_follow_one_another_are_told_and_the_rest_goes_on() -> None:
    def row(name: str, month: str, scheme: str = "rooo") -> HouseholdMonth:
        status = {"residence_status": "permit_holder"} if scheme == "reba-2008" else {}
        return HouseholdMonth.model_validate(
            {"scheme": scheme, "month": month, "household": name,
             "members": [{"id": "P", "born": "1990-01-01", **status}],
             "provisions": {"shelter": True, "catering": False}}
        )  # fmt: skip

    found = list(
        reports_of([
            row("A", "2025-10"), row("A", "2025-12"), row("B", "2025-11"), row("B", "2025-11"),
            row("C", "2025-11"), row("C", "2025-10"), row("D", "2025-10"),
            row("D", "2025-11", "reba-2008"), row("E", "2025-10"),
        ])
    )  # fmt: skip
    assert [
        each.household if isinstance(each, Reports) else (each.code, each.data["household"])
        for each in found
    ] == [
        "A", ("simulation.months_out_of_order", "B"), ("simulation.months_out_of_order", "C"),
        ("simulation.scheme_changed", "D"), "E",
    ]  # fmt: skip


# ── saving ───────────────────────────────────────────────────────────────────────────────────


class Stretch(NamedTuple):
    """From a month on: what is due of earnings, for some households."""

    month: int
    who: tuple[int, ...]
    cents: tuple[int, ...]


def _policy(share: str, maximum: str | None, balance: str | None) -> SavingsPolicy:
    record: dict[str, Any] = {**HALF.to_record()}
    (version,) = record["version"]
    reserve = {**version["reserve"], "share": share, "monthly_max": maximum, "balance_max": balance}
    reserve = {key: value for key, value in reserve.items() if value is not None}
    return SavingsPolicy.from_record({**record, "version": [{**version, "reserve": reserve}]})


def _households(count: int, kinds: int) -> Chunk:
    """Return a chunk of households of which only the number and the types matter."""
    types = tuple(
        HouseholdType(composition, True)  # type: ignore[arg-type]
        for composition in ("single", "couple", "minors")[:kinds]
    )
    starts = [count * number // kinds for number in range(kinds)]
    nothing = np.zeros(count, dtype=np.int64)
    names = tuple(f"H-{number}" for number in range(count))
    return Chunk(names, types, ints(starts), nothing, (), nothing, nothing, nothing, {}, False,
                 (None, None))  # type: ignore[arg-type]  # fmt: skip


def _due(cents: list[int]) -> Due:
    column = ints(cents)
    return Due(column, column, column, ints([0] * len(cents)), column)


MAXIMA = st.none() | st.sampled_from(["0.00", "0.01", "10.00", "99.99", "1000.00"])


@given(st.data())
def test_saving_from_change_to_change_is_saving_month_by_month(data: st.DataObject) -> None:
    """Rates change for some or for all, and so does the policy: several maxima, several targets."""
    months, count = data.draw(st.integers(1, 30)), data.draw(st.integers(1, 5))
    kinds = data.draw(st.integers(1, min(3, count)))
    shares = st.sampled_from(["0.5", "1.00", "0.333", "0"])
    policies = [
        _policy(data.draw(shares), data.draw(MAXIMA), data.draw(MAXIMA))
        for _ in range(data.draw(st.integers(1, 3)))
    ]
    targets = tuple(
        (f"t{number}", cents)
        for number, cents in enumerate(data.draw(st.lists(st.integers(1, 60_000), max_size=3)))
    )
    chunk = _households(count, kinds)
    changing = next((each for each in policies if each.versions[0].reserve.balance_max_cents
                     is not None), policies[0])  # fmt: skip
    saving = Saving(chunk, changing, months=months, targets=targets)
    due, rule = [0] * count, policies[0].versions[0]
    balances, reserved = [0] * count, []
    history: list[list[int]] = []
    for index in range(months):
        kind = "all" if index == 0 else data.draw(st.sampled_from(["all", "some", "none"]))
        who: tuple[int, ...] = tuple(range(count))
        if kind != "all":
            some = st.sets(st.integers(0, count - 1), min_size=1)
            who = () if kind == "none" else tuple(sorted(data.draw(some)))
        for each in who:
            due[each] = data.draw(st.sampled_from([0, 1, 3, 999, 20_000, 54_321]))
        if kind == "all":  # another version applies from now on
            rule = data.draw(st.sampled_from(policies)).versions[0]
        saving.month(
            index, None if kind == "all" else ints(who), _due(due), [InForce(rule, True, None)]
        )
        now = [
            rule.reserve.split(cents, cents, collected_cents=cents, balance_cents=balance)
            for cents, balance in zip(due, balances, strict=True)
        ]
        balances = [one + two.reserved_cents for one, two in zip(balances, now, strict=True)]
        reserved.append([each.reserved_cents for each in now])
        history.append(balances)
        if data.draw(st.booleans()):
            saving.end(index + 1, [InForce(rule, True, None)])
            _check_endings(saving, index + 1, chunk, balances, rule)
    ends = [*chunk.starts.tolist()[1:], count]
    for number, (start, end) in enumerate(zip(chunk.starts.tolist(), ends, strict=True)):
        assert saving.reserved_of_type(number) == [sum(month[start:end]) for month in reserved]
        assert saving.covered_of_type(number) == {
            name: [sum(cents >= target for cents in month[start:end]) for month in history]
            for name, target in targets
        }


def _check_endings(
    saving: Saving, stay: int, chunk: Chunk, balances: list[int], version: PolicyVersion
) -> None:
    ends = [*chunk.starts.tolist()[1:], chunk.size]
    for number, (start, end) in enumerate(zip(chunk.starts.tolist(), ends, strict=True)):
        own = balances[start:end]
        counts = saving.balances[number][stay]
        assert sorted(np.repeat(np.arange(counts.size), counts).tolist()) == sorted(
            cents // 100 for cents in own
        )
        for place, outcome in enumerate(OUTCOMES):
            balance, released, *left = saving.endings[stay][number, place].tolist()
            expected = sum(
                released_one_by_one(cents, version, outcome, date(2015, 5, 1)) for cents in own
            )
            assert (balance, released, sum(left)) == (sum(own), expected, sum(own) - expected)


def test_a_lower_maximum_takes_nothing_away() -> None:
    chunk = _households(2, 1)
    high, low = (_policy("1.00", None, maximum) for maximum in ("1000.00", "10.00"))
    saving = Saving(chunk, high, months=4, targets=(("t", 1500),))
    for index in range(4):
        rule = high if index in {0, 3} else low
        saving.month(index, None, _due([1500, 300]), [InForce(rule.versions[0], True, None)])
    assert saving.reserved_of_type(0) == [1800, 300, 300, 1800]
    assert saving.covered_of_type(0) == {"t": [1, 1, 1, 1]}


def test_a_version_that_does_not_cover_the_scheme_saves_nothing() -> None:
    chunk = _households(4, 2)
    policy = _policy("0.5", None, "1000.00")
    saving = Saving(chunk, policy, months=3, targets=())
    left = np.array([True, False, True, False])
    versions = [InForce(policy.versions[0], True, left), InForce(policy.versions[0], False, ~left)]
    for index in range(3):
        saving.month(index, None if index == 0 else ints([]), _due([200] * 4), versions)
    assert [saving.reserved_of_type(number) for number in (0, 1)] == [[100] * 3, [100] * 3]
    saving.end(3, versions)
    assert saving.balances[0][3].tolist() == [1, 0, 0, 1]


# ── the split and the end ────────────────────────────────────────────────────────────────────


@given(
    st.builds(
        ReserveRule,
        st.sampled_from(["earnings", "income", "contribution"]),
        st.fractions(0, 1, max_denominator=1000),
        st.none() | st.integers(0, 10**5),
        st.none(),
        st.sampled_from(["collection", "assessment"]),
        st.sampled_from(["pro_rata", "remit_first", "reserve_first"]),
    ),
    st.lists(
        st.tuples(*[st.integers(0, 10**5)] * 4, st.none() | st.integers(0, 4 * 10**5)), min_size=1
    ),
)  # fmt: skip
def test_the_split_of_a_column_is_the_split_of_each(
    rule: ReserveRule, rows: list[tuple[int, int, int, int, int | None]]
) -> None:
    earnings, other, assets = (ints([row[number] or 0 for row in rows]) for number in range(3))
    contribution = earnings + other + assets
    reported = ints([-1 if row[4] is None else row[4] for row in rows])
    collected = collected_of(contribution, reported, (9, 10))
    assert collected.tolist() == [
        half_up(9 * due, 10) if row[4] is None else row[4]
        for row, due in zip(rows, contribution.tolist(), strict=True)
    ]
    due = Due(contribution, earnings, earnings + other, ints([0] * len(rows)), collected)
    base = {"earnings": earnings, "income": earnings + other, "contribution": contribution}
    assert reserved_of(due, rule).tolist() == [
        rule.split(one, two, collected_cents=three, balance_cents=0).reserved_cents
        for one, two, three in zip(
            contribution.tolist(), base[rule.base].tolist(), collected.tolist(), strict=True
        )
    ]


def _outcome_rules(draw: st.DrawFn, group: str) -> OutcomeRules:
    share = draw(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(3, 5), Fraction(1)]))
    purposes = draw(st.sets(st.sampled_from(PURPOSES[group])))
    return OutcomeRules(
        share,
        {name: PurposeRule(draw(st.integers(0, 4000)), draw(st.booleans())) for name in purposes},
    )


@st.composite
def _release_rules(draw: st.DrawFn) -> ReleaseRules:
    return ReleaseRules(True, _outcome_rules(draw, "granted"), _outcome_rules(draw, "return"))


@given(_release_rules(), st.lists(st.integers(0, 20_000), min_size=1))
def test_what_is_released_is_what_request_after_request_is_allowed(
    rules: ReleaseRules, balances: list[int]
) -> None:
    version: PolicyVersion = HALF.versions[0]._replace(release=rules)
    for outcome in OUTCOMES:
        of_outcome, rest = closing_rule(version, outcome)
        assert rest == getattr(version.closing, outcome)
        assert (of_outcome is not None) == (outcome in {"granted", "voluntary_return"})
        if of_outcome is None:
            continue
        assert released_of(ints(balances), of_outcome).tolist() == [
            released_one_by_one(balance, version, outcome, date(2015, 5, 1)) for balance in balances
        ]
