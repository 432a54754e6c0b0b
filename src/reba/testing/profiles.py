"""Profiles of Hypothesis for those who test with us: `register()`, and then choose one by name.

| Profile | Examples | For |
|---|---:|---|
| `reba-dev` | 50 | every day |
| `reba-ci` | 100 | a build: the same each time, no deadline, no database, prints the blob |
| `reba-nightly` | 5,000 | a night; the database is kept, so that a failure comes back |
| `reba-audit` | 20,000 | evidence: see `pytest_options`, which adds the statistics and the seed |
| `reba-crosshair` | 1,000 | solving in place of guessing, for pure functions of whole numbers |

Nothing is registered or loaded by importing this module.
"""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, settings
from hypothesis.errors import InvalidArgument

__all__ = ["NAMES", "SEED_MAX", "pytest_options", "register"]

NAMES: Final = ("reba-dev", "reba-ci", "reba-nightly", "reba-audit", "reba-crosshair")
SEED_MAX: Final = 2**63 - 1

_BUSY: Final = (HealthCheck.too_slow,)  # a busy machine is no finding


def _with_crosshair() -> settings | None:
    """Return settings that solve, or None where the backend is not installed."""
    try:
        return settings(
            settings.get_profile("default"),
            max_examples=1000,
            deadline=None,
            backend="crosshair",
            suppress_health_check=_BUSY,
        )
    except InvalidArgument:
        return None


def register() -> tuple[str, ...]:
    """Register our profiles with Hypothesis, and return their names; none is loaded.

    `reba-crosshair` is left out where hypothesis-crosshair is not installed.

    >>> register()[:4]
    ('reba-dev', 'reba-ci', 'reba-nightly', 'reba-audit')
    >>> settings.get_profile("reba-audit").max_examples
    20000
    """
    plain = settings.get_profile("default")  # and not what Hypothesis chooses in a build
    found: dict[str, settings | None] = {
        "reba-dev": settings(plain, max_examples=50, deadline=None),
        "reba-ci": settings(settings.get_profile("ci"), max_examples=100),
        "reba-nightly": settings(
            plain, max_examples=5000, deadline=None, print_blob=True, suppress_health_check=_BUSY
        ),
        "reba-audit": settings(
            plain, max_examples=20_000, deadline=None, print_blob=True, suppress_health_check=_BUSY
        ),
        "reba-crosshair": _with_crosshair(),
    }
    for name, profile in found.items():
        if profile is not None:
            settings.register_profile(name, profile)
    return tuple(name for name, profile in found.items() if profile is not None)


def pytest_options(profile: str = "reba-audit", *, seed: int) -> tuple[str, ...]:
    """Return the options of pytest under which a run can be repeated, and shows its statistics.

    Statistics and seed are options of Hypothesis's pytest plugin; no profile can set them. Given on
    the command line they stand in the evidence, and the same seed draws the same examples from the
    same version of Hypothesis, where its database holds none from before.

    Args:
        profile: the name of a profile; the tests must have registered it.
        seed: chosen and written down before the run.

    >>> pytest_options(seed=20150301)[1:]
    ('--hypothesis-show-statistics', '--hypothesis-seed=20150301')
    """
    if profile not in NAMES:
        msg = f"profile={profile!r} must be one of {', '.join(NAMES)}"
        raise InvalidArgument(msg)
    if type(seed) is not int or not 0 <= seed <= SEED_MAX:
        msg = f"seed={seed!r} must be a whole number from 0 to {SEED_MAX}"
        raise InvalidArgument(msg)
    return (
        f"--hypothesis-profile={profile}",
        "--hypothesis-show-statistics",
        f"--hypothesis-seed={seed}",
    )
