"""Pages as PDF: the same words and amounts, kept together, the same bytes, and nothing fetched."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from pypdf import PdfReader
from typer.main import get_command

from reba import RebaError, audit, open_ledger
from reba.cli import pages
from reba.cli.app import app
from reba.errors import PageError
from reba.ledger.findings import AuditReport, Finding
from reba.statements import pdf
from reba.statements.audit_page import Audited, audit_page
from reba.statements.blocks import Column, Figure, Figures, Page, Section, Table
from reba.statements.month_decision import find_month_decision, month_decision_page
from reba.statements.movements import ledger_figures
from reba.statements.page import statement_html
from reba.statements.pdf import require_renderer, statement_pdf
from reba.statements.release_decision import find_release_decision, release_decision_page
from reba.statements.statement import make_statement
from reba.statements.words import Language
from unit.test_office import POLICY, Office, opened_office, small_policy
from unit.test_statement import _cents_in

# The renderer leaves the file with its colour profile for the interpreter to close.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*sRGB2014[.]icc:pytest.PytestUnraisableExceptionWarning"
)
ROOT: Final = Path(__file__).parents[2]
EARLY: Final = small_policy(("valid_from = 2015-01-01", "valid_from = 2012-01-01"))
PAGES: Final[tuple[tuple[str, Language], ...]] = (
    ("statement", "nl"), ("month", "nl"), ("release", "en"), ("audit", "en"),
)  # fmt: skip


def _why_not() -> str | None:
    try:
        require_renderer()
    except PageError as error:
        return str(error)
    return None


WHY_NOT: Final = _why_not()
renders = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """Open an office where a household saved for 15 months, and had a part of a release."""
    with opened_office() as opened:
        opened.today("2015-12-31")
        for number in range(15):
            month = f"{2014 + number // 12}-{number % 12 + 1:02d}"
            opened.save(10000 + number, month=month, policy=EARLY)
        opened.end(on="2015-12-01")
        opened.approve(opened.ask("furnishing", 15000), amount_cents=12000)
        yield opened


def _page(office: Office, kind: str, language: Language) -> Page:
    ledger = office.ledger
    state, entries = ledger.account("H-1"), ledger.history("H-1")
    if kind == "statement":
        options = ledger.release_options("H-1", policy=POLICY)
        return make_statement(state, options, POLICY, language)
    if kind == "month":
        decision = find_month_decision(state, entries, "2014-12", ledger.documents)
        return month_decision_page(decision, language)
    if kind == "release":
        release = find_release_decision(
            state, entries, state.releases[0].release, ledger.documents.policy
        )
        return release_decision_page(release, language)
    report = audit(ledger)
    found = Finding("entry.body", "error", "H-1", 3, "", "a" * 64, "b" * 64)
    report = AuditReport((found,) * 14, report.checked)
    figures = ledger_figures([state])
    return audit_page(Audited("reba-ledger/x", ledger.today(), report, figures, True), language)


Written: TypeAlias = Callable[[str, Language], tuple[Page, bytes]]


@pytest.fixture(scope="module")
def written(office: Office) -> Written:
    """Write each page once."""

    @cache
    def write(kind: str, language: Language) -> tuple[Page, bytes]:
        page = _page(office, kind, language)
        return page, statement_pdf(page)

    return write


def _texts(data: bytes) -> list[str]:
    pages = PdfReader(io.BytesIO(data)).pages
    # A font has one glyph for both spaces: which of them it was cannot be read back.
    return [page.extract_text().replace("€ ", "€\N{NO-BREAK SPACE}") for page in pages]


@renders
@pytest.mark.invariant("X1")
@pytest.mark.parametrize(("kind", "language"), PAGES)
def test_a_pdf_holds_each_amount_as_text(written: Written, kind: str, language: Language) -> None:
    page, data = written(kind, language)
    texts = _texts(data)
    assert len(texts) > 1
    html = re.sub(r"<svg.*?</svg>", "", statement_html(page), flags=re.DOTALL)
    whole = re.sub(r"^€\s?\d{1,3}([.,]\d{3})*$", "", "\n".join(texts), flags=re.MULTILINE)
    assert _cents_in(html, language) == _cents_in(whole, language)  # but for the axes
    for number, text in enumerate(texts, start=1):  # the foot of each page
        assert re.search(rf"\b{number} / {len(texts)}\b", text)
        assert page.title.split()[-1] in text


@renders
@pytest.mark.parametrize("rows", [12, 26])
def test_a_row_is_never_torn_and_the_head_of_a_table_is_repeated(rows: int) -> None:
    said = [" ".join(f"row{row}word{word}" for word in range(30)) for row in range(rows)]
    table = Table(
        "Caption", (Column("Headone"), Column("Headtwo"), Column("Amount", amount=True)),
        tuple((f"Name{row}", text, "€1.00") for row, text in enumerate(said)),
    )  # fmt: skip
    page = Page(
        language="en", title="Title", intro="Intro", sections=(Section("Part", (table,)),),
        footer=(),
    )  # fmt: skip
    texts = _texts(statement_pdf(page))
    assert len(texts) > 1
    for text in texts:
        assert ("Headone" in text) == ("Headtwo" in text) == ("Name" in text)
    for row, cell in enumerate(said):
        words = {f"Name{row}", *cell.split()}
        assert any(words <= set(text.split()) for text in texts), row
    captions = [text for text in texts if "Caption" in text]
    assert len(captions) == 1
    assert "Name0" in captions[0]


@renders
@pytest.mark.parametrize(("language", "is_left"), [("nl", False), ("ar", True)])
def test_the_number_of_a_page_stands_where_a_line_ends(language: str, *, is_left: bool) -> None:
    amounts = Figures((Figure("Saldo", "", "123", "Wat er is."),))
    page = Page(
        language=language, title="Title", intro="", sections=(Section("Part", (amounts,)),),
        footer=(),
    )  # fmt: skip
    (only,) = PdfReader(io.BytesIO(statement_pdf(page))).pages
    places: dict[str, int] = {}

    def note(text: str, matrix: Any, line: Any, *_: object) -> None:
        places.setdefault(text.strip(), round(line[4] * matrix[0] + matrix[4]))

    only.extract_text(visitor_text=note)
    middle = round(only.mediabox.width / 2)
    for text in ("1 / 1", "123"):
        assert (places[text] < middle) == is_left, places
    assert (places["Saldo"] > middle) == is_left


@renders
def test_the_same_page_gives_the_same_bytes(written: Written, tmp_path: Path) -> None:
    page, once = written("release", "nl")
    assert once == statement_pdf(page)
    program = (
        "import sys; from pathlib import Path; from reba.statements import pdf; "
        "html = Path('page.html').read_text('utf-8'); pdf.statement_html = lambda page: html; "
        "page = type('P', (), {'language': 'nl'}); "
        "sys.stdout.buffer.write(pdf.statement_pdf(page))"
    )
    (tmp_path / "page.html").write_text(statement_html(page), encoding="utf-8")
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=True,
        env=environment,
    )  # fmt: skip
    assert done.stdout == once
    assert written("release", "en")[1] != once


@renders
@pytest.mark.parametrize(
    ("kind", "language", "figures"), [("release", "nl", 0), ("audit", "en", 2)]
)
def test_it_says_what_it_is(written: Written, kind: str, language: Language, figures: int) -> None:
    page, data = written(kind, language)
    reader = PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert reader.metadata.title == page.title
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    described = root["/Metadata"].get_data().decode()
    assert 'pdfaid:part="2"' in described
    assert 'pdfaid:conformance="U"' in described
    assert "Date" not in described
    assert not {"/CreationDate", "/ModDate"} & set(reader.metadata)
    for each in reader.pages:
        resources: Any = each["/Resources"]
        for font in resources["/Font"].values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            assert "/FontFile2" in descendant.get_object()["/FontDescriptor"]
            assert "/ToUnicode" in font.get_object()
    numbers = sorted(reader.xref_objStm)  # dictionaries are kept together, compressed
    objects: list[Any] = [reader.get_object(number) for number in numbers]
    tags = [each for each in objects if isinstance(each, dict) and "/S" in each]
    heads = [tag for tag in tags if tag["/S"] == "/TH"]
    assert {tag["/A"]["/Scope"] for tag in heads} == {"/Column", "/Row"}
    assert all("/Alt" in tag for tag in tags if tag["/S"] == "/Figure")
    items = [tag for tag in tags if tag["/S"] == "/LI"]
    assert items
    assert {item["/P"]["/S"] for item in items} == {"/L"}
    assert sum(tag["/S"] == "/Figure" for tag in tags) == figures


@renders
@pytest.mark.parametrize(
    "asked",
    [
        '<img src="http://127.0.0.1:9/a.png">', '<link rel="stylesheet" href="file:///etc/passwd">',
        '<img src="data:image/png;base64,AAAA">', "<style>@import url(https://a.example/)</style>",
    ],
)  # fmt: skip
def test_nothing_is_fetched_or_read(
    office: Office, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = statement_html(_page(office, "release", "nl")).replace("<h1>", f"{asked}<h1>")
    monkeypatch.setattr(pdf, "statement_html", lambda _: html)
    with pytest.raises(PageError) as refused:
        statement_pdf(_page(office, "release", "nl"))
    assert refused.value.code == "page.layout"
    assert "fetching" in str(refused.value)


def test_without_the_extra_it_says_what_to_install(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(RebaError) as refused:
        statement_pdf(_page(office, "release", "nl"))
    assert refused.value.code == "usage.extra"
    assert "reba-ledger[pdf]" in str(refused.value)


def _on_disk(tmp_path: Path) -> Path:
    place = tmp_path / "coa.reba"
    office = Office()
    office.ledger.close_store()
    with open_ledger(place, clock=lambda: office.now[0]) as office.ledger:
        office.save(20000)
        office.end()
        office.approve(office.ask("bridging", 10000))
    return place


def test_without_pango_the_command_says_what_to_install(tmp_path: Path) -> None:
    """A stand-in fails as WeasyPrint does: it prints, and then raises of what it cannot load."""
    place, missing = _on_disk(tmp_path), tmp_path / "missing" / "weasyprint.py"
    missing.parent.mkdir()
    missing.write_text("print('-----')\nraise OSError('cannot load library libpango')\n", "utf-8")
    path = f"{missing.parent}{os.pathsep}{ROOT / 'src'}"
    done = subprocess.run(
        [sys.executable, "-m", "reba", "statement", "H-1", "--ledger", place, "--format", "pdf"],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "200"},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "[page.library]" in done.stderr
    assert "libpango-1.0-0" in done.stderr


def test_an_audit_asks_for_the_renderer_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    report = ["--report", str(tmp_path / "report.PDF")]
    with pytest.raises(RebaError) as refused:
        get_command(app).main(
            ["audit", str(tmp_path / "none.reba"), *report], standalone_mode=False
        )
    assert refused.value.code == "usage.extra"  # and not that there is no ledger


@renders
def test_a_command_writes_a_pdf(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    place, out = _on_disk(tmp_path), tmp_path / "statement.pdf"
    give = ["statement", "H-1", "--ledger", str(place)]
    get_command(app).main([*give, "--out", str(out)], standalone_mode=False)
    assert "H-1" in _texts(out.read_bytes())[0]
    assert capfdbinary.readouterr().out == b""
    get_command(app).main([*give, "--format", "pdf"], standalone_mode=False)
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == out.read_bytes()


def test_every_command_that_writes_a_page_writes_it_as_pdf(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The renderer is a stand-in here: it takes a second for some of these pages."""
    monkeypatch.setattr(pages, "statement_pdf", lambda page: f"%PDF {page.title}".encode())
    monkeypatch.setattr(pages, "require_renderer", lambda: None)
    place, command = _on_disk(tmp_path), get_command(app)
    ledger = ["--ledger", str(place)]
    with open_ledger(place) as opened:
        (release,) = opened.account("H-1").releases
    for arguments, title in (
        (["decision", "H-1", "--month", "2015-03", *ledger, "--out"], "Besluit eigen bijdrage"),
        (["release", "decision", release.release, "--lang", "en", *ledger, "--out"], "Decision on"),
        (["audit", str(place), "--report"], "Controleverslag"),
    ):
        out = tmp_path / "page.pdf"
        command.main([*arguments, str(out)], standalone_mode=False)
        assert out.read_bytes().startswith(f"%PDF {title}".encode())
    capfdbinary.readouterr()
    table = ["thresholds", "--month", "2025-10", "--format", "pdf"]
    command.main(table, standalone_mode=False)
    sys.stdout.flush()
    assert capfdbinary.readouterr().out.startswith(b"%PDF Leefgeld")


def test_the_name_of_the_file_says_the_form_where_nothing_else_does(tmp_path: Path) -> None:
    place = _on_disk(tmp_path)
    for name, more, begins in (
        ("a.html", [], "<!DOCTYPE html>"), ("a.txt", [], "Rekeningoverzicht H-1"),
        ("b.html", ["--format", "text"], "Rekeningoverzicht H-1"),
    ):  # fmt: skip
        out = tmp_path / name
        given = ["statement", "H-1", "--ledger", str(place), "--out", str(out), *more]
        get_command(app).main(given, standalone_mode=False)
        assert out.read_text(encoding="utf-8").startswith(begins)
    given = ["statement", "H-1", "--ledger", str(place), "--out", str(tmp_path)]
    with pytest.raises(RebaError) as refused:
        get_command(app).main(given, standalone_mode=False)
    assert refused.value.code == "run.output"


@renders
def test_a_pdf_does_not_go_to_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = _on_disk(tmp_path)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(RebaError) as refused:
        get_command(app).main(
            ["statement", "H-1", "--ledger", str(place), "--format", "pdf"], standalone_mode=False
        )
    assert refused.value.code == "usage.option"
