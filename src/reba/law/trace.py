"""Why an amount is what it is: the steps of a calculation, each with its legal source.

1. A step holds what went in, what came out, the exact value before rounding, the rounding rule,
   the dated parameters used and the articles applied.
2. Every step cites at least one article; a test proves it for every label.
3. Rendering is for people (nl, en); the record is for machines and has the same order of keys and
   the same bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, TypeAlias

from reba.law.input_labels import INPUT_LABELS, VALUE_LABELS
from reba.law.labels import LABELS, Language
from reba.law.parameters import DatedValue
from reba.money import exact_euros, format_euros

__all__ = ["Language", "Step", "StepInput", "render_steps", "step_record"]

StepInput: TypeAlias = tuple[str, str | int]

_MONEY_SUFFIX: Final = "_cents"


class Step(NamedTuple):
    """One step of the explanation (motivering) of an amount.

    Args:
        id: a stable name; what stands after a colon is the pseudonym of a member.
        amount_cents: the result, or None where the step records a choice or a status.
        exact: the result before rounding as numerator and denominator in cents, or None.
        rounding: the name of the rounding rule, where the step rounds.
        inputs: what went in, by name.
        parameters: the dated values of the law that were used.
        legal: the articles applied, as JCI references.
    """

    id: str
    amount_cents: int | None
    exact: tuple[int, int] | None
    rounding: str | None
    inputs: tuple[StepInput, ...]
    parameters: tuple[DatedValue, ...]
    legal: tuple[str, ...]

    @property
    def label_nl(self) -> str:
        """What the step means, in Dutch."""
        return _label(self, "nl")

    @property
    def label_en(self) -> str:
        """What the step means, in English."""
        return _label(self, "en")


def _label(step: Step, language: Language) -> str:
    name, _, member = step.id.partition(":")
    text = LABELS[name].say(language)
    return f"{text} ({member})" if member else text


def _parameter_record(value: DatedValue) -> dict[str, object]:
    return {
        "name": value.name,
        "value": value.value_text,
        "unit": value.unit,
        "valid_from": value.valid_from.isoformat(),
        "valid_to": value.valid_to.isoformat() if value.valid_to else None,
        "status": value.status,
        "jci": value.jci,
        "url": value.url,
    }


def step_record(step: Step) -> dict[str, object]:
    """Return a step as the JSON object of the contract, keys in a fixed order."""
    return {
        "id": step.id,
        "label_nl": step.label_nl,
        "label_en": step.label_en,
        "amount_cents": step.amount_cents,
        "unrounded": exact_euros(*step.exact) if step.exact else None,
        "rounding": step.rounding,
        "inputs": dict(step.inputs),
        "parameters": [_parameter_record(value) for value in step.parameters],
        "legal": list(step.legal),
    }


_WORDS: Final = {
    "nl": {
        "unrounded": "onafgerond",
        "half_up": "op de cent, half naar boven",
        "from": "uit",
        "with": "met",
        "law": "grondslag",
        "until": "t/m",
        "since": "vanaf",
        "verified": "nagegaan",
        "derived": "afgeleid",
        "reported": "bericht",
        "supplied": "aangeleverd",
    },
    "en": {
        "unrounded": "unrounded",
        "half_up": "half up to the cent",
        "from": "from",
        "with": "with",
        "law": "legal source",
        "until": "to",
        "since": "from",
        "verified": "verified",
        "derived": "derived",
        "reported": "reported",
        "supplied": "supplied",
    },
}


def _input_text(name: str, value: str | int, language: Language) -> str:
    if isinstance(value, int):
        text = format_euros(value) if name.endswith(_MONEY_SUFFIX) else str(value)
    else:
        text = VALUE_LABELS[value].say(language) if value in VALUE_LABELS else value
    return f"{INPUT_LABELS[name].say(language)} {text}"


def _parameter_line(value: DatedValue, words: dict[str, str]) -> str:
    until = f" {words['until']} {value.valid_to}" if value.valid_to else ""
    return (
        f"{value.name} = {value.value_text} {value.unit}, {words['since']} {value.valid_from}"
        f"{until}, {words[value.status]}, {value.jci or value.url}"
    )


def render_steps(steps: Iterable[Step], language: Language) -> str:
    """Write the steps for a caseworker or a lawyer, one paragraph a step."""
    words = _WORDS[language]
    lines: list[str] = []
    for step in steps:
        label = _label(step, language)
        amount = "" if step.amount_cents is None else format_euros(step.amount_cents)
        lines.append(f"{amount:>12}  {label}" if amount else f"{'–':>12}  {label}")
        indent = " " * 14
        if step.inputs:
            inputs = "; ".join(_input_text(*each, language) for each in step.inputs)
            lines.append(f"{indent}{words['from']}: {inputs}")
        if step.exact and step.rounding:
            lines.append(
                f"{indent}{words['unrounded']}: {exact_euros(*step.exact)} ({words['half_up']})"
            )
        lines.extend(
            f"{indent}{words['with']}: {_parameter_line(value, words)}" for value in step.parameters
        )
        lines.append(f"{indent}{words['law']}: {', '.join(step.legal)}")
    return "\n".join(lines)
