"""What a policy says to people, word for word: they sign for it, so no word changes unseen (X1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reba.law.labels import Language
from reba.savings.describe import describe_policy
from reba.savings.policy import load_policy, parse_policy

POLICIES = Path(__file__).parents[2] / "examples" / "policies"
HALF = (POLICIES / "vng-half.toml").read_text(encoding="utf-8")

NL = """\
Half of what comes from earnings (example-half)
Dit beleid is een voorbeeld. Het is niet vastgesteld.
Bron: VNG, Van wachtstand naar werkstand (2025), Investeren in een toekomst

Vanaf 1 jan 2015
Van de eigen bijdrage uit arbeid wordt 50% gespaard.
Per maand is dat niet meer dan € 150,00.
Het spaartegoed wordt niet hoger dan € 6.000,00.
Er wordt alleen gespaard van geld dat is ontvangen.
Komt een deel binnen, dan wordt van dat deel naar verhouding gespaard.
Voorbeeld: is de eigen bijdrage € 300,00, helemaal uit arbeid en helemaal ontvangen, \
dan wordt € 150,00 gespaard en € 150,00 afgedragen.
Krijgt het gezin een verblijfsvergunning, dan mag 100% van het tegoed worden gebruikt voor:
  - inrichting van de woning: ten hoogste € 3.531,00, met een bewijsstuk
  - overbrugging: ten hoogste € 1.200,00
  - waarborgsom: ten hoogste € 2.400,00, met een bewijsstuk
  - huur vooruit: ten hoogste € 1.200,00, met een bewijsstuk
Eindigt de procedure zonder vergunning en keert het gezin vrijwillig terug, \
dan mag 60% van het tegoed worden gebruikt voor:
  - reis: ten hoogste € 900,00, met een bewijsstuk
  - een nieuw begin: ten hoogste € 2.000,00
  - andere kosten van vertrek: ten hoogste € 400,00, met een bewijsstuk
Een tweede medewerker keurt elke uitbetaling goed.
Wat overblijft als de rekening sluit:
  - na een vergunning: wordt uitbetaald
  - na vrijwillige terugkeer: wordt afgedragen
  - na gedwongen terugkeer: wordt afgedragen
  - na vertrek met onbekende bestemming: blijft staan
  - na een Dublinoverdracht: blijft staan
  - na overlijden: gaat naar de erfgenamen"""

EN = """\
Half of what comes from earnings (example-half)
This policy is an example. Nobody has adopted it.
Source: VNG, Van wachtstand naar werkstand (2025), Investeren in een toekomst

From 1 Jan 2015
Of the own contribution from earnings 50% is saved.
That is never more than €150.00 a month.
The savings balance does not grow above €6,000.00.
Only money that came in is saved.
If part comes in, the same part of the savings is set aside.
Example: with an own contribution of €300.00, all of it from earnings and all of it paid, \
€150.00 is saved and €150.00 is remitted.
If the household gets a residence permit, 100% of the balance may be used for:
  - furnishing a home: at most €3,531.00, with evidence
  - bridging budget: at most €1,200.00
  - rent deposit: at most €2,400.00, with evidence
  - rent in advance: at most €1,200.00, with evidence
If the procedure ends without a permit and the household returns voluntarily, \
60% of the balance may be used for:
  - travel: at most €900.00, with evidence
  - a fresh start: at most €2,000.00
  - other departure costs: at most €400.00, with evidence
