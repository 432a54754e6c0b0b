"""The profiles of Hypothesis that we register, and that none is loaded by importing them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.errors import InvalidArgument

from reba.testing import profiles

ROOT = Path(__file__).parents[2]
ALWAYS = [name for name in profiles.NAMES if name != "reba-crosshair"]


@pytest.fixture(autouse=True)
def _keeps_the_profile() -> Iterator[None]:
    before = settings.get_current_profile_name()
    yield
    settings.load_profile(before)


def test_every_profile_has_its_examples_and_no_deadline() -> None:
    registered = profiles.register()
    assert list(registered[:4]) == ALWAYS
    found = {name: settings.get_profile(name) for name in ALWAYS}
    examples = {"reba-dev": 50, "reba-ci": 100, "reba-nightly": 5000, "reba-audit": 20_000}
    assert {name: each.max_examples for name, each in found.items()} == examples
    assert {each.deadline for each in found.values()} == {None}


def test_a_build_draws_the_same_examples_each_time_and_prints_the_blob() -> None:
    profiles.register()
    build, theirs = settings.get_profile("reba-ci"), settings.get_profile("ci")
    assert (build.derandomize, build.database, build.print_blob) == (True, None, True)
    assert build.suppress_health_check == theirs.suppress_health_check == (HealthCheck.too_slow,)


def test_a_night_and_an_audit_keep_what_failed_and_print_the_blob() -> None:
    profiles.register()
    for name in ("reba-nightly", "reba-audit"):
        found = settings.get_profile(name)
        assert (found.derandomize, found.print_blob) == (False, True)
        assert found.database == settings.get_profile("default").database


def test_crosshair_is_registered_where_it_is_installed_and_only_there() -> None:
    registered = profiles.register()
    try:
        settings(backend="crosshair")
    except InvalidArgument:
        assert "reba-crosshair" not in registered
    else:
        assert settings.get_profile("reba-crosshair").backend == "crosshair"


def test_registering_again_changes_nothing_and_loads_nothing() -> None:
    current = settings.get_current_profile_name()
    assert profiles.register() == profiles.register()
    assert settings.get_current_profile_name() == current


def test_importing_registers_nothing() -> None:
    code = (
        "import hypothesis\n"
        "before = hypothesis.settings.get_current_profile_name()\n"
        "import reba.testing.profiles, reba.testing.strategies\n"
        "assert hypothesis.settings.get_current_profile_name() == before\n"
        "try:\n"
        "    hypothesis.settings.get_profile('reba-dev')\n"
        "except hypothesis.errors.InvalidArgument:\n"
        "    print('none')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.stdout.strip() == "none"


def test_the_options_of_a_run_name_its_profile_its_seed_and_its_statistics() -> None:
    assert profiles.pytest_options("reba-nightly", seed=7) == (
        "--hypothesis-profile=reba-nightly",
        "--hypothesis-show-statistics",
        "--hypothesis-seed=7",
    )


@pytest.mark.parametrize(("profile", "seed"), [("nightly", 1), ("reba-audit", -1)])
def test_options_that_cannot_be_are_refused(profile: str, seed: int) -> None:
    with pytest.raises(InvalidArgument):
        profiles.pytest_options(profile, seed=seed)


def test_a_run_with_those_options_shows_its_statistics_and_takes_the_seed(tmp_path: Path) -> None:
    test = tmp_path / "test_made.py"
    test.write_text(
        "from hypothesis import given, settings\n"
        "from reba.testing import profiles, strategies\n"
        "@settings(max_examples=5)\n"
        "@given(strategies.cents())\n"
        "def test_it(amount): assert amount >= 0\n"
    )
    (tmp_path / "conftest.py").write_text(
        "from reba.testing import profiles\nprofiles.register()\n"
    )
    options = profiles.pytest_options(seed=20150301)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, str(test)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "Hypothesis Statistics" in done.stdout
    assert "Stopped because settings.max_examples=5" in done.stdout
