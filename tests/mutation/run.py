"""Mutation testing: change the code a little, and see whether a test notices.

    PYTHONPATH=tests python -m mutation.run                 # every group: an hour or more
    PYTHONPATH=tests python -m mutation.run money merkle    # these alone: minutes
    PYTHONPATH=tests python -m mutation.run --write         # and write survivors.md again

Needs mutmut: pip install -e '.[mutation]'. Works on a copy of the project in `build/mutation`, and
changes nothing else. Fails where a mutant survives that `survivors.toml` does not explain, where an
explanation no longer fits, and where a group scores below 95 %.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from mutation.literals import exit_codes
from mutation.report import Key, Mutant, Outcome, summary, survivors_page

ROOT: Final = Path(__file__).parents[2]
HERE: Final = Path(__file__).parent
WORK: Final = ROOT / "build" / "mutation"
COPIED: Final = ("src", "tests", "examples", "docs", "README.md", "pyproject.toml")
SCORE_MIN: Final = 95
PROFILE: Final = "reba-mutation"
ON_IMPORT: Final = "on import"

# What pytest and the system say of a run with a mutant: https://docs.pytest.org, signal(7).
NOTICED: Final = {1, 2, 3}
TIMED_OUT: Final = {-24, 24, 36, 152, 255, -14}
"""The mutant made an endless loop, and was stopped; the page of survivors lists these too."""

_SPINNING: Final = frozenset("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
_CAST_TYPE: Final = re.compile(r"""\bcast\(\s*(?:None|"[^"]*")""")


class Group(NamedTuple):
    """Modules that are mutated together, and the tests that must notice."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


def _unit(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/unit/test_{name}.py" for name in names)


GROUPS: Final = {
    "money": Group(
        ("src/reba/money.py",),
        ("src/reba/money.py", *_unit("money", "facts")),
    ),
    "merkle": Group(
        ("src/reba/ledger/merkle.py",),
        ("src/reba/ledger/merkle.py", *_unit("merkle", "merkle_proofs")),
    ),
    "savings": Group(
        ("src/reba/savings/*.py",),
        (
            "src/reba/savings",
            *_unit("savings", "reserve", "policy_files", "policy_description"),
            *_unit("procedure", "procedure_state", "release_rules", "release_options"),
        ),
    ),
    "law": Group(
        ("src/reba/law/*.py",),
        (
            "src/reba/law",
            "tests/cases",
            "tests/traces",
            "tests/golden/test_golden.py",
            *_unit("parameters", "parameter_faults", "law_sets", "law_overlays"),
            *_unit("choices", "choices_faults", "rooo", "assessment_record"),
            *_unit("reba2008_before_2011", "reba2008_month", "reba2008_steps", "file_encoding"),
            "tests/property/test_reba2008.py",
            "tests/property/test_reba2008_dates.py",
            "tests/property/test_rooo.py",
        ),
    ),
}


def _list(values: tuple[str, ...]) -> str:
    return "".join(f"\n    {value}" for value in values)


PYTEST: Final = (
    "-p", "no:cacheprovider", "-p", "mutation.plugin", f"--hypothesis-profile={PROFILE}",
    "--assert=plain",  # nobody reads why a mutant failed, and rewriting takes most of the time
)  # fmt: skip


def _copy(name: str) -> Path:
    """Copy the project."""
    work = WORK / name
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for each in COPIED:
        source = ROOT / each
        if source.is_dir():
            shutil.copytree(source, work / each, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, work / each)
    return work


def _configure(work: Path, group: Group) -> None:
    """Write what mutmut reads."""
    options = {
        "source_paths": ("src",),
        "only_mutate": group.modules,
        "pytest_add_cli_args_test_selection": group.tests,
        "pytest_add_cli_args": PYTEST,
        "also_copy": ("examples", "docs", "README.md"),
    }
    text = "\n".join(f"{key} ={_list(values)}" for key, values in options.items())
    simple = "use_git_change_detection = false\ntimeout_multiplier = 4.0\ntimeout_constant = 2.0\n"
    (work / "setup.cfg").write_text(f"[mutmut]\n{text}\n{simple}", encoding="utf-8")


def _mutmut(work: Path, *arguments: str) -> str:
    """Run mutmut in a copy; the plugin must be importable before mutmut copies the tests."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [Path(sys.executable).with_name("mutmut"), *arguments],
        cwd=work, capture_output=True, text=True, check=False,
        env={**kept, "PYTHONPATH": str(work / "tests"), "PYTHONHASHSEED": "0"},
    )  # fmt: skip
    if done.returncode != 0:
        said = [line for line in done.stdout.splitlines() if line[:1] not in _SPINNING]
        sys.exit("\n".join([f"mutmut {arguments[0]} failed", *said[-60:], done.stderr]))
    return done.stdout


def _exit_codes(work: Path) -> dict[str, dict[str, int | None]]:
    """Return the exit code of pytest for every mutant, by file and by name."""
    folder = work / "mutants"
    return {
        str(path.relative_to(folder)).removesuffix(".meta"): json.loads(
            path.read_text(encoding="utf-8")
        )["exit_code_by_key"]
        for path in sorted(folder.rglob("*.py.meta"))
    }


