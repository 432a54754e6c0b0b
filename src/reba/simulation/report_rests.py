"""What the figures of a report rest on: assumptions, policies, law, choices, and the households.

Every line has its status and its source. What was refused and what was not supplied is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from reba.law.parameters import DatedValue
from reba.money import exact_decimal, parse_euros, parse_rate
from reba.savings.describe import describe_policy
from reba.savings.policy import SavingsPolicy
from reba.simulation.assumptions import AssumptionLine
from reba.simulation.report_html import folded, items, paragraph, table_html
from reba.simulation.report_shown import Shown
from reba.simulation.report_words import Language, ReportWords
from reba.simulation.results import Simulation, UsedValue
from reba.statements.blocks import Column, Table

__all__ = ["rests", "trace_parts"]

_DECIMAL: Final = re.compile(r"\d+\.\d+", re.ASCII)
_AMOUNTS: Final = ("cost.", "targets.")
_BULLET: Final = "  - "


def _assumed(line: AssumptionLine, words: ReportWords) -> str:
    """Write an assumption as people read it: an amount, an exact percentage, or as it stands."""
    if line.path.startswith(_AMOUNTS):
        return words.money(parse_euros(line.value))
    if _DECIMAL.fullmatch(line.value):
        return f"{words.decimal(exact_decimal(parse_rate(line.value) * 100))}%"
    return line.value


def _in_force(value: DatedValue, words: ReportWords) -> str:
    """Write a statutory value with its unit."""
    if value.unit.startswith("EUR"):
        number = words.money(parse_euros(value.value_text))
    else:
        number = words.decimal(value.value_text)
    return f"{number} {words.say(f'unit.{value.unit}')}".rstrip()


def _heading(text: str) -> str:
    return f"<h3>{text}</h3>"


def _assumptions(simulation: Simulation, words: ReportWords) -> Iterator[str]:
    taken, say = simulation.assumptions, words.say
    yield _heading(say("rests.assumptions"))
    yield paragraph(
        say(
            "rests.assumptions.text",
            title=taken.title,
            day=words.day(taken.dated),
            status=say(f"status.{taken.status}"),
            source=taken.source,
        )
    )
    columns = (
        Column(say("column.what")), Column(say("column.value"), amount=True),
        Column(say("column.status")), Column(say("column.source")),
    )  # fmt: skip
    rows = tuple(
        (
            words.either(line.label_nl, line.label_en),
            _assumed(line, words),
            say(f"status.{line.status}"),
            line.source,
        )
        for line in taken.lines
    )
    table = table_html(Table(say("rests.assumptions.caption"), columns, rows))
    yield folded(say("rests.show"), table, is_open=True, is_table=True)


def _described(record: Mapping[str, object], words: ReportWords) -> str:
    """Say a policy in plain sentences: what it saves, what it releases, and what is left."""
    policy = SavingsPolicy.from_record(record)
    lines = describe_policy(policy, cast("Language", words.language)).splitlines()
    parts: list[str] = []
    bullets: list[str] = []
    for line in (*lines[3:], ""):  # title, status and source stand above it
        if line.startswith(_BULLET):
            bullets.append(line.removeprefix(_BULLET))
            continue
        if bullets:
            parts.append(items(bullets))
            bullets = []
        if line:
            parts.append(paragraph(line))
    return "\n".join(parts)


def _policies(shown: Sequence[Shown], words: ReportWords) -> Iterator[str]:
    say = words.say
    yield _heading(say("rests.policies"))
    for each in shown:
        variant = each.variant
        status = say(
            "rests.policy.status",
            status=say(f"status.{variant.policy_status}"),
            source=variant.policy_source,
        )
        head = say("rests.policy", variant=each.letter, title=variant.policy_title)
        reform = [say("reform", reform=variant.reform)] if variant.reform else []
        content = "".join(paragraph(text) for text in (f"{status}.", *reform))
        yield folded(head, content + _described(variant.policy_record, words))


def _law_row(used: UsedValue, words: ReportWords) -> tuple[str, ...]:
    value, say = used.value, words.say
    valid = say("valid.from", first=words.day(value.valid_from))
    if value.valid_to is not None:
        first, last = words.day(value.valid_from), words.day(value.valid_to)
        valid = say("valid.until", first=first, last=last)
    status = "status.supplied.law" if value.status == "supplied" else f"status.{value.status}"
    source = ", ".join(part for part in (value.jci, value.url, value.note) if part)
    return (
        words.either(used.title_nl, used.title_en),
        _in_force(value, words),
        valid,
        say(status),
        source,
    )


def _law(shown: Sequence[Shown], words: ReportWords) -> Iterator[str]:
    say = words.say
    yield _heading(say("rests.law"))
    by_law: dict[str, list[Shown]] = {}
    for each in shown:
        by_law.setdefault(each.variant.law_digest, []).append(each)
    heads = ("what", "value", "valid", "status", "source")
    columns = tuple(Column(say(f"column.{head}"), head == "value") for head in heads)
    for digest, found in by_law.items():
        values = found[0].variant.law_values
        if not values:
            yield paragraph(say("rests.law.none", digest=digest))
            continue
        whose = say("rests.law.same")
        if len(by_law) > 1:
            whose = say("rests.law.of", variant=words.listed(each.title for each in found))
        rows = tuple(_law_row(used, words) for used in values)
        caption = f"{say('rests.law.text')} {whose}"
        yield folded(say("rests.show"), table_html(Table(caption, columns, rows)), is_table=True)


def _flat(record: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(record, Mapping):
        for key, value in cast("Mapping[str, object]", record).items():
            yield from _flat(value, f"{path}.{key}" if path else key)
    elif isinstance(record, list | tuple):
        for number, value in enumerate(cast("Sequence[object]", record)):
            yield from _flat(value, f"{path}.{number}")
    else:
        yield path, str(record)


def _choices(simulation: Simulation, words: ReportWords) -> Iterator[str]:
    say = words.say
    yield _heading(say("rests.choices"))
    if simulation.choices_digest is None:
        yield paragraph(say("rests.choices.none"))
        return
    text = say("rests.choices.text", digest=simulation.choices_digest)
    yield paragraph(text)
    if simulation.choices_record is not None:
        columns = (Column(say("column.what")), Column(say("column.value")))
        yield table_html(
            Table(say("rests.choices"), columns, tuple(_flat(simulation.choices_record)))
        )


def _people(simulation: Simulation, words: ReportWords) -> Iterator[str]:
    say, count = words.say, words.count
    yield _heading(say("rests.people"))
    first, last = (words.month(month) for month in simulation.first_months)
    span = first if first == last else say("rests.people.span", first=first, last=last)
    yield paragraph(
        say(
            "rests.people.text",
            rows=count(simulation.rows),
            households=count(simulation.households),
            first=span,
        )
    )
    yield paragraph(say(f"rests.calendar.{simulation.calendar}"))
    told = [
        say("rests.refused", count=count(number), code=code)
        for code, number in simulation.refused.items()
    ]
    for fact, number in simulation.not_supplied.items():
        name = say(f"fact.{fact}") if words.knows(f"fact.{fact}") else fact
        told.append(say("rests.not_supplied", count=count(number), fact=name))
    yield items(told) if told else paragraph(say("rests.complete"))


def rests(simulation: Simulation, shown: Sequence[Shown], words: ReportWords) -> Iterator[str]:
    """Yield what the figures rest on (onderbouwing): each line with its status and source."""
    yield from _people(simulation, words)
    yield from _assumptions(simulation, words)
    yield from _policies(shown, words)
    yield from _law(shown, words)
    yield from _choices(simulation, words)


def trace_parts(simulation: Simulation, files: Sequence[str], words: ReportWords) -> Iterator[str]:
    """Yield how a figure is traced to the facts and articles it comes from (narekenen)."""
    yield paragraph(words.say("trace.text"))
    choices = "" if simulation.choices_digest is None else " --choices CHOICES"
    command = (
        f"reba simulate FACTS --policy POLICY --assumptions ASSUMPTIONS --months "
        f"{simulation.months}{choices} --trace HOUSEHOLD --month-index 0 > case.json\n"
        f"reba assess case.json{choices} --explain --lang {words.language}"
    )
    yield f"<pre><code>{command.replace('>', '&gt;')}</code></pre>"
    yield paragraph(words.say("trace.files", files=words.listed(files)))
    taken = simulation.assumptions.digest
    yield paragraph(
        words.say("trace.versions", engine=simulation.engine_version, assumptions=taken),
        "soft",
    )
