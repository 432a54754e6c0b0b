"""What may be released: shares, maxima, reasons in their order, versions (R1, R2, R5)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date

import pytest

from reba.savings.policy import SavingsPolicy
from reba.savings.procedure import GROUPS
from reba.savings.release import NOTES, PURPOSES, REASONS, Refused, notes_on, share_limit
from unit.test_office import (
    BASIS,
    COUPLE,
    POLICY,
    Office,
    opened_office,
    small_policy,
    two_versions,
)

RETURN_SHARE = 'balance_share = "0.60"'
RESERVE_SHARE = 'base = "contribution"\nshare = "1.00"'
WIDE = ('travel = { max = "90.00"', 'travel = { max = "900.00"')


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened


# ── the share of the savings ─────────────────────────────────────────────────────────────────


@pytest.mark.invariant("R1")
@pytest.mark.parametrize(
    ("share", "saved", "most"),
    [
        ("0.60", 10000, 6000),
        ("0.60", 10001, 6001),  # 6000.6
        ("0.60", 10002, 6001),  # 6001.2
        ("0.50", 10001, 5001),  # 5000.5: half up
        ("0.50", 1, 1),
        ("0.333", 1000, 333),
        ("0.00", 10000, 0),
    ],
)
def test_a_share_of_the_savings_is_rounded_half_up_once(
    office: Office, share: str, saved: int, most: int
) -> None:
    policy = small_policy((RETURN_SHARE, f'balance_share = "{share}"'))
    assert share_limit(saved, policy.versions[0].release.voluntary_return) == most
    office.save(saved)
    office.end("voluntary_return")
    with office.refuses("release.share_exceeded", most_cents=most):
        office.ask("reintegration", most + 1, policy=policy)
    if most:
        office.ask("reintegration", most, policy=policy)


@pytest.mark.invariant("R1")
def test_the_share_is_of_all_that_was_saved_and_used_over_the_purposes(office: Office) -> None:
    office.save(10000)
    office.end("voluntary_return")
    office.use("reintegration", 2000)
    held = office.ask("travel", 3000)
    with office.refuses("release.share_exceeded", most_cents=1000):
        office.ask("departure", 1001)
    office.ledger.reject_release(held, because="not_needed")
    office.use("departure", 4000)
    with office.refuses("release.share_exceeded", most_cents=0):
        office.ask("travel", 1)
    office.save(5000, month="2015-04")  # 60% of 150.00 is 90.00, and 60.00 was used
    with office.refuses("release.share_exceeded", most_cents=3000):
        office.ask("travel", 3001)
    office.ask("travel", 3000)


# ── the maximum of a purpose ─────────────────────────────────────────────────────────────────


@pytest.mark.invariant("R1")
@pytest.mark.parametrize(
    ("outcome", "purpose", "maximum"),
    [
        ("granted", "furnishing", 20000),
        ("granted", "bridging", 12000),
        ("granted", "deposit", 24000),
        ("granted", "rent_advance", 11000),
        ("voluntary_return", "travel", 9000),
        ("voluntary_return", "reintegration", 20000),
        ("voluntary_return", "departure", 4000),
    ],
)
def test_a_maximum_holds_over_the_life_of_the_account(
    office: Office, outcome: str, purpose: str, maximum: int
) -> None:
    office.save(30000)
    office.save(30000, month="2015-04")
    office.end(outcome)
    with office.refuses("release.purpose_max_exceeded", most_cents=maximum):
        office.ask(purpose, maximum + 1)
    office.use(purpose, 1000)
    office.ask(purpose, 500)
    office.today("2015-06-30")
    with office.refuses("release.purpose_max_exceeded", most_cents=maximum - 1500):
        office.ask(purpose, maximum - 1499)
    office.ask(purpose, maximum - 1500)
    with office.refuses("release.purpose_max_exceeded", most_cents=0):
        office.ask(purpose, 1)


@pytest.mark.parametrize(
    ("step", "uses"),
    [("asked", True), ("approved", True), ("paid", True), ("returned", False), ("rejected", False)],
)
def test_what_is_paid_or_on_hold_uses_a_maximum_and_nothing_else(
    office: Office, step: str, *, uses: bool
) -> None:
    office.save(30000)
    office.end()
    release = office.ask("bridging", 12000)
    if step in {"approved", "paid", "returned"}:
        office.approve(release)
    if step in {"paid", "returned"}:
        office.pay(release)
    if step == "returned":
        office.ledger.return_release(release, because="account_closed")
    if step == "rejected":
        office.ledger.reject_release(release, because="withdrawn")
    refused = office.refuses("release.purpose_max_exceeded", most_cents=0)
    with refused if uses else nullcontext():
        office.ask("bridging", 1)


# ── the order of the reasons ─────────────────────────────────────────────────────────────────


@pytest.mark.invariant("R5")
def test_of_several_reasons_the_first_in_the_documented_order_is_given(office: Office) -> None:
    """Everything is wrong at first; mending the reason given brings out the next."""
    met: list[str] = []
    whole = small_policy((RETURN_SHARE, 'balance_share = "1.00"'))
    wide = small_policy((RETURN_SHARE, 'balance_share = "1.00"'), WIDE)

    def refused(reason: str, purpose: str, policy: SavingsPolicy, cents: int = 50000) -> None:
        with office.refuses(f"release.{reason}"):
            office.ask(purpose, cents, policy=policy, evidence=None)
        met.append(reason)

    def both(event: str, on: str) -> None:
        office.end(event, on, member="P-1")
        office.end(event, on, member="P-2")

    office.save(10000, members=COUPLE)
    refused("procedure_open", "furnishing", POLICY)
    office.end("granted", "2015-06-01", member="P-1")
    office.end("rejected", "2015-06-01", member="P-2")
    refused("mixed_outcomes", "furnishing", POLICY)
    both("withdrawn", "2015-06-02")
    refused("return_not_confirmed", "furnishing", POLICY)
    both("forced_return", "2015-06-03")
    refused("outcome_without_release", "furnishing", POLICY)
    both("voluntary_return", "2015-06-04")
    refused("purpose_not_allowed", "furnishing", POLICY)
    refused("share_exceeded", "travel", POLICY)
    refused("purpose_max_exceeded", "travel", whole)
    refused("insufficient_balance", "travel", wide)
    refused("evidence_missing", "travel", wide, cents=10000)
    release = office.ask("travel", 10000, policy=wide)
    with office.refuses("release.purpose_max_exceeded"):
        office.approve(release, actor="kees", policy=whole)
    with office.refuses("release.same_actor"):
        office.approve(release, actor="kees", policy=wide)
    met.append("same_actor")
    office.approve(release, policy=wide)
    assert tuple(met) == REASONS


@pytest.mark.parametrize(
    ("outcome", "reason", "missing"),
    [
        ("rejected", "return_not_confirmed", ""),
        ("withdrawn", "return_not_confirmed", ""),
        ("not_processed", "return_not_confirmed", ""),
        ("forced_return", "outcome_without_release", "forced_return"),
        ("departed_unknown", "outcome_without_release", "departed_unknown"),
        ("dublin_transfer", "outcome_without_release", "dublin_transfer"),
        ("died", "outcome_without_release", "died"),
    ],
)
@pytest.mark.parametrize("purpose", ["bridging", "reintegration"])
def test_other_outcomes_release_nothing(
    office: Office, outcome: str, reason: str, missing: str, purpose: str
) -> None:
    office.save(10000)
    office.end(outcome)
    with office.refuses(f"release.{reason}", missing=missing):
        office.ask(purpose, 100)


@pytest.mark.parametrize(("group", "purpose"), [("granted", "deposit"), ("return", "travel")])
def test_mixed_outcomes_release_under_the_group_decided(
    office: Office, group: str, purpose: str
) -> None:
    office.save(10000, members=COUPLE)
    events = office.end(member="P-1"), office.end("rejected", member="P-2")
    with office.refuses("release.mixed_outcomes", missing=", ".join(events)):
        office.ask(purpose, 100)
    office.ledger.decide_outcome("H-1", group=group, legal_basis=BASIS)
    assert office.release(office.ask(purpose, 100)).outcome == group


# ── versions of the policy ───────────────────────────────────────────────────────────────────


def test_the_version_of_the_day_of_the_decision_applies(office: Office) -> None:
    smaller = ('bridging = { max = "120.00"', 'bridging = { max = "50.00"')
    policy = two_versions("2015-06-09", smaller)
    office.save(30000)
    office.end()
    with office.refuses("release.purpose_max_exceeded", most_cents=5000):
        office.ask("bridging", 8000, policy=policy)
    release = office.ask("bridging", 8000, policy=policy, on=date(2015, 6, 8))
    with office.refuses("release.purpose_max_exceeded", most_cents=5000):
        office.approve(release, policy=policy)
    office.approve(release, policy=policy, amount_cents=5000)
    state = office.release(release)
    assert (state.policy, state.policy_version) == (policy.digest, 2)
    earlier = office.ask("deposit", 100, policy=policy, on=date(2015, 6, 8))
    assert office.release(earlier).policy_version == 1


def test_a_changed_policy_never_changes_what_was_reserved_before(office: Office) -> None:
    changed = small_policy((RESERVE_SHARE, 'base = "contribution"\nshare = "0.50"'))
    office.save(10000)
    office.save(10000, month="2015-04", policy=changed)
    assert office.ledger.account("H-1").balance_cents == 15000
    facts = office.facts(8000)
    office.ledger.revise(facts, because="corrected_facts", policy=changed)
    assert [m.reserved_cents for m in office.ledger.account("H-1").months] == [8000, 5000]


def test_each_month_is_reserved_under_its_own_version(office: Office) -> None:
    halved = (RESERVE_SHARE, 'base = "contribution"\nshare = "0.50"')
    policy = two_versions("2015-04-01", halved)
    for month in ("2015-03", "2015-04"):
        office.save(10000, month=month, policy=policy)
    assert [m.reserved_cents for m in office.ledger.account("H-1").months] == [10000, 5000]


# ── options ──────────────────────────────────────────────────────────────────────────────────


Told = dict[str, tuple[int, str | None]]


def _options(office: Office, on: date | None = None) -> Told:
    options = office.ledger.release_options("H-1", policy=POLICY, on=on)
    return {option.purpose: (option.most_cents, option.limited_by) for option in options}


@pytest.mark.parametrize(
    ("track", "groups"),
    [(None, GROUPS), ("track_regular", ("granted",)), ("track_low_chance", ("return",))],
)
def test_before_the_end_the_purposes_of_the_expected_track_are_told(
    office: Office, track: str | None, groups: tuple[str, ...]
) -> None:
    office.save(15000)
    if track:
        office.end(track, final=False)
    purposes = [purpose for group in groups for purpose in PURPOSES[group]]
    assert _options(office) == dict.fromkeys(purposes, (0, "procedure_open"))


AFTER: dict[str, Told] = {
    "granted": {
        "furnishing": (15000, None),
        "bridging": (12000, "purpose_max_exceeded"),
        "deposit": (15000, None),
        "rent_advance": (11000, "purpose_max_exceeded"),
    },
    "voluntary_return": {
        "travel": (9000, "share_exceeded"),  # as much as its maximum: the first reason is told
        "reintegration": (9000, "share_exceeded"),
        "departure": (4000, "purpose_max_exceeded"),
    },
}


@pytest.mark.parametrize("outcome", AFTER)
def test_after_the_end_each_option_is_what_a_request_may_ask(office: Office, outcome: str) -> None:
    office.save(15000)
    office.end(outcome)
    assert _options(office) == AFTER[outcome]
    assert {limit for _, limit in _options(office, date(2015, 5, 31)).values()} == {
        "procedure_open"
    }
    for option in office.ledger.release_options("H-1", policy=POLICY):
        reason = option.limited_by or "insufficient_balance"
        with office.refuses(f"release.{reason}", most_cents=option.most_cents):
            office.ask(option.purpose, option.most_cents + 1)
        release = office.ask(option.purpose, option.most_cents)
        assert office.release(release).notes == option.notes
        office.ledger.reject_release(release, because="not_needed")


def test_options_count_what_was_used_and_say_what_is_asked_for(office: Office) -> None:
    office.save(15000)
    office.end()
    office.use("bridging", 2000)
    office.ask("bridging", 1000)
    found = {o.purpose: o for o in office.ledger.release_options("H-1", policy=POLICY)}
    bridging = found["bridging"]
    assert (bridging.most_cents, bridging.used_cents, bridging.max_cents) == (9000, 3000, 12000)
    assert (bridging.evidence, found["deposit"].evidence) == (False, True)
    assert found["deposit"].most_cents == 12000


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [("rejected", "return_not_confirmed"), ("died", "outcome_without_release")],
)
def test_where_nothing_is_released_every_option_says_why(
    office: Office, outcome: str, reason: str
) -> None:
    office.save(15000)
    office.end(outcome)
    purposes = [purpose for group in GROUPS for purpose in PURPOSES[group]]
    assert _options(office) == dict.fromkeys(purposes, (0, reason))


def test_options_of_nobody_are_refused(office: Office) -> None:
    with office.refuses("ledger.unknown_account"):
        _options(office)


def test_notes_name_consequences_for_other_rights() -> None:
    found = [notes_on(group, p) for group, purposes in PURPOSES.items() for p in purposes]
    assert {note for notes in found for note in notes} == set(NOTES)
    assert notes_on("return", "travel") == ("return_aid",)
    assert notes_on("granted", "furnishing") == ("assets_of_assistance", "special_assistance")


def test_a_refusal_that_is_not_about_an_amount_offers_none() -> None:
    assert Refused("procedure_open") == ("procedure_open", (), 0)