def _first_line(file: str, function: str) -> int:
    """Return the line on which a function starts, named as `Class.method` or `function`."""
    body, line = ast.parse((ROOT / file).read_text(encoding="utf-8")).body, 0
    for name in function.split("."):
        found = next(n for n in body if getattr(n, "name", None) == name)
        assert isinstance(found, ast.ClassDef | ast.FunctionDef)
        body, line = found.body, found.lineno
    return line


def _mutant(work: Path, file: str, name: str) -> Mutant:
    """Ask mutmut for the difference that a mutant makes, and find its line in our source."""
    mangled = name.rpartition(".")[2].partition("__mutmut_")[0]
    function = ".".join(mangled.removeprefix("xǁ").removeprefix("x_").split("ǁ"))
    shown = _mutmut(work, "show", name).splitlines()
    header, *lines = shown[next(n for n, line in enumerate(shown) if line.startswith("@@")) :]
    place = re.match(r"@@ -(\d+)", header)
    assert place is not None
    before = next(n for n, line in enumerate(lines) if line.startswith("-"))
    old, new = (
        "\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    line = _first_line(file, function) + int(place[1]) - 1 + before
    return Mutant(Key(file, function, old, new), line)


def _is_code(mutant: Mutant) -> bool:
    """Whether the change is in what runs: the type named in a `cast` is read by type checkers."""
    old, new = (_CAST_TYPE.sub("cast(", text) for text in (mutant.key.old, mutant.key.new))
    return old != new


def _in_functions(name: str, group: Group, processes: int) -> Iterator[tuple[Mutant, int | None]]:
    """Let mutmut change what stands in functions; give the mutants that no test noticed at once."""
    work = _copy(name)
    _configure(work, group)
    children = "--max-children", str(processes)
    _mutmut(work, "run", *children)
    codes = _exit_codes(work)
    stopped = [
        named for of_file in codes.values() for named, code in of_file.items() if code in TIMED_OUT
    ]
    if stopped:  # a busy machine stops tests that only need more time
        _mutmut(work, "run", *children, *stopped)
        codes = _exit_codes(work)
    for file, of_file in codes.items():
        for named, code in of_file.items():
            if code in NOTICED:
                yield Mutant(Key(file, "", "", ""), 0), code
            else:
                yield _mutant(work, file, named), code


def _on_import(name: str, group: Group, processes: int) -> Iterator[tuple[Mutant, int | None]]:
    """Change what runs on import, and decorated functions, which mutmut leaves alone."""
    copies = [_copy(f"{name}-on-import-{number}") for number in range(processes)]
    files = sorted(
        str(path.relative_to(ROOT)) for pattern in group.modules for path in ROOT.glob(pattern)
    )
    for file, change, code in exit_codes(copies, files, [*PYTEST, *group.tests]):
        line = (ROOT / file).read_text(encoding="utf-8").splitlines()[change.line - 1].strip()
        key = Key(file, ON_IMPORT, line, f"{change.old} becomes {change.new}")
        yield Mutant(key, change.line), code


def _measure(name: str, group: Group, processes: int) -> Outcome:
    counts: dict[str, Counter[str]] = {}
    survivors: list[Mutant] = []
    endless: list[Mutant] = []
    for parts in (_in_functions, _on_import):
        for mutant, code in parts(name, group, processes):
            count = counts.setdefault(mutant.key.file, Counter())
            if code in NOTICED:
                count["noticed"] += 1
            elif code in TIMED_OUT:
                count["timed out"] += 1
                endless.append(mutant)
            elif _is_code(mutant):
                count["survived"] += 1
                survivors.append(mutant)
            else:
                count["not code"] += 1
    return Outcome(name, counts, tuple(survivors), tuple(endless))


def _explanations() -> dict[Key, str]:
    found = tomllib.loads((HERE / "survivors.toml").read_text(encoding="utf-8"))
    return {
        Key(each["file"], each["function"], change[0], change[1]): each["why"]
        for each in found.get("survivor", [])
        for change in each["changes"]
    }


def _complaints(outcomes: list[Outcome], why: dict[Key, str]) -> list[str]:
    found = {mutant.key for outcome in outcomes for mutant in outcome.survivors}
    measured = {file for outcome in outcomes for file in outcome.counts}
    titled = {
        "not explained": found - set(why),
        "explained, and yet noticed": {key for key in why if key.file in measured} - found,
    }
    said = [
        f"{title}: {key.file} {key.function}\n  - {key.old}\n  + {key.new}"
        for title, keys in titled.items()
        for key in sorted(keys)
    ]
    low = [outcome.name for outcome in outcomes if outcome.score < SCORE_MIN]
    return said + [f"{name}: below {SCORE_MIN} %" for name in low]


def main() -> int:
    """Measure the groups, print the table, and say what is not explained."""
    parser = argparse.ArgumentParser(prog="python -m mutation.run")
    parser.add_argument("groups", nargs="*", metavar="group", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write survivors.md again")
    asked = parser.parse_args()
    if unknown := set(asked.groups) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    names = asked.groups or list(GROUPS)
    outcomes = [_measure(name, GROUPS[name], asked.processes) for name in names]
    why = _explanations()
    complaints = _complaints(outcomes, why)
    sys.stdout.write("\n".join([*summary(outcomes), *complaints, ""]))
    if asked.write:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        ).stdout.strip()  # fmt: skip
        measured = f"Measured on {datetime.now(UTC).date()}, commit {commit or 'unknown'}."
        page = survivors_page(outcomes, why, measured)
        (HERE / "survivors.md").write_text(page, encoding="utf-8")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
