"""What is nearly true: the smallest case against each wording that seems right and is not.

Each function computes its case anew, and fails where it is no counterexample any more. So the text
that an auditor reads is what the library does today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any, Final

from reba.facts import HouseholdMonth
from reba.law.assess import assess
from reba.law.choices import MunicipalChoices
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.law.rooo import SCHEME as ROOO
from reba.ledger.audit import audit
from reba.ledger.ledger import Ledger
from reba.money import format_euros
from reba.savings.policy import SavingsPolicy
from reba.savings.reserve import reserve
from reba.testing.invariants._cases import published
from reba.testing.invariants._invariant import Words
from reba.testing.invariants._split import Assessed, policy_with
from reba.testing.strategies import MovingClock, memory_ledger

__all__ = ["COUNTEREXAMPLES"]

_POLICY: Final = policy_with(Fraction(1, 2))


def _counterexample(found: object, nl: str, en: str) -> Words:
    """Return the text, where the case still shows what it is to show."""
    if not found:
        msg = f"this is no counterexample any more: {en}"
        raise AssertionError(msg)
    return Words(nl, en)


def _single(wage: str, *, month: str = "2015-03", **more: Any) -> HouseholdMonth:  # noqa: ANN401 (facts)
    member = {
        "id": "P-1", "born": "1990-05-14", "residence_status": "permit_holder",
        "income": [{"kind": "earnings", "net": wage}], "obligations": "0.00",
    }  # fmt: skip
    return HouseholdMonth.model_validate(
        {"scheme": REBA_2008, "month": month, "household": "H-1", "members": [member],
         "provisions": {"shelter": True, "catering": False}, **more}
    )  # fmt: skip


def _under_the_rooo(wage: str) -> HouseholdMonth:
    member = {"id": "P-1", "born": "1990-05-14", "income": [{"kind": "earnings", "net": wage}]}
    return HouseholdMonth.model_validate(
        {"scheme": ROOO, "month": "2025-10", "household": "H-1", "members": [member],
         "provisions": {"shelter": True, "catering": False}}
    )  # fmt: skip


def _choices(proof: str = "measured") -> MunicipalChoices:
    rules = {
        "income_proof": proof, "reference_period": "month", "below_first": "nothing",
        "between": "nothing",
    }  # fmt: skip
    version = {"valid_from": "2024-07-01", "source": "made", "rules": rules}
    return MunicipalChoices.from_record(
        {"choices": {"id": "made", "municipality": "Voorbeeldstad"}, "version": [version]}
    )


def _threshold() -> int:
    """Return the income from which the full contribution is due, of one adult in October 2025."""
    found = assess(_under_the_rooo("0.00"), published(), _choices())
    return found.contribution_due_from_cents or 0


def _due_under_the_rooo(cents: int) -> int:
    facts = _under_the_rooo(format_euros(cents))
    return assess(facts, published(), _choices()).contribution_cents


def _a_cent_more() -> Words:
    due = _threshold()
    before, after = _due_under_the_rooo(due - 1), _due_under_the_rooo(due)
    one, other = map(format_euros, (before, after))
    wages = [format_euros(cents) for cents in (due - 1, due)]
    return _counterexample(
        after > before + 1,
        f"Eén volwassene, oktober 2025: bij een inkomen van {wages[0]} is de bijdrage {one}, bij "
        f"{wages[1]} is zij {other}.",
        f"One adult, October 2025: with an income of {wages[0]} the contribution is {one}, with "
        f"{wages[1]} it is {other}.",
    )


def _earns_more() -> Words:
    due = _threshold()
    kept = [cents - _due_under_the_rooo(cents) for cents in (due - 1, due)]
    one, other = map(format_euros, kept)
    wages = [format_euros(cents) for cents in (due - 1, due)]
    return _counterexample(
        kept[1] < kept[0],
        f"Eén volwassene onder de RooO, oktober 2025: van {wages[0]} blijft {one} over, van "
        f"{wages[1]} blijft {other} over.",
        f"One adult under the RooO, October 2025: of {wages[0]} there is {one} left, of "
        f"{wages[1]} there is {other} left.",
    )


def _presumed() -> Words:
    member: dict[str, Any] = {"id": "P-1", "born": "1990-05-14", "receives_allowance": False}
    facts = HouseholdMonth.model_validate(
        {"scheme": ROOO, "month": "2025-10", "household": "H-1", "members": [member],
         "provisions": {"shelter": True, "catering": False}}
    )  # fmt: skip
    due = assess(facts, published(), _choices("presumption")).contribution_cents
    return _counterexample(
        due,
        f"Eén volwassene zonder leefgeld meldt niets, oktober 2025: neemt de gemeente aan dat er "
        f"inkomen is, dan is de bijdrage {format_euros(due)}.",
        f"One adult without leefgeld reports nothing, October 2025: where the municipality "
        f"presumes income, the contribution is {format_euros(due)}.",
    )


def _joined() -> Words:
    def value(children: int) -> int:
        members: list[dict[str, Any]] = [
            {"id": f"P-{n}", "born": "1980-01-01", "residence_status": "permit_holder"}
            for n in (1, 2)
        ]
        members += [
            {"id": "P-3", "born": "2010-05-05", "residence_status": "permit_holder",
             "receives_allowance": False}
        ] * children  # fmt: skip
        facts = HouseholdMonth.model_validate(
            {"scheme": REBA_2008, "month": "2015-06", "household": "H-1", "members": members,
             "provisions": {"shelter": True, "catering": False}}
        )  # fmt: skip
        return assess(facts, published()).economic_value_cents or 0

    one, other = map(format_euros, (value(0), value(1)))
    return _counterexample(
        value(1) < value(0),
        f"Twee volwassenen, juni 2015: {one}. Komt er een kind zonder toelage bij, dan {other}: "
        "de bedragen per persoon van de anderen dalen.",
        f"Two adults, June 2015: {one}. With a child without an allowance {other}: the amounts a "
        "person of the others go down.",
    )


def _apart() -> Words:
    def reserved(cents: int) -> int:
        given = Assessed(cents, cents, 0)
        return reserve(given, _POLICY, collected_cents=cents, balance_cents=0).reserved_cents

    return _counterexample(
        2 * reserved(1) != reserved(2),
        f"De helft van 0.01 is afgerond {format_euros(reserved(1))}: over twee maanden "
        f"{format_euros(2 * reserved(1))}, maar van 0.02 samen {format_euros(reserved(2))}.",
        f"Half of 0.01 is {format_euros(reserved(1))}, rounded: over two months "
        f"{format_euros(2 * reserved(1))}, but of 0.02 together {format_euros(reserved(2))}.",
    )


# ── ledgers ──────────────────────────────────────────────────────────────────────────────────


def _releasing() -> SavingsPolicy:
    record = _POLICY.to_record()
    versions = record["version"]
    release: dict[str, Any] = {
        "four_eyes": False,
        "granted": {
            "balance_share": "1.00",
            "purposes": {"furnishing": {"max": "1000.00", "evidence": False}},
        },
        "return": {"balance_share": "1.00", "purposes": {}},
    }  # fmt: skip
    return SavingsPolicy.from_record({**record, "version": [{**versions[0], "release": release}]})  # type: ignore[index]


def _released_then_corrected() -> Words:
    policy = _releasing()
    ledger = memory_ledger(clock=MovingClock(datetime(2015, 6, 1, 12, tzinfo=UTC)))
    ledger.assess(_single("400.00", collected="300.00"), policy=policy)
    end = date(2015, 5, 1)
    ledger.record_procedure(
        "H-1", member="P-1", type="granted", on=end, final_on=end, legal_basis="made",
        command_id="end",
    )  # fmt: skip
    release = ledger.request_release(
        "H-1", purpose="furnishing", amount_cents=15000, on=date(2015, 6, 1), policy=policy,
        command_id="ask",
    ).release  # fmt: skip
    ledger.approve_release(release, on=date(2015, 6, 1), policy=policy, command_id="yes")
    ledger.pay_release(release, on=date(2015, 6, 1), batch="made", command_id="pay")
    ledger.revise(_single("200.00"), because="corrected_facts", policy=policy, command_id="less")
    state = ledger.account("H-1")
    out, saved, over = map(
        format_euros, (state.released_cents, state.reserved_cents, state.overpaid_cents)
    )
    return _counterexample(
        state.released_cents > state.reserved_cents and state.overpaid_cents,
        f"{out} is vrijgegeven; daarna blijkt het loon lager, en is {saved} gespaard. Het verschil "
        f"staat als te veel vrijgegeven ({over}), en het saldo wordt niet negatief.",
        f"{out} was released; then earnings turn out lower, and {saved} is saved. The difference "
        f"stands as overpaid ({over}), and the balance does not become negative.",
    )


def _reported(*wages: str) -> Ledger:
    ledger = memory_ledger(clock=MovingClock(datetime(2015, 6, 1, 12, tzinfo=UTC)))
    ledger.assess(_single(wages[0]), policy=_POLICY)
    for number, wage in enumerate(wages[1:]):
        ledger.revise(
            _single(wage), because="corrected_facts", policy=_POLICY, command_id=f"c/{number}"
        )
    return ledger


def _entries_differ() -> Words:
    right, corrected = _reported("200.00"), _reported("400.00", "200.00")
    sizes = right.size(), corrected.size()
    same = right.account("H-1").assessed_cents == corrected.account("H-1").assessed_cents
    return _counterexample(
        same and sizes[0] != sizes[1],
        f"Meteen goed: {sizes[0]} boekingen. Eerst 400.00, dan 200.00: {sizes[1]}. Wat er eerst "
        "stond, blijft staan; het bedrag is gelijk.",
        f"Right the first time: {sizes[0]} entries. First 400.00, then 200.00: {sizes[1]}. What "
        "stood first stays there; the amount is the same.",
    )


def _cut_off() -> Words:
    entries = tuple(_reported("400.00", "200.00").entries())
    cut = entries[:-1]
    return _counterexample(
        audit(cut).clean,
        f"Van {len(entries)} boekingen is de laatste weg. Een controle van de {len(cut)} die er "
        "zijn vindt niets: alleen een eerder ijkpunt laat zien dat er een ontbreekt.",
        f"Of {len(entries)} entries the last is gone. An audit of the {len(cut)} that are there "
        "finds nothing: only an earlier checkpoint shows that one is missing.",
    )


COUNTEREXAMPLES: Final[Mapping[str, Callable[[], Words]]] = {
    "earns-more-keeps-less": _earns_more,
    "a-cent-more-under-the-rooo": _a_cent_more,
    "nothing-reported-and-presumed": _presumed,
    "joined-without-an-allowance": _joined,
    "months-apart-and-together": _apart,
    "released-then-corrected": _released_then_corrected,
    "corrected-entries-differ": _entries_differ,
    "cut-off-and-clean": _cut_off,
}
"""By name, what computes the smallest counterexample, in Dutch and in English."""
