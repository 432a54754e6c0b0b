"""The house: layers, facade, error codes, glossary, and promises of import."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import reba
from reba.error_codes import CODES
from reba.errors import RebaError
from reba.facts import Scheme
from reba.savings.release import REASONS

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src" / "reba").rglob("*.py"))
_FOR_ARITHMETIC = {"__future__", "collections", "dataclasses", "fractions", "typing"}


def test_imports_go_only_downward() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_what_the_facade_shows_is_what_it_declares() -> None:
    assert reba.__all__ == sorted(reba.__all__)
    for name in reba.__all__:
        assert getattr(reba, name) is not None
    assert dir(reba) == reba.__all__
    source = (ROOT / "src" / "reba" / "__init__.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 80
    typed = {
        alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("reba.")
        for alias in node.names
    }
    assert typed == set(reba.__all__)
    with pytest.raises(AttributeError):
        _ = reba.nothing_of_the_kind


def test_every_module_declares_what_it_shows() -> None:
    for _, name, _ in pkgutil.walk_packages(reba.__path__, "reba."):
        if name == "reba.__main__":
            continue
        module = importlib.import_module(name)
        for each in getattr(module, "__all__", ()):
            assert hasattr(module, each), (name, each)


def test_only_the_base_brings_few_packages() -> None:
    code = (
        "import sys, reba; "
        "print({m.split('.')[0] for m in sys.modules} & "
        "{'typer', 'rich', 'hypothesis', 'pytest', 'babel', 'numpy', 'psycopg'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.stdout.strip() == "set()"


def _raised_codes() -> set[str]:
    found: set[str] = set()
    for path in SOURCES:
        if path.name.endswith("error_codes.py"):
            continue  # the tables themselves raise nothing
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found | {f"release.{reason}" for reason in REASONS}


def test_every_error_code_is_used_documented_and_of_a_family() -> None:
    used = _raised_codes()
    families = {cls.family for cls in RebaError.__subclasses__()}
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([a-z_.]+)` \|", page, flags=re.MULTILINE)
    assert documented == list(CODES)
    for code, entry in CODES.items():
        assert code.partition(".")[0] + "." in families
        assert entry.says.endswith((".", "{first}"))
        assert code in used


def test_files_and_functions_stay_short() -> None:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 400, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and not path.match("cli/*"):
                assert (node.end_lineno or 0) - node.lineno <= 70, (path, node.name)


def test_no_float_and_no_clock_in_the_core() -> None:
    shell = {
        "audit_workers.py", "clock.py", "ledger.py", "outputs.py", "release_desk.py", "shell.py",
        "workers.py",
    }  # fmt: skip
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        floats = [
            n for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) is float
        ]
        assert not floats, path
        if path.name in shell or {"cli", "stores", "testing"} & set(path.parts):
            continue
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        assert not names & {"time", "random", "secrets", "datetime"}, path


def test_the_glossary_has_each_public_domain_name_once() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+)`", page, flags=re.MULTILINE)
    assert len(rows) == len(set(rows))
    amounts = {
        name.removesuffix("_cents")
        for cls in (reba.Assessment, reba.AccountState, reba.Reserve)
        for name in (getattr(cls, "__annotations__", {}) or {})
        if name.endswith("_cents")
    }
    verbs = {
        name
        for name in reba.__all__
        if name.islower() and not name.startswith(("_", "load", "open"))
    }
    missing = (amounts | verbs) - set(rows)
    assert not missing


def test_no_scheme_is_named_outside_the_law_and_the_facts() -> None:
    """What comes after the amount is the same for every scheme: there is no branch on it."""
    schemes = set(get_args(Scheme))
    assert schemes == {"reba-2008", "rooo"}
    named = {
        str(path.relative_to(ROOT / "src" / "reba"))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in schemes
    }
    outside = {name for name in named if not name.startswith(("law/", "fact"))}
    # A template of facts, and made facts for tests, must name one; neither branches on it. The
    # oracle is the law a second time.
    second = "testing/oracle/__init__.py"
    assert outside == {"cli/assessing.py", "testing/machine_cases.py", second}


def test_the_oracle_imports_nothing_of_ours() -> None:
    """Its worth is that it was written apart: what it shares with the engine it cannot check."""
    own = "reba.testing.oracle"
    files = [path for path in SOURCES if "oracle" in path.parts]
    assert len(files) == 5
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not node.level
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                assert f"{name}.".startswith(f"{own}.") or name.split(".")[0] in _FOR_ARITHMETIC, (
                    path, name,
                )  # fmt: skip
    code = f"import sys, {own}; print(sorted(m for m in sys.modules if m.startswith('reba.')))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    loaded = set(ast.literal_eval(done.stdout))
    assert own in loaded
    assert {name for name in loaded if not name.startswith(own)} == {"reba.testing"}
