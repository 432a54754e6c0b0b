"""What a savings policy means for one household, in plain Dutch and English (B1)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from babel.dates import format_date
from babel.numbers import format_currency, format_percent

from reba.law.labels import Language
from reba.savings.policy import OutcomeRules, PolicyVersion, SavingsPolicy

__all__ = ["describe_policy"]

_LOCALES: Final = {"nl": "nl_NL", "en": "en_GB"}

_TEXT: Final[dict[Language, dict[str, str]]] = {
    "nl": {
        "illustrative": "Dit beleid is een voorbeeld. Het is niet vastgesteld.",
        "adopted": "Dit beleid is vastgesteld.",
        "source": "Bron",
        "from": "Vanaf {day}",
        "until": " tot en met {day}",
        "reserve": "Van de eigen bijdrage {base} wordt {share} gespaard.",
        "earnings": "uit arbeid",
        "income": "uit inkomen",
        "contribution": "",
        "monthly_max": "Per maand is dat niet meer dan {amount}.",
        "balance_max": "Het spaartegoed wordt niet hoger dan {amount}.",
        "collection": "Er wordt alleen gespaard van geld dat is ontvangen.",
        "assessment": "Er wordt gespaard zodra de bijdrage is vastgesteld, ook als nog niet is "
        "betaald.",
        "pro_rata": "Komt een deel binnen, dan wordt van dat deel naar verhouding gespaard.",
        "remit_first": "Komt een deel binnen, dan gaat het afdragen voor het sparen.",
        "reserve_first": "Komt een deel binnen, dan gaat het sparen voor het afdragen.",
        "example": "Voorbeeld: is de eigen bijdrage {amount}, helemaal uit arbeid en helemaal "
        "ontvangen, dan wordt {saved} gespaard en {remitted} afgedragen.",
        "granted": "Krijgt het gezin een verblijfsvergunning, dan mag {share} van het tegoed "
        "worden gebruikt voor:",
        "return": "Eindigt de procedure zonder vergunning en keert het gezin vrijwillig terug, dan "
        "mag {share} van het tegoed worden gebruikt voor:",
        "purpose": "{name}: ten hoogste {amount}{evidence}",
        "evidence": ", met een bewijsstuk",
        "four_eyes": "Een tweede medewerker keurt elke uitbetaling goed.",
        "closing": "Wat overblijft als de rekening sluit:",
        "case_granted": "na een vergunning",
        "case_voluntary_return": "na vrijwillige terugkeer",
        "case_forced_return": "na gedwongen terugkeer",
        "case_departed_unknown": "na vertrek met onbekende bestemming",
        "case_dublin_transfer": "na een Dublinoverdracht",
        "case_died": "na overlijden",
        "pay_out": "wordt uitbetaald",
        "remit": "wordt afgedragen",
        "hold": "blijft staan",
        "estate": "gaat naar de erfgenamen",
        "furnishing": "inrichting van de woning",
        "bridging": "overbrugging",
        "deposit": "waarborgsom",
        "rent_advance": "huur vooruit",
        "travel": "reis",
        "reintegration": "een nieuw begin",
        "departure": "andere kosten van vertrek",
    },
    "en": {
        "illustrative": "This policy is an example. Nobody has adopted it.",
        "adopted": "This policy has been adopted.",
        "source": "Source",
        "from": "From {day}",
        "until": " up to and including {day}",
        "reserve": "Of the own contribution {base} {share} is saved.",
        "earnings": "from earnings",
        "income": "from income",
        "contribution": "",
        "monthly_max": "That is never more than {amount} a month.",
        "balance_max": "The savings balance does not grow above {amount}.",
        "collection": "Only money that came in is saved.",
        "assessment": "Saving starts when the contribution is assessed, also before it is paid.",
        "pro_rata": "If part comes in, the same part of the savings is set aside.",
        "remit_first": "If part comes in, remitting goes before saving.",
        "reserve_first": "If part comes in, saving goes before remitting.",
        "example": "Example: with an own contribution of {amount}, all of it from earnings and all "
        "of it paid, {saved} is saved and {remitted} is remitted.",
        "granted": "If the household gets a residence permit, {share} of the balance may be used "
        "for:",
        "return": "If the procedure ends without a permit and the household returns voluntarily, "
        "{share} of the balance may be used for:",
        "purpose": "{name}: at most {amount}{evidence}",
        "evidence": ", with evidence",
        "four_eyes": "A second person approves every payment.",
        "closing": "What is left when the account is closed:",
        "case_granted": "after a permit",
        "case_voluntary_return": "after voluntary return",
        "case_forced_return": "after forced return",
        "case_departed_unknown": "after departure to an unknown destination",
        "case_dublin_transfer": "after a Dublin transfer",
        "case_died": "after death",
        "pay_out": "is paid out",
        "remit": "is remitted",
        "hold": "stays on the account",
        "estate": "goes to the heirs",
        "furnishing": "furnishing a home",
        "bridging": "bridging budget",
        "deposit": "rent deposit",
        "rent_advance": "rent in advance",
        "travel": "travel",
        "reintegration": "a fresh start",
        "departure": "other departure costs",
    },
}

_EXAMPLE_CENTS: Final = 30000


class _Writer:
    def __init__(self, language: Language) -> None:
        self.words = _TEXT[language]
        self.locale = _LOCALES[language]

    def money(self, cents: int) -> str:
        # Exact cents only: babel would round half to even.
        return format_currency(Decimal(cents).scaleb(-2), "EUR", locale=self.locale)

    def share(self, share: Fraction) -> str:
        percent = share * 100
        if percent.denominator == 1:
            return format_percent(Decimal(percent.numerator).scaleb(-2), locale=self.locale)
        return f"{share.numerator}/{share.denominator}"

    def outcome(self, name: str, rules: OutcomeRules) -> list[str]:
        lines = [self.words[name].format(share=self.share(rules.balance_share))]
        for purpose, rule in rules.purposes.items():
            evidence = self.words["evidence"] if rule.evidence else ""
            text = self.words["purpose"].format(
                name=self.words[purpose], amount=self.money(rule.max_cents), evidence=evidence
            )
            lines.append(f"  - {text}")
        return lines

    def version(self, version: PolicyVersion) -> list[str]:
        words, rule = self.words, version.reserve
        heading = words["from"].format(day=format_date(version.valid_from, locale=self.locale))
        if version.valid_to is not None:
            heading += words["until"].format(day=format_date(version.valid_to, locale=self.locale))
        reserve = words["reserve"].format(base=words[rule.base], share=self.share(rule.share))
        lines = [heading, " ".join(reserve.split())]
        if rule.monthly_max_cents is not None:
            lines.append(words["monthly_max"].format(amount=self.money(rule.monthly_max_cents)))
        if rule.balance_max_cents is not None:
            lines.append(words["balance_max"].format(amount=self.money(rule.balance_max_cents)))
        lines.append(words[rule.funded_on])
        if rule.funded_on == "collection":
            lines.append(words[rule.partial_collection])
        split = rule.split(
            _EXAMPLE_CENTS, _EXAMPLE_CENTS, collected_cents=_EXAMPLE_CENTS, balance_cents=0
        )
        lines.append(
            words["example"].format(
                amount=self.money(_EXAMPLE_CENTS),
                saved=self.money(split.reserved_cents),
                remitted=self.money(split.remitted_cents),
            )
        )
        lines.extend(self.outcome("granted", version.release.granted))
        lines.extend(self.outcome("return", version.release.voluntary_return))
        if version.release.four_eyes:
            lines.append(words["four_eyes"])
        lines.append(words["closing"])
        lines.extend(
            f"  - {words[f'case_{case}']}: {words[rest]}"
            for case, rest in version.closing._asdict().items()
        )
        return lines


def describe_policy(policy: SavingsPolicy, language: Language) -> str:
    """Say what a savings policy (spaarbeleid) means for one household.

    Args:
        policy: the policy, with all its versions.
        language: "nl" or "en".
    """
    writer = _Writer(language)
    lines = [
        f"{policy.title} ({policy.id})",
        writer.words[policy.status],
        f"{writer.words['source']}: {policy.source}",
    ]
    for version in policy.versions:
        lines.append("")
        lines.extend(writer.version(version))
    return "\n".join(lines)
