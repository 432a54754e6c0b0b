"""What the public strategies of households and laws promise: valid, all reached, small at last."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from reba import Assessment, HouseholdMonth, Law, Month, RebaError, SavingsPolicy, assess, load_law
from reba.error_codes import CODES
from reba.errors import FactsError, PolicyError
from reba.facts import Assets, IncomeItem, IncomeKind, Member, Receipt, ReceiptKind, Scheme
from reba.law.choices import MunicipalChoices
from reba.law.labels import LABELS
from reba.law.parameter_files import check_parameter
from reba.law.parameters import Parameter
from reba.runs.rows import read_rows
from reba.savings.policy import parse_policy
from reba.testing import strategies
from reba.testing.strategies import InvalidRow
from reba.testing.strategies._invalid_policies import policy_text

Case = dict[str, Any]
LAW = load_law()
STILL = settings(
    max_examples=5000, database=None, deadline=None, derandomize=True,
    phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
)  # fmt: skip


def _sampled(examples: int) -> settings:
    """The same examples each time: what is reached does not hang on chance."""
    return settings(STILL, max_examples=examples, phases=[Phase.generate])


# ── valid ────────────────────────────────────────────────────────────────────────────────────────


@given(strategies.households())
def test_a_household_of_reba_has_an_amount(facts: HouseholdMonth) -> None:
    found = assess(facts, LAW)
    assert 0 <= found.contribution_cents <= (found.economic_value_cents or 0)


@given(strategies.households(allow_provisional=False))
def test_without_provisional_amounts_no_result_is_provisional(facts: HouseholdMonth) -> None:
    assert not assess(facts, LAW).provisional


@given(strategies.households(scheme="rooo"), strategies.choices())
def test_a_household_of_the_rooo_has_an_amount_under_any_choices(
    facts: HouseholdMonth, choices: MunicipalChoices
) -> None:
    assert assess(facts, LAW, choices).contribution_cents >= 0


@given(strategies.households(scheme="rooo"))
def test_without_choices_only_the_choices_can_be_missing(facts: HouseholdMonth) -> None:
    try:
        found = assess(facts, LAW)
    except RebaError as error:
        assert error.code == "law.choices_missing"  # noqa: PT017 (both ways are right)
    else:
        assert found.contribution_cents >= 0


@given(st.sampled_from(get_args(Scheme)).flatmap(
    lambda scheme: strategies.households(scheme=scheme, allow_no_value=True)))  # fmt: skip
def test_where_amounts_may_be_missing_only_the_law_refuses(facts: HouseholdMonth) -> None:
    try:
        assess(facts, LAW)
    except RebaError as error:
        assert error.code in {"law.no_value", "law.choices_missing"}  # noqa: PT017


@given(st.data(), strategies.parameter_sets())
def test_a_made_law_has_amounts_for_its_own_households(data: st.DataObject, law: Law) -> None:
    facts = data.draw(strategies.households(law=law))
    assert assess(facts, law).contribution_cents >= 0


@pytest.mark.invariant("T3")
@given(strategies.parameter_sets(allow_gaps=True))
def test_a_made_law_is_a_law(law: Law) -> None:
    assert law.names() == LAW.names()
    assert Law.from_record(law.to_record()) == law
    for name in law.names():
        check_parameter(law.parameter(name), "made")


@pytest.mark.invariant("T3")
@given(strategies.published_parameters())
def test_the_published_parameters_have_one_value_a_day(parameter: Parameter) -> None:
    check_parameter(parameter, "shipped")
    assert parameter == LAW.parameter(parameter.name)


@given(strategies.overlays())
def test_an_overlay_loads_and_says_something(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path: Path = tmp_path_factory.mktemp("overlay") / "overlay.toml"
    path.write_text(text, encoding="utf-8")
    law = load_law(path)
    supplied = [v for name in law.names() for v in law.values(name) if v.status == "supplied"]
    assert supplied


@given(strategies.policies(min_versions=2, max_versions=4), strategies.dates())
def test_a_policy_is_in_force_from_its_first_day_on(policy: SavingsPolicy, day: date) -> None:
    assert SavingsPolicy.from_record(policy.to_record()) == policy
    assert parse_policy(policy_text(policy.to_record()), file="made") == policy
    if day >= date(2008, 1, 1):
        assert policy.on(day).valid_from <= day
    assert 2 <= len(policy.versions) <= 4


@given(strategies.members(), strategies.income_items(), strategies.assets(),
       strategies.asset_items())  # fmt: skip
def test_the_parts_of_facts_are_valid_by_themselves(
    member: Case, item: Case, owned: Case, receipt: Case
) -> None:
    Member.model_validate(member)
    IncomeItem.model_validate(item)
    Assets.model_validate(owned)
    Receipt.model_validate(receipt)


@given(strategies.facts())
def test_facts_are_json_and_survive_it(case: Case) -> None:
    assert json.loads(json.dumps(case)) == case
    assert HouseholdMonth.from_json(json.dumps(case)) == HouseholdMonth.model_validate(case)


@given(st.data(), st.integers(0, 114), st.integers(0, 114))
def test_ages_lie_within_their_bounds(data: st.DataObject, one: int, other: int) -> None:
    least, most = sorted((one, other))
    member = data.draw(strategies.members(min_age=least, max_age=most))
    Member.model_validate(member)
    born, first = date.fromisoformat(member["born"]), date(2015, 1, 1)
    age = first.year - born.year - ((first.month, first.day) < (born.month, born.day))
    assert max(0, age) in range(least, most + 1)


@given(strategies.members(month=Month(1991, 1)), strategies.income_items(month=Month(1900, 1)),
       strategies.members(month=Month(2199, 12), scheme="rooo"))  # fmt: skip
def test_what_is_drawn_is_valid_in_the_first_months_and_the_last(
    early: Case, item: Case, late: Case
) -> None:
    Member.model_validate(early)
    Member.model_validate(late)
    IncomeItem.model_validate(item)


@given(
    strategies.households(
        months=st.sampled_from([Month(1950, 1), Month(1991, 1)]), allow_no_value=True
    )
)
def test_no_household_is_drawn_of_a_time_in_which_its_oldest_cannot_be_reported(
    facts: HouseholdMonth,
) -> None:
    assert facts.month == Month(1991, 1)


@given(st.data())
def test_options_are_kept(data: st.DataObject) -> None:
    months = st.sampled_from([Month(2014, 3), Month(2013, 7)])
    case = data.draw(
        strategies.facts(
            months=months, min_members=2, max_members=3, ids=st.just("H-7"), allow_assets=False,
            amounts=st.just(12345), collected=st.just(100),
        )
    )  # fmt: skip
    assert case["month"] in {"2014-03", "2013-07"}
    assert 2 <= len(case["members"]) <= 3
    assert (case["household"], case["collected"]) == ("H-7", "1.00")
    assert "assets" not in case
    nets = {item["net"] for member in case["members"] for item in member.get("income", [])}
    assert nets <= {"123.45"}


# ── all reached ──────────────────────────────────────────────────────────────────────────────────


class _Reached:
    """What a sample of facts reached: counts of examples."""

    def __init__(self) -> None:
        self.steps: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.receipts: Counter[str] = Counter()
        self.months: Counter[str] = Counter()
        self.what: Counter[str] = Counter()

    def take(self, case: Case, found: Assessment) -> None:
        self.steps.update({step.id.partition(":")[0] for step in found.steps})
        items = [item for member in case["members"] for item in member.get("income", [])]
        self.kinds.update({item["kind"] for item in items})
        receipts = case.get("assets", {}).get("receipts", [])
        self.receipts.update({receipt["kind"] for receipt in receipts})
        self.months[case["month"]] += 1
        ceiling = found.economic_value_cents
        self.what["examples"] += 1
        self.what["ceiling"] += bool(ceiling) and found.contribution_cents == ceiling
        self.what["below"] += 0 < found.contribution_cents < (ceiling or 0)
        self.what["nothing"] += found.contribution_cents == 0
        self.what["exemption"] += found.exemption_cents > 0
        self.what["assets"] += found.from_assets_cents > 0
        self.what["provisional"] += found.provisional
        self.what["family"] += len(case["members"]) > 1


@pytest.fixture(scope="module")
def reached() -> _Reached:
    reached = _Reached()

    @_sampled(1000)
    @given(strategies.facts())
    def reba(case: Case) -> None:
        reached.take(case, assess(HouseholdMonth.model_validate(case), LAW))

    reba()
    return reached


@pytest.fixture(scope="module")
def reached_rooo() -> _Reached:
    reached = _Reached()

    @_sampled(400)
    @given(strategies.facts(scheme="rooo"), strategies.choices())
    def rooo(case: Case, choices: MunicipalChoices) -> None:
        reached.take(case, assess(HouseholdMonth.model_validate(case), LAW, choices))

    rooo()
    return reached


def test_every_branch_of_the_law_is_reached(reached: _Reached, reached_rooo: _Reached) -> None:
    assert set(LABELS) == set(reached.steps) | set(reached_rooo.steps)


def test_every_kind_of_income_and_receipt_is_reached(reached: _Reached) -> None:
    assert set(reached.kinds) == set(get_args(IncomeKind))
    assert set(reached.receipts) == set(get_args(ReceiptKind))


def _months_reached(scheme: Scheme, expected: set[str]) -> set[str]:
    """Draw until every month that is expected was drawn; what else was drawn is returned too."""
    seen: set[str] = set()

    def all_are_seen(case: Case) -> bool:
        seen.add(case["month"])
        return seen >= expected

    find(strategies.facts(scheme=scheme, max_members=1), all_are_seen, settings=_sampled(3000))
    return seen


def test_every_month_with_amounts_is_reached_and_no_other(
    reached: _Reached, reached_rooo: _Reached
) -> None:
    whole = {str(Month(2011, 4) + n) for n in range(57)}
    of_reba = whole | {"2009-04", "2016-01", "2022-03", "2022-04"}
    of_rooo = {str(Month(2024, 7) + n) for n in range(18)}
    assert _months_reached("reba-2008", of_reba) | set(reached.months) == of_reba
    assert _months_reached("rooo", of_rooo) | set(reached_rooo.months) == of_rooo


@pytest.mark.parametrize(
    ("what", "least"),
    [
        ("ceiling", 0.15), ("below", 0.1), ("nothing", 0.1), ("exemption", 0.2), ("assets", 0.02),
        ("provisional", 0.02), ("family", 0.3),
    ],
)  # fmt: skip
def test_what_matters_is_not_rare(reached: _Reached, what: str, least: float) -> None:
    assert reached.what[what] >= least * reached.what["examples"]


def test_the_months_around_are_those_next_to_each_boundary() -> None:
    names = ("rva.clothing", "reba.housing_maximum")
    drawn: set[Month] = set()

    @_sampled(500)
    @given(strategies.months_around(names=names))
    def draw(month: Month) -> None:
        drawn.add(month)

    draw()
    boundaries = {Month.of(day) for name in names for day in LAW.boundaries(name)}
    assert drawn == {month + n for month in boundaries for n in (-1, 0, 1)}


# ── small when shrunk ────────────────────────────────────────────────────────────────────────────


def _assessed(case: Case) -> Assessment:
    return assess(HouseholdMonth.model_validate(case), LAW)


def _smallest(fits: Callable[[Assessment], bool], **options: Any) -> Case:
    drawn = strategies.facts(**options)
    return find(drawn, lambda case: fits(_assessed(case)), settings=STILL)


_ONE: Case = {
    "scheme": "reba-2008", "month": "2015-01", "household": "H-1",
    "members": [{"id": "P-1", "born": "1985-01-01", "residence_status": "permit_holder"}],
    "provisions": {"shelter": True, "catering": False},
}  # fmt: skip


def _earning(net: str) -> Case:
    member = {**_ONE["members"][0], "income": [{"kind": "earnings", "net": net}]}
    return {**_ONE, "members": [member]}


def test_the_smallest_household_is_one_adult_who_has_nothing() -> None:
    assert find(strategies.facts(), lambda _: True, settings=STILL) == _ONE


def test_the_smallest_household_that_pays_earns_a_cent() -> None:
    assert _smallest(lambda found: found.contribution_cents > 0, allow_assets=False) == _earning(
        "0.01"
    )


def test_the_smallest_household_at_the_ceiling_has_one_item_of_income() -> None:
    smallest = _smallest(
        lambda found: 0 < (found.economic_value_cents or 0) == found.contribution_cents,
        allow_assets=False,
    )
    assert len(smallest["members"]) == 1
    assert len(smallest["members"][0]["income"]) == 1
    assert set(smallest) == set(_ONE)


def test_the_smallest_household_with_the_whole_exemption_earns_what_it_takes() -> None:
    smallest = _smallest(lambda found: found.exemption_cents >= 18300, allow_assets=False)
    (item,) = smallest["members"][-1]["income"]
    assert item == {"kind": "earnings", "net": "731.98"}
    assert len(smallest["members"]) == 1


def test_the_smallest_household_that_pays_from_assets_owns_a_cent_too_much() -> None:
    smallest = _smallest(lambda found: found.from_assets_cents > 0)
    assert smallest["members"] == _ONE["members"]
    receipts = smallest["assets"].get("receipts", [])
    owned = [smallest["assets"]["at_start"], *(receipt["amount"] for receipt in receipts)]
    assert max(owned) == "5895.01"
    assert set(owned) <= {"5895.01", "0.00"}
    assert smallest["assets"]["debts_at_start"] == "0.00"


def test_the_smallest_household_at_the_maximum_of_housing_is_a_family_with_nothing_else() -> None:
    smallest = _smallest(lambda found: found.housing_value_cents == 39343, max_members=5)
    assert len(smallest["members"]) == 5
    assert all(set(m) == {"id", "born", "residence_status"} for m in smallest["members"])
    assert set(smallest) == set(_ONE)


def test_the_smallest_household_with_two_earners_has_two_members() -> None:
    def two(found: Assessment) -> bool:
        return sum(step.id.startswith("earnings:") for step in found.steps) == 2

    smallest = _smallest(two, allow_assets=False, max_members=3)
    nets = [item["net"] for member in smallest["members"] for item in member["income"]]
    assert nets == ["0.01", "0.01"]


def test_the_smallest_made_law_changes_one_value() -> None:
    def free(law: Law) -> bool:
        return any(value.value == 0 for value in law.values("reba.exemption_maximum"))

    names = ("reba.exemption_maximum", "reba.exemption_rate", "rva.clothing", "rooo.threshold_rate")
    law = find(strategies.parameter_sets(names=names), free, settings=STILL)
    changed = [name for name in law.names() if len(law.values(name)) > 1]
    assert changed == ["reba.exemption_maximum"]
    assert law.values("reba.exemption_maximum")[-1].valid_from == date(2015, 1, 1)


def test_the_smallest_policy_that_saves_is_one_plain_version() -> None:
    policy = find(
        strategies.policies(), lambda policy: policy.versions[0].reserve.share > 0, settings=STILL
    )
    (version,) = policy.versions
    assert version.reserve.monthly_max_cents is None
    assert version.reserve.balance_max_cents is None
    assert not version.release.granted.purposes


# ── invalid ──────────────────────────────────────────────────────────────────────────────────────


def _codes_of(case: Case) -> set[str]:
    try:
        HouseholdMonth.model_validate(case)
    except FactsError as error:
        return {fault.code for fault in error.faults}
    return set()


@given(strategies.invalid_facts())
def test_invalid_facts_have_the_fault_that_they_name_and_no_other(found: tuple[Case, str]) -> None:
    case, code = found
    assert _codes_of(case) == {code}


def _codes_of_row(row: InvalidRow, folder: Path) -> set[str]:
    path = folder / row.name
    path.write_bytes(row.content)
    try:
        return {fault.code for found in read_rows(path) for fault in found.faults}
    except FactsError as error:
        return {error.code}


@given(strategies.invalid_rows())
def test_invalid_rows_have_the_fault_that_they_name_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, row: InvalidRow
) -> None:
    assert _codes_of_row(row, tmp_path_factory.mktemp("rows")) == {row.expected_code}


def test_every_code_that_a_row_can_raise_is_drawn_and_raised(tmp_path: Path) -> None:
    """All of the family `facts` but the one that wraps the others, and those of money and days."""
    others = {
        "money.format", "money.float", "money.negative", "money.too_large", "month.format",
        "month.date_format", "month.range",
    }  # fmt: skip
    family = {code for code in CODES if code.startswith("facts.")} - {"facts.invalid"}
    for code in sorted(family | others):
        rows = strategies.invalid_rows(codes=(code,))
        row = find(rows, lambda _: True, settings=_sampled(5))
        assert _codes_of_row(row, tmp_path) == {code}


def _codes_of_policy(text: str) -> set[str]:
    try:
        parse_policy(text, file="made")
    except PolicyError as error:
        return {fault.code for fault in error.faults} or {error.code}
    return set()


@given(strategies.invalid_policies())
def test_invalid_policies_have_the_fault_that_they_name_and_no_other(
    found: tuple[str, str],
) -> None:
    text, code = found
    assert _codes_of_policy(text) == {code}


def test_every_code_that_a_policy_file_can_raise_is_drawn_and_raised() -> None:
    """All of the family `policy` but the wrapper, and the one that asking for a day raises."""
    family = {code for code in CODES if code.startswith("policy.")}
    asked = family - {"policy.invalid", "policy.no_version"} | {"money.rate", "month.range"}
    for code in sorted(asked):
        found = find(
            strategies.invalid_policies(codes=(code,)), lambda _: True, settings=_sampled(5)
        )
        assert _codes_of_policy(found[0]) == {code}
