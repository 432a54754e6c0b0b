"""What a mutation run found, as values, as a table for the screen, and as the page of survivors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

__all__ = ["Key", "Mutant", "Outcome", "summary", "survivors_page"]


class Key(NamedTuple):
    """A mutant by what it changes, since lines move and a change stays the same change."""

    file: str
    function: str
    old: str
    new: str


class Mutant(NamedTuple):
    """A mutant, and the line on which it stands."""

    key: Key
    line: int


class Outcome(NamedTuple):
    """What a group of modules came to: counts by file, who survived, and who ran without end."""

    name: str
    counts: Mapping[str, Counter[str]]
    survivors: tuple[Mutant, ...]
    endless: tuple[Mutant, ...]

    @property
    def total(self) -> Counter[str]:
        """The counts of all files together."""
        nothing: Counter[str] = Counter()
        return sum(self.counts.values(), nothing)

    @property
    def score(self) -> float:
        """The share of mutants that a test noticed, in per cent; equivalent ones count against."""
        return score_of(self.total)


def mutants_in(count: Counter[str]) -> int:
    """Return how many mutants count: those that change what runs."""
    return count["noticed"] + count["timed out"] + count["survived"]


def score_of(count: Counter[str]) -> float:
    """Return the share of mutants that were noticed, in per cent, rounded down to a tenth."""
    noticed, all_of_them = count["noticed"] + count["timed out"], mutants_in(count)
    return (1000 * noticed // all_of_them) / 10 if all_of_them else 100.0


def _cells(name: str, count: Counter[str]) -> list[str]:
    numbers = [mutants_in(count), count["noticed"], count["timed out"], count["survived"]]
    return [name, *map(str, numbers), f"{score_of(count):.1f} %", str(count["not code"])]


HEADING = ["module", "mutants", "noticed", "timed out", "survived", "score", "not code"]


def _rows(outcomes: Iterable[Outcome]) -> list[list[str]]:
    rows = [HEADING]
    for outcome in outcomes:
        files = {file: count for file, count in outcome.counts.items() if count}
        for file, count in files.items():
            rows.append(_cells(file.removeprefix("src/reba/"), count))
        if len(files) > 1:
            rows.append(_cells(f"{outcome.name} together", outcome.total))
    return rows


def summary(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the lines of a table for the screen."""
    rows = _rows(outcomes)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _table(outcomes: Iterable[Outcome]) -> list[str]:
    heading, *rows = _rows(outcomes)
    lines = [heading, ["---", *["---:"] * (len(heading) - 1)], *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _change(mutant: Mutant) -> list[str]:
    key = mutant.key
    return [
        f"Line {mutant.line}, `{key.function}`:",
        "",
        "```diff",
        *(f"- {line}" for line in key.old.splitlines()),
        *(f"+ {line}" for line in key.new.splitlines()),
        "```",
        "",
    ]


def _by_place(mutants: Iterable[Mutant]) -> list[Mutant]:
    return sorted(mutants, key=lambda each: (each.key.file, each.line, each.key.new))


def survivors_page(outcomes: Sequence[Outcome], why: Mapping[Key, str], measured: str) -> str:
    """Write the page of survivors: the table, then each survivor with the reason.

    Args:
        outcomes: what was measured.
        why: the explanations of `survivors.toml`.
        measured: when, and on what.
    """
    lines = [
        "# Mutants that no test notices",
        "",
        "Written by `PYTHONPATH=tests python -m mutation.run --write`; the reasons stand in",
        "`survivors.toml`, and `tests/README.md` says how mutants are counted.",
        measured,
        "",
        *_table(outcomes),
    ]
    place = ""
    for mutant in _by_place(each for outcome in outcomes for each in outcome.survivors):
        if mutant.key.file != place:
            place = mutant.key.file
            lines += ["", f"## `{place}`"]
        lines += ["", *_change(mutant), why.get(mutant.key, "**Not explained.**").strip()]
    lines += ["", "## Stopped after their time", "", "A loop without an end: a test runs into it."]
    for mutant in _by_place(each for outcome in outcomes for each in outcome.endless):
        changed = mutant.key.new.replace("\n", " ")
        lines.append(f"- `{mutant.key.file}`, line {mutant.line}: `{changed}`")
    return "\n".join(lines) + "\n"
