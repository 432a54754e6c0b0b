"""Documents run: README and docs code blocks, the demo transcript, generated pages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = {
    str(page.relative_to(ROOT)): found
    for page in PAGES
    if (found := _BLOCK.findall(page.read_text(encoding="utf-8")))
}


@pytest.mark.parametrize("page", BLOCKS)
def test_the_python_blocks_of_a_page_run_in_order(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    names: dict[str, object] = {"__name__": "__main__"}
    for block in BLOCKS[page]:
        exec(compile(block, page, "exec"), names)  # noqa: S102 (our own documents)


def test_the_demo_prints_what_the_readme_shows() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "reba", "demo"],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.split("<!-- demo -->\n```\n")[1].split("```\n<!-- /demo -->")[0]

    def steady(text: str) -> str:  # salts are random, and so are digests of bodies
        return re.sub(r"[0-9a-f]{64}", "…", text).strip()

    printed = steady(done.stdout)
    parts = [part.strip() for part in steady(shown).split("[...]")]  # where it leaves lines out
    assert len(parts) == 2
    assert printed.startswith(parts[0])
    assert printed.endswith(parts[1])


def test_generated_pages_are_up_to_date() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from generate import PAGES as GENERATED
    finally:
        sys.path.pop(0)
    for name, write in GENERATED.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == write(), name


def test_links_between_documents_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page, target)


def test_paths_named_in_documents_exist() -> None:
    for page in PAGES:
        for target in re.findall(
            r"`((?:docs|examples|tests|src)/[\w./-]+)`", page.read_text("utf-8")
        ):
            assert (ROOT / target).exists(), (page, target)