A second person approves every payment.
What is left when the account is closed:
  - after a permit: is paid out
  - after voluntary return: is remitted
  - after forced return: is remitted
  - after departure to an unknown destination: stays on the account
  - after a Dublin transfer: stays on the account
  - after death: goes to the heirs"""


def _plain(text: str) -> str:
    """An ordinary space in amounts, and no point after a month: releases of CLDR differ on it."""
    return re.sub(r"\b(jan|dec)\.", r"\1", text.replace("\N{NO-BREAK SPACE}", " "))


@pytest.mark.invariant("X1")
@pytest.mark.parametrize(("language", "expected"), [("nl", NL), ("en", EN)])
def test_a_policy_is_described_word_for_word(language: Language, expected: str) -> None:
    assert _plain(describe_policy(load_policy(POLICIES / "vng-half.toml"), language)) == expected


@pytest.mark.parametrize(
    ("old", "new", "dutch", "english"),
    [
        (
            '"illustrative" ',
            '"adopted" ',
            "Dit beleid is vastgesteld.",
            "This policy has been adopted.",
        ),
        (
            "valid_from = 2015-01-01",
            "valid_from = 2015-01-01\nvalid_to = 2015-12-31",
            "Vanaf 1 jan 2015 tot en met 31 dec 2015",
            "From 1 Jan 2015 up to and including 31 Dec 2015",
        ),
        (
            'base = "earnings"',
            'base = "income"',
            "Van de eigen bijdrage uit inkomen wordt 50% gespaard.",
            "Of the own contribution from income 50% is saved.",
        ),
        (
            'base = "earnings"',
            'base = "contribution"',
            "Van de eigen bijdrage wordt 50% gespaard.",
            "Of the own contribution 50% is saved.",
        ),
        (
            'share = "0.50"',
            'share = "0.125"',
            "Van de eigen bijdrage uit arbeid wordt 1/8 gespaard.",
            "Of the own contribution from earnings 1/8 is saved.",
        ),
        (
            '"pro_rata" ',
            '"remit_first" ',
            "Komt een deel binnen, dan gaat het afdragen voor het sparen.",
            "If part comes in, remitting goes before saving.",
        ),
        (
            '"pro_rata" ',
            '"reserve_first" ',
            "Komt een deel binnen, dan gaat het sparen voor het afdragen.",
            "If part comes in, saving goes before remitting.",
        ),
        (
            '"collection" ',
            '"assessment" ',
            "Er wordt gespaard zodra de bijdrage is vastgesteld, ook als nog niet is betaald.",
            "Saving starts when the contribution is assessed, also before it is paid.",
        ),
        (
            '"6000.00"',
            '"100.00"',
            "dan wordt € 100,00 gespaard en € 200,00 afgedragen.",
            "all of it paid, €100.00 is saved and €200.00 is remitted.",
        ),
        (
            'granted = "pay_out"',
            'granted = "hold"',
            "  - na een vergunning: blijft staan",
            "  - after a permit: stays on the account",
        ),
    ],
)
def test_each_choice_has_a_line_of_its_own(old: str, new: str, dutch: str, english: str) -> None:
    assert old in HALF
    policy = parse_policy(HALF.replace(old, new), file="p.toml")
    for language, line, plain in (("nl", dutch, NL), ("en", english, EN)):
        assert line in _plain(describe_policy(policy, language))  # type: ignore[arg-type]
        assert line not in plain


@pytest.mark.parametrize(
    ("pattern", "dutch", "english"),
    [
        ("monthly_max = .*", "Per maand", "a month"),
        ("balance_max = .*", "niet hoger", "does not grow"),
        ("four_eyes = true", "Een tweede", "second person"),
        ('funded_on = "collection"', "Komt een deel", "If part comes in"),
    ],
)
def test_what_a_policy_does_not_ask_is_not_said(pattern: str, dutch: str, english: str) -> None:
    instead = {"four_eyes = true": "four_eyes = false"}.get(pattern, "")
    if pattern.startswith("funded_on"):
        instead = 'funded_on = "assessment"'
    policy = parse_policy(re.sub(pattern, instead, HALF), file="p.toml")
    assert dutch in NL
    assert dutch not in describe_policy(policy, "nl")
    assert english in EN
    assert english not in describe_policy(policy, "en")


def test_every_version_is_described_after_an_empty_line() -> None:
    text = describe_policy(load_policy(POLICIES / "two-versions.toml"), "en")
    blocks = text.split("\n\n")
    assert [block.partition("\n")[0] for block in blocks[1:]] == [
        "From 1 Jan 2015",
        "From 1 Jan 2024",
    ]
    assert "60% is saved" in blocks[2]


@pytest.mark.invariant("A15")
def test_the_locale_of_the_machine_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("babel.numbers.LC_NUMERIC", "fr_FR")  # "50 %", with a narrow space
    monkeypatch.setattr("babel.dates.LC_TIME", "fr_FR")
    for language, expected in (("nl", NL), ("en", EN)):
        found = describe_policy(load_policy(POLICIES / "vng-half.toml"), language)  # type: ignore[arg-type]
        assert _plain(found) == expected
