"""The means of mutation testing, on modules of a few lines; the command itself takes an hour."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from mutation.literals import changes, mutant
from mutation.report import Key, Mutant, Outcome, summary, survivors_page

ROOT = Path(__file__).parents[2]
SOURCE = '''
"""A module."""
from functools import lru_cache
__all__ = ["rate"]
LIMIT: int = 3
KINDS = {"gift": True}
Unit: TypeAlias = Literal["EUR"]

class Part(NamedTuple):
    """A part."""
    cents: int = 0

    @property
    def size(self) -> int:
        """The size."""
        return self.cents + 1 if self.cents > 2 and LIMIT else 0

    def plain(self) -> int:
        return 7

@lru_cache(maxsize=1)
def rate() -> str:
    return cast("str", f"{LIMIT} x" + "y")
'''


def test_what_runs_on_import_is_changed_and_what_mutmut_sees_is_not() -> None:
    found = [(change.line, change.old, change.new) for change in changes(ast.parse(SOURCE))]
    assert sorted(found) == [
        (5, "3", "4"),
        (6, "'gift'", "'XXgiftXX'"),
        (6, "True", "False"),
        (11, "0", "1"),
        (16, "0", "1"),
        (16, "1", "2"),
        (16, "2", "3"),
        (16, "self.cents + 1", "self.cents - 1"),
        (16, "self.cents > 2", "self.cents >= 2"),
        (16, "self.cents > 2 and LIMIT", "self.cents > 2 or LIMIT"),
        (23, "'y'", "'XXyXX'"),
        (23, "f'{LIMIT} x' + 'y'", "f'{LIMIT} x' - 'y'"),
    ]


def test_every_mutant_is_another_module() -> None:
    written = ast.unparse(ast.parse(SOURCE))
    mutants = [mutant(SOURCE, number) for number, _ in enumerate(changes(ast.parse(SOURCE)))]
    assert len({written, *mutants}) == 1 + len(mutants)


def _outcome() -> Outcome:
    key = Key("src/reba/money.py", "half_up", "return 1", "return 2")
    counts = {"src/reba/money.py": Counter({"noticed": 18, "timed out": 1, "survived": 1})}
    return Outcome("money", counts, (Mutant(key, 12),), ())


def test_a_survivor_counts_against_the_score_and_stands_on_the_page_with_its_reason() -> None:
    outcome = _outcome()
    assert outcome.score == 95.0
    assert summary([outcome])[1].split() == ["money.py", "20", "18", "1", "1", "95.0", "%", "0"]
    (survivor,) = outcome.survivors
    page = survivors_page([outcome], {survivor.key: "It is the same."}, "Measured today.")
    assert "Line 12, `half_up`:\n\n```diff\n- return 1\n+ return 2\n```\n\nIt is the same." in page
    assert "**Not explained.**" in survivors_page([outcome], {}, "Measured today.")


def test_every_explained_survivor_still_stands_in_the_source() -> None:
    explained = tomllib.loads((ROOT / "tests/mutation/survivors.toml").read_text("utf-8"))
    assert explained["survivor"]
    for each in explained["survivor"]:
        lines = {line.strip() for line in (ROOT / each["file"]).read_text("utf-8").splitlines()}
        assert each["why"].strip()
        for old, new in each["changes"]:
            assert old != new
            assert set(old.splitlines()) <= lines, (each["file"], old)


@pytest.mark.parametrize("name", ["plugin", "run", "report", "literals"])
def test_the_command_is_kept_out_of_the_ordinary_run(name: str) -> None:
    text = (ROOT / "tests" / "mutation" / f"{name}.py").read_text("utf-8")
    assert "\ndef test_" not in text
