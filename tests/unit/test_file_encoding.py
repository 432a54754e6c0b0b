"""Files are UTF-8 on every machine, whatever its locale says (A15), and of a bounded size."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import reba
from reba import RebaError
from reba.exports.mapping import load_mapping

OVERLAY = """
instrument = "BWBR0024733"
title = "Officiële bedragen"
[parameter."reba.housing_second_member"]
title_nl = "-"
title_en = "-"
unit = "EUR/week"
[[parameter."reba.housing_second_member".value]]
is = "30.00"
valid_from = 2016-01-01
url = "https://example.org/brief"
note = "€ 30, zoals meegedeeld"
"""
READ = """
import sys
from datetime import date
from reba import load_law
print(ascii(load_law(sys.argv[1]).value("reba.housing_second_member", date(2016, 1, 1)).note))
"""


@pytest.mark.invariant("A15")
def test_an_overlay_is_read_as_utf_8_where_the_locale_knows_ascii_alone(tmp_path: Path) -> None:
    path = tmp_path / "overlay.toml"
    path.write_text(OVERLAY, encoding="utf-8")
    here = str(Path(reba.__file__).parents[1])
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=False,
        env={**os.environ, **ascii_only, "PYTHONPATH": here},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == ascii("€ 30, zoals meegedeeld")


@pytest.mark.parametrize(
    ("load", "code"),
    [
        (reba.load_policy, "policy.file"),
        (reba.load_choices, "choices.file"),
        (load_mapping, "export.mapping"),
    ],
)
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"#" * 1_000_001, "longer than 1000000 bytes"),
        (b"a = " + b"[" * 5000, "nested too deeply"),
        (b"# \xff", "utf-8"),
        (None, "No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    load: Callable[[Path], object], code: str, text: bytes | None, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "file.toml"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(RebaError) as refused:
        load(path)
    assert refused.value.code == code
    assert reason in str(refused.value)
