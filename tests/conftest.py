"""Hypothesis profiles: `--hypothesis-profile=reba-nightly` for many more examples."""

from __future__ import annotations

import os

from hypothesis import settings

from reba.testing import profiles

profiles.register()
settings.load_profile("reba-ci" if os.environ.get("CI") else "reba-dev")
