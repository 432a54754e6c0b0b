"""The story of a Reba 2008 working: steps, in the order of the regulation. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reba.law.parameters import DatedValue
from reba.law.reba2008_parts import AssetPart, EconomicValue, MemberIncome, Working
from reba.law.step_parts import Uncounted, step
from reba.law.trace import Step, StepInput

__all__ = ["asset_steps", "lacks_obligations", "steps_of"]


def _reba(article: str) -> str:
    return f"jci1.3:c:BWBR0024733&artikel={article}"


def _rva(article: str) -> str:
    return f"jci1.3:c:BWBR0017959&artikel={article}"


_ART2: Final = (_reba("2"),)
_ART3A: Final = (_reba("3"), _rva("14&lid=2"), _rva("14&lid=4"))
_ART3B: Final = (_reba("3"),)
_ART4: Final = (_reba("4"), _rva("20&lid=2"))
_ART5_3: Final = (_reba("5&lid=3"),)
_ART5_4: Final = (_reba("5&lid=4"),)
_ART5_5: Final = (_reba("5&lid=5"),)
_ART6: Final = (_reba("6&lid=1"),)
_ART7: Final = (_reba("7&lid=1"), _reba("7&lid=2"))
_LIMIT: Final = (_rva("20&lid=2"), "jci1.3:c:BWBR0015703&artikel=34&lid=3")
_FAMILY: Final = (_reba("8"), _rva("1&lid=1"))
_ALLOWANCE_ENDS: Final = _rva("14&lid=6")

_REASONS: Final[dict[str, str]] = {
    "art5.2a": _reba("5&lid=2"),
    "art5.2b": _reba("5&lid=2"),
    "art5.2c": _reba("5&lid=2"),
    "art5.2d": _reba("5&lid=2"),
    "art5.2e": _reba("5&lid=2"),
    "art6.2": _reba("6&lid=2"),
    "art7.2d": _reba("7&lid=2"),
    "art7.2e": _reba("7&lid=2"),
    "rva18.3": _rva("18&lid=3"),
    "rva20.2": _rva("20&lid=2"),
}


def _uncounted_step(name: str, item: Uncounted) -> Step:
    inputs: list[StepInput] = [("kind", item.kind), ("amount_cents", item.net_cents)]
    inputs.append(("because", item.reason))
    if item.detail:
        inputs.append(("detail", item.detail))
    return step(name, 0, (_REASONS[item.reason],), *inputs)


def _value_steps(value: EconomicValue) -> Iterator[Step]:
    composition = value.composition
    yield step(
        "household",
        None,
        (*_FAMILY, _ALLOWANCE_ENDS),
        ("members", composition.size),
        ("adults", composition.adults),
        ("children", composition.children),
        ("adults_with_allowance", composition.adults_with_allowance),
        ("children_with_allowance", composition.children_with_allowance),
    )
    yield step("choice.reference_date", None, _ART3A)
    for label, count, parameter in value.allowance_lines:
        yield step(
            "allowance_line",
            count * int(parameter.value),
            _ART3A,
            ("for", label),
            ("count", count),
            parameters=(parameter,),
        )
    if value.allowance_lines:
        yield step("choice.clothing", None, _ART3A)
        yield step(
            "allowance_value",
            value.allowance_cents,
            _ART3A,
            ("week_cents", value.allowance_week_cents),
            exact=value.allowance_exact,
            parameters=value.allowance_parameters[-1:],
        )
    else:
        yield step("allowance_value", 0, _ART2, ("members_with_allowance", 0))
    yield from _housing_steps(value)
    yield step("choice.whole_month", None, _ART4)
    yield step(
        "economic_value",
        value.value_cents,
        (_reba("3"), _reba("4")),
        ("allowance_value_cents", value.allowance_cents),
        ("housing_value_cents", value.housing_cents),
    )


def _housing_steps(value: EconomicValue) -> Iterator[Step]:
    if not value.composition.shelter:
        yield step("housing_value", 0, _ART2, ("shelter", "not provided"))
        return
    parameters = value.housing_parameters
    members = ("members", value.composition.size)
    week = ("week_cents", value.housing_week_cents)
    if value.composition.size == 1:
        yield step(
            "housing_value",
            value.housing_cents,
            _ART3B,
            members,
            week,
            exact=value.housing_exact,
            parameters=parameters,
        )
        return
    yield step(
        "housing_uncapped",
        value.housing_uncapped_cents,
        _ART3B,
        members,
        week,
        exact=value.housing_exact,
        parameters=parameters[:-1],
    )
    yield step(
        "housing_value",
        value.housing_cents,
        _ART3B,
        ("uncapped_cents", value.housing_uncapped_cents),
        parameters=parameters[-1:],
    )


def _exemption_steps(income: MemberIncome, parameters: tuple[DatedValue, ...]) -> Iterator[Step]:
    own = {value.name: value for value in parameters}
    weeks = income.exempt_weeks_used
    inputs: list[StepInput] = [("earnings_cents", income.earnings_cents)]
    used = [own[n] for n in ("reba.exemption_rate", "reba.exemption_maximum") if n in own]
    if weeks is not None:
        inputs.append(("weeks_used_before", weeks))
        used.append(own["reba.exemption_weeks_maximum"])
        yield step(
            "choice.exemption_weeks",
            None,
            _ART5_3,
            ("weeks_used_before", weeks),
            parameters=(own["reba.exemption_weeks_maximum"],),
        )
    legal = _ART5_4 if weeks is None else _ART5_3
    if income.exemption_applies:
        yield step("choice.exemption_net", None, legal)
        yield step(
            f"exemption:{income.member}",
            income.exemption_cents,
            legal,
            *inputs,
            exact=income.exemption_exact,
            parameters=tuple(used),
        )
    else:
        yield step(f"no_exemption:{income.member}", 0, legal, *inputs, parameters=(used[-1],))


def _income_steps(working: Working) -> Iterator[Step]:
    for income in working.members:
        for item in income.uncounted:
            yield _uncounted_step(f"uncounted_income:{income.member}", item)
        if income.child and income.earnings_cents + income.other_cents:
            yield step("choice.child_earnings", None, _ART4, ("member", income.member))
        if income.earnings_cents:
            yield step(f"earnings:{income.member}", income.earnings_cents, (*_ART5_5, *_ART6))
            yield from _exemption_steps(income, working.exemption_parameters)
        if income.other_cents:
            yield step(f"other_income:{income.member}", income.other_cents, (*_ART5_5, *_ART6))
        if income.obligations_cents:
            yield step("choice.obligations", None, _ART5_5)
            yield step(
                f"obligations:{income.member}",
                income.deducted_cents,
                _ART5_5,
                ("reported_cents", income.obligations_cents),
            )
    earnings, other = working.countable_earnings_cents, working.countable_other_cents
    yield step(
        "countable_income",
        earnings + other,
        _ART4,
        ("earnings_cents", earnings),
        ("other_cents", other),
    )


def _origin_steps(working: Working) -> Iterator[Step]:
    earnings, other = working.countable_earnings_cents, working.countable_other_cents
    ceiling = ("ceiling_cents", working.economic_value.value_cents)
    shared = earnings > 0 and other > 0 and working.from_earnings_exact[1] > 1
    if shared:
        yield step("choice.pro_rata", None, _ART4)
    yield step(
        "from_earnings",
        working.from_earnings_cents,
        _ART4,
        ("countable_cents", earnings),
        ceiling,
        exact=working.from_earnings_exact if shared else None,
    )
    yield step(
        "from_other_income", working.from_other_cents, _ART4, ("countable_cents", other), ceiling
    )


def asset_steps(part: AssetPart) -> tuple[Step, ...]:
    """Tell how the assets stand against the limit."""
    steps = [_uncounted_step("uncounted_receipt", item) for item in part.uncounted]
    if part.limit is None:
        steps.append(step("asset_limit_unknown", None, _LIMIT))
    else:
        steps.append(step("choice.asset_limit_date", None, _LIMIT))
        steps.append(
            step(
                "asset_limit",
                part.limit_cents,
                _LIMIT,
                ("household", "family" if part.family else "single"),
                parameters=(part.limit,),
            )
        )
    steps.append(
        step("asset_room", part.room_cents, _ART7, ("net_at_start_cents", part.net_at_start_cents))
    )
    steps.append(
        step(
            "asset_excess",
            part.excess_cents,
            _ART7,
            ("excess_at_start_cents", part.initial_excess_cents),
            ("receipts_cents", part.receipts_cents),
            ("room_cents", part.room_cents),
        )
    )
    if part.spend_down is not None:
        steps.append(step("choice.spend_down", None, _LIMIT))
        steps.append(
            step(
                "asset_total",
                part.total_cents,
                _LIMIT,
                ("excess_cents", part.excess_cents),
                exact=part.total_exact,
                parameters=(part.spend_down,),
            )
        )
    return tuple(steps)


def lacks_obligations(income: MemberIncome) -> bool:
    """Whether a member has income, and nobody reported what he owes (art. 5(5)(d))."""
    counted = income.earnings_cents + income.other_cents
    return counted > 0 and income.obligations_cents is None


def steps_of(working: Working) -> tuple[Step, ...]:
    """Tell the whole working, ending with the contribution and what it is the sum of."""
    steps = [*_value_steps(working.economic_value)]
    steps.extend(_income_steps(working))
    steps.extend(_origin_steps(working))
    part = working.assets
    if part is None:
        steps.append(step("not_supplied", None, _ART7, ("fact", "assets")))
    else:
        steps.extend(asset_steps(part))
        if part.total_cents:
            steps.append(step("choice.income_first", None, _ART4))
        inputs: list[StepInput] = [("remaining_cents", part.remaining_cents)]
        if part.charged_before_cents is None and part.total_cents:
            inputs.append(("charged_before", "not supplied"))
        else:
            inputs.append(("charged_before_cents", part.charged_before_cents or 0))
        steps.append(step("from_assets", working.from_assets_cents, _ART4, *inputs))
    steps.extend(
        step("not_supplied", None, _ART5_5, ("fact", "obligations"), ("member", income.member))
        for income in working.members
        if lacks_obligations(income)
    )
    total = working.from_earnings_cents + working.from_other_cents + working.from_assets_cents
    steps.append(
        step(
            "contribution",
            total,
            _ART4,
            ("from_earnings_cents", working.from_earnings_cents),
            ("from_other_income_cents", working.from_other_cents),
            ("from_assets_cents", working.from_assets_cents),
        )
    )
    return tuple(steps)
