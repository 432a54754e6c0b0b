"""Hypothesis profiles: `--hypothesis-profile=reba-nightly` for many more examples."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("reba-dev", max_examples=100, deadline=None)
settings.register_profile(
    "reba-ci",
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is no finding
)
settings.register_profile("reba-nightly", max_examples=5000, deadline=None)
settings.load_profile("reba-ci" if os.environ.get("CI") else "reba-dev")
