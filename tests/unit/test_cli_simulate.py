"""`reba simulate` as its users see it: output, files, exit status, and one sentence an error."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from reba import HouseholdMonth, Month, assess, load_law, load_policy
from reba.cli import console, simulating
from reba.cli.app import run
from reba.law.choices import load_choices
from reba.money import format_euros
from reba.simulation import report as reporting
from reba.simulation import studying
from reba.simulation.assumptions import load_assumptions
from reba.simulation.figures import figures_of
from reba.simulation.measures import WORKING, groups_of, measure
from reba.simulation.population import make_population
from reba.simulation.report_words import ReportWords
from reba.simulation.results import Simulation
from reba.simulation.simulating import simulate, variants_of

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "policy"
QUARTER, HALF, MOST = (str(EXAMPLES / f"{each}.toml") for each in ("quarter", "half", "most"))
REBA, ROOO = (str(EXAMPLES / f"assumptions-{each}.toml") for each in ("reba", "rooo"))
CHOICES = str(ROOT / "examples" / "municipal" / "choices.toml")
OVERLAY = """
instrument = "BWBR0024733"
title = "A proposal"
[parameter."reba.exemption_maximum"]
title_nl = "-"
title_en = "-"
unit = "EUR/month"
[[parameter."reba.exemption_maximum".value]]
is = "250.00"
valid_from = 2015-01-01
valid_to = 2015-12-31
url = "https://example.org/proposal"
"""


class Done(NamedTuple):
    """What a command gave."""

    status: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def simulated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """Return the command, given in a folder with facts.jsonl of twelve made households."""
    drawn = make_population(load_assumptions(REBA), households=12, seed=3)
    (tmp_path / "facts.jsonl").write_text("".join(json.dumps(each) + "\n" for each in drawn))
    (tmp_path / "higher.toml").write_text(OVERLAY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(console.out, "_width", 160)  # a console reads COLUMNS only when it is made
    monkeypatch.setattr(studying, "lines_of", lambda *_given: ())  # lines have their own tests

    def command(*arguments: str, facts: str = "facts.jsonl", assumptions: str = REBA) -> Done:
        given = ["reba", "simulate", facts, *arguments, "--assumptions", assumptions]
        monkeypatch.setattr("sys.argv", given)
        capsys.readouterr()
        status = run()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Done(status, printed.out, printed.err)

    return command


@pytest.fixture
def quick_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no charts, which takes seconds; the report has tests of its own."""

    def page(found: Simulation, _lines: object, language: str, **_named: object) -> str:
        return f"{language}: {', '.join(each.name for each in found.variants)}\n"

    pages = SimpleNamespace(report_html=page)
    monkeypatch.setattr(reporting, "_pages", lambda: pages)


def plain(text: str) -> str:
    """Return text with ordinary spaces, and without the lines of tables."""
    return re.sub(r"[\s│┃]+", " ", text)


def facts_of(path: Path) -> list[HouseholdMonth]:
    return [HouseholdMonth.from_json(line) for line in path.read_text().splitlines()]


def report(name: str, month: str = "2015-03", **changes: Any) -> str:
    member = {"id": "P", "born": "1990-01-01", "residence_status": "permit_holder",
              "income": [{"kind": "earnings", "net": "700.00"}], "obligations": "0.00"}  # fmt: skip
    return json.dumps(
        {"scheme": "reba-2008", "month": month, "household": name, "members": [member],
         "provisions": {"shelter": True, "catering": False}, **changes}
    ) + "\n"  # fmt: skip


def displaced(name: str, *euros: str, month: str = "2025-10") -> str:
    income = [{"kind": "earnings", "net": each} for each in euros]
    return report(
        name, month, scheme="rooo", members=[{"id": "P", "born": "1990-01-01", "income": income}]
    )


# ── what it prints ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("nl", ("12 gezinnen (34 personen), 36 maanden. Per gezin: gezinnen waarin iemand werkt.",
                "De gezinnen zijn verzonnen: dit voorspelt niets.",
                "Aannames: Made assumptions, Reba 2008 (example-reba, ")),
        ("en", ("12 households (34 persons), 36 months.",
                "Per household: households in which somebody works.",
                "The households are made up: this predicts nothing.",
                "Assumptions: Made assumptions, Reba 2008 (example-reba, ")),
    ],
)  # fmt: skip
def test_it_prints_the_figures_of_every_policy_side_by_side(
    language: Any, sentences: Sequence[str], simulated: Command, tmp_path: Path
) -> None:
    done = simulated("--policy", HALF, QUARTER, "--months", "36", "--lang", language)
    assert done.status == 0
    assert done.err == ""
    for sentence in sentences:
        assert sentence in done.out
    assumptions = load_assumptions(REBA)
    policies = [load_policy(each) for each in (HALF, QUARTER)]
    found = simulate(
        facts_of(tmp_path / "facts.jsonl"), variants_of(policies, load_law()), assumptions,
        months=36,
    )  # fmt: skip
    words = ReportWords(language)
    text = plain(done.out)
    for variant in found.variants:
        figures = figures_of(measure(groups_of(variant)[WORKING], assumptions))
        (row,) = [line for line in done.out.splitlines() if line.startswith(f"{variant.name} ")]
        for name in ("saved_cents", "released_cents", "receives_less_cents"):
            cents = figures[name]
            assert cents
            assert plain(words.money(cents)) in plain(row), name
    assert text.index("vng-half") < text.index("vng-quarter")


def test_policies_are_named_by_option_and_after_the_facts(simulated: Command) -> None:
    both = simulated("--policy", HALF, QUARTER, "--months", "36")
    options = simulated("--policy", HALF, "--policy", QUARTER, "--months", "36")
    assert both == options
    assert both.status == 0


def test_json_is_one_object_of_whole_cents(simulated: Command) -> None:
    done = simulated("--policy", HALF, MOST, "--months", "36", "--json")
    assert done.status == 0
    record = json.loads(done.out)
    assert record["format"] == "reba-simulation/1"
    assert [each["name"] for each in record["variants"]] == ["vng-half", "vng-most"]
    assert (record["households"], record["persons"], record["months"]) == (12, 34, 36)
    assert {each["law_digest"] for each in record["variants"]} == {load_law().digest}
    assert record["tables"]["months"]["rows"]
    for table in record["tables"].values():
        for row in table["rows"]:
            assert len(row) == len(table["columns"])
            assert not any(isinstance(cell, float) for cell in row)


@pytest.mark.usefixtures("quick_pages")
def test_it_writes_the_report_its_figures_and_the_rejects(
    simulated: Command, tmp_path: Path
) -> None:
    done = simulated("--policy", HALF, QUARTER, "--months", "36", "--out", "found")
    assert done.status == 0
    folder = tmp_path / "found"
    written = {line.removeprefix("written ") for line in done.err.splitlines()}
    assert written == {f"found/{each.name}" for each in folder.iterdir()}
    names = {each.name for each in folder.iterdir()}
    assert {"report-nl.html", "report-en.html", "simulation.json", "rejects.jsonl"} <= names
    assert (folder / "rejects.jsonl").read_text() == ""
    printed = json.loads(simulated("--policy", HALF, QUARTER, "--months", "36", "--json").out)
    assert json.loads((folder / "simulation.json").read_text()) == printed
    for name, table in printed["tables"].items():
        with (folder / f"{name}.csv").open(newline="") as file:
            head, *rows = csv.reader(file)
        assert head == table["columns"]
        assert len(rows) == len(table["rows"])
    for language in ("nl", "en"):
        page = (folder / f"report-{language}.html").read_text()
        assert page == f"{language}: vng-half, vng-quarter\n"


def test_workers_find_the_same(simulated: Command) -> None:
    alone = simulated("--policy", HALF, "--months", "36", "--json")
    assert simulated("--policy", HALF, "--months", "36", "--json", "--workers", "2") == alone


# ── variants ─────────────────────────────────────────────────────────────────────────────────


def test_a_reform_stands_beside_the_law_as_it_is(simulated: Command) -> None:
    options = ("--policy", HALF, "--months", "36", "--json")
    shipped, overlaid = json.loads(simulated(*options, "--reform", "higher.toml").out)["variants"]
    assert [shipped["name"], overlaid["name"]] == ["vng-half", "vng-half | higher"]
    assert (shipped["reform"], overlaid["reform"]) == (None, "higher")
    assert shipped["law_digest"] == load_law().digest != overlaid["law_digest"]
    assert not shipped["provisional"]
    assert overlaid["provisional_because"] == ["reba.exemption_maximum"]
    text = simulated("--policy", HALF, "--months", "36", "--reform", "higher.toml", "--lang", "en")
    assert re.search(r"vng-half \| higher\s?\*", text.out)
    assert "* provisional: rests on amounts that are not verified (reba.exemption_maximum)." in (
        text.out
    )
    # The same number set by hand gives the same amounts; an overlay under all of them no reform.
    by_hand = json.loads(simulated(*options, "--set", "reba.exemption_maximum=250.00").out)
    assert by_hand["variants"][1]["name"] == "vng-half | reba.exemption_maximum = 250.00"
    under = json.loads(simulated(*options, "--overlay", "higher.toml").out)
    assert [each["reform"] for each in under["variants"]] == [None]
    assert under["variants"][0]["law_digest"] == overlaid["law_digest"]
    months = [_months(each) for each in (by_hand, under)]
    assert months[0]["vng-half | reba.exemption_maximum = 250.00"] == months[1]["vng-half"]
    assert months[0]["vng-half"] != months[1]["vng-half"]


def _months(record: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the rows of the months by the name of their variant."""
    table = record["tables"]["months"]
    place = table["columns"].index("variant")
    found: dict[str, list[Any]] = {}
    for row in table["rows"]:
        found.setdefault(row[place], []).append(row[:place] + row[place + 1 :])
    return found


def test_several_settings_are_one_reform(simulated: Command) -> None:
    settings = ("--set", "reba.exemption_rate=0.5", "--set", "reba.exemption_maximum=250")
    done = simulated("--policy", HALF, QUARTER, "--months", "36", "--json", *settings)
    reform = "reba.exemption_rate = 0.5, reba.exemption_maximum = 250"
    assert [each["name"] for each in json.loads(done.out)["variants"]] == [
        "vng-half", "vng-quarter", f"vng-half | {reform}", f"vng-quarter | {reform}",
    ]  # fmt: skip


@pytest.mark.usefixtures("quick_pages")
def test_a_grid_writes_files_for_machines_where_a_page_cannot_show_it(
    simulated: Command, tmp_path: Path
) -> None:
    grid = ("--grid", "reserve.share=0.25,0.5,1", "--grid", "reserve.monthly_max=100.00,none")
    done = simulated("--policy", HALF, "--months", "36", *grid, "--out", "found", "--json")
    names = [each["name"] for each in json.loads(done.out)["variants"]]
    assert names == [
        f"share-{share}.monthly_max-{maximum}"
        for share in ("0.25", "0.5", "1")
        for maximum in ("100.00", "none")
    ]
    files = {each.name for each in (tmp_path / "found").iterdir()}
    assert {"simulation.json", "rejects.jsonl"} <= files
    assert not any(name.endswith(".html") for name in files)
    few = simulated("--policy", HALF, "--months", "36", *grid[:2], "--out", "few")
    assert few.status == 0
    assert (tmp_path / "few" / "report-nl.html").exists()


def test_sensitivity_moves_every_number_of_the_first_policy(simulated: Command) -> None:
    options = ("--policy", HALF, MOST, "--months", "36", "--json")
    without, beside = (
        json.loads(simulated(*options, *more).out) for more in ((), ("--sensitivity",))
    )
    assert [each["name"] for each in beside["variants"]] == ["vng-half", "vng-most"]
    assert _months(beside) == _months(without)
    table = beside["tables"]["sensitivity"]
    parameter = table["columns"].index("parameter")
    moved = {row[parameter] for row in table["rows"]}
    assert {"reserve.share", "reba.exemption_maximum", "rva.clothing"} <= moved
    assert without["tables"].get("sensitivity", {"rows": []})["rows"] == []


# ── who is left out ──────────────────────────────────────────────────────────────────────────


def test_months_that_run_on_past_the_law_are_told(simulated: Command, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(report("H-1", "2014-12") + report("H-2", "2014-02"))
    short = tmp_path / "short.toml"
    text = (EXAMPLES / "assumptions-reba.toml").read_text()
    months = re.compile(r"months = \[.*?\n\]", re.DOTALL)
    short.write_text(months.sub('months = [{ months = 20, share = "1" }]', text, count=1))
    policy = tmp_path / "early.toml"
    policy.write_text((EXAMPLES / "half.toml").read_text().replace("2015-01-01", "2010-01-01"))
    options = ("--policy", str(policy), "--months", "20", "--lang", "en")
    standing = simulated(*options, facts="a.jsonl", assumptions=str(short))
    assert standing.status == 0
    running = simulated(*options, "--calendar", "running", facts="a.jsonl", assumptions=str(short))
    assert running.status == 1  # July 2016 is not known
    assert "Left out: 1 households with law.no_value." in running.out
    assert "1 households (1 persons), 20 months." in running.out
    (tmp_path / "b.jsonl").write_text(report("H-1", "2014-12"))
    nobody = simulated(*options, "--calendar", "running", facts="b.jsonl", assumptions=str(short))
    assert nobody.status == 3
    assert nobody.err.startswith("[simulation.empty] ")
    assert "No value is known of " in nobody.err


@pytest.mark.usefixtures("quick_pages")
def test_a_row_that_cannot_be_used_is_kept_with_its_reason_and_the_rest_goes_on(
    simulated: Command, tmp_path: Path
) -> None:
    facts = tmp_path / "facts.jsonl"
    facts.write_text(facts.read_text() + "{\n" + report("H-1", collected=1.5) + report("H-2"))
    lines = facts.read_text().splitlines()
    done = simulated("--policy", HALF, "--months", "36", "--out", "found", "--lang", "en")
    assert done.status == 1
    assert "13 households" in done.out
    kept = (tmp_path / "found" / "rejects.jsonl").read_text().splitlines()
    rejects = [json.loads(line) for line in kept]
    assert [(each["file"], each["line"], each["code"], each["row"]) for each in rejects] == [
        ("facts.jsonl", len(lines) - 2, "facts.json", "{"),
        ("facts.jsonl", len(lines) - 1, "money.float", lines[-2]),
    ]
    assert "made up" not in done.out  # H-2 is nobody's making


def test_a_household_that_the_law_refuses_is_told_and_left_out(
    simulated: Command, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text(report("H-1") + report("H-2", "2030-01"))
    done = simulated("--policy", HALF, "--months", "36", "--json", facts="a.jsonl")
    assert done.status == 1
    record = json.loads(done.out)
    assert (record["households"], record["refused"]) == (1, {"law.no_value": 1})
    assert [(each["household"], each["code"]) for each in record["refusals"]] == [
        ("H-2", "law.no_value")
    ]


@pytest.mark.parametrize("with_choices", ["", CHOICES], ids=["without", "with"])
def test_a_municipality_has_to_choose_between_the_thresholds(
    with_choices: str, simulated: Command, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text(
        displaced("H-1", "100.00") + displaced("H-2", "500.00") + displaced("H-3", "1500.00")
    )
    more = ("--choices", with_choices) if with_choices else ()
    done = simulated(
        "--policy", HALF, "--months", "24", "--json", *more, facts="a.jsonl", assumptions=ROOO
    )
    record = json.loads(done.out)
    assert record["schemes"] == ["rooo"]
    if with_choices:
        assert (done.status, record["households"], record["refused"]) == (0, 3, {})
        assert record["choices"]["choices"]["id"] == "example-municipality"
        return
    assert (done.status, record["households"]) == (1, 2)
    assert record["refused"] == {"law.choices_missing": 1}
    assert "500.00" in record["refusals"][0]["sentence"]
    assert record["not_supplied"]["choices"] == 1  # below the first: computed without withdrawal
    assert record["choices"] is None


# ── a number traced ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("index", [0, 1, 11, 35])
def test_a_traced_month_is_what_assess_takes_and_gives_the_same(
    index: int, simulated: Command, tmp_path: Path
) -> None:
    rows = facts_of(tmp_path / "facts.jsonl")
    working = next(each.household for each in rows if each.members[0].income)
    done = simulated(
        "--policy", HALF, QUARTER, "--months", "36", "--trace", working, "--month-index", str(index)
    )
    assert done.status == 0
    facts = HouseholdMonth.from_json(done.out)
    assert facts.household == working
    assert facts.month == Month(2015, 3)
    assessed = assess(facts, load_law())
    half, quarter = done.err.splitlines()
    for name, line in (("vng-half", half), ("vng-quarter", quarter)):
        assert line.startswith(f"{name}: contribution {assessed.contribution_cents} cents, ")
        assert f"collected {assessed.contribution_cents}, " in line
    # The household by itself saves what is said.
    (tmp_path / "one.jsonl").write_text(
        "".join(each.record_json() + "\n" for each in rows if each.household == working)
    )
    table = _months(
        json.loads(simulated("--policy", HALF, "--months", "36", "--json", facts="one.jsonl").out)
    )["vng-half"]
    assert table
    balance = int(half.rpartition(" ")[2])
    assert any(balance in row for row in table)


def test_a_traced_month_of_the_rooo_needs_the_choices(simulated: Command, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(displaced("H-2", "500.00"))
    trace = ("--policy", HALF, "--months", "24", "--trace", "H-2", "--month-index", "5")
    refused = simulated(*trace, facts="a.jsonl", assumptions=ROOO)
    assert refused.status == 3
    assert refused.err.startswith("[law.choices_missing] ")
    done = simulated(*trace, "--choices", CHOICES, facts="a.jsonl", assumptions=ROOO)
    assert done.status == 0
    cents = int(re.findall(r"contribution (\d+) cents, collected (\d+)", done.err)[0][0])
    assert 0 < cents < 24422
    traced = HouseholdMonth.from_json(done.out)
    assert assess(traced, load_law(), load_choices(CHOICES)).contribution_cents == cents


def test_under_a_reform_the_trace_tells_of_both(simulated: Command, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(report("H-2").replace("700.00", "400.00"))
    done = simulated(
        "--policy", HALF, "--months", "36", "--trace", "H-2", "--set", "reba.exemption_rate=0",
        facts="a.jsonl",
    )  # fmt: skip
    shipped, reformed = done.err.splitlines()
    assert shipped.startswith("vng-half: ")
    assert reformed.startswith("vng-half | reba.exemption_rate = 0: contribution ")
    cents = [int(re.findall(r"contribution (\d+)", line)[0]) for line in (shipped, reformed)]
    assert [format_euros(each) for each in cents] == ["300.00", "400.00"]  # a quarter was exempt


# ── what is refused ──────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("quick_pages")
@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        (("--calendar", "sometimes"), 2, "usage.option"),
        (("--set", "reba.exemption_maximum"), 2, "usage.option"),
        (("--set", "=250.00"), 2, "usage.option"),
        (("--set", "reba.exemption_rate=0", "--set", "reba.exemption_rate=1"), 2, "usage.option"),
        (("--set", "reba.exemption_maximun=1.00"), 3, "law.unknown_parameter"),
        (("--set", "reba.exemption_maximum=1.001"), 3, "money.format"),
        (("--set", "rva.adult_age=999999"), 3, "law.file"),
        (("--set", "reba.spend_down_factor=0"), 3, "law.file"),
        (("--grid", "reserve.share"), 2, "usage.option"),
        (("--grid", "reserve.share=0.5", "--set", "reba.exemption_rate=0"), 2, "usage.option"),
        (("--grid", "reserve.share=0.5", "--policy", QUARTER), 2, "usage.option"),
        (("--grid", "reserve.shar=none"), 3, "simulation.axis"),
        (("--grid", "reserve.share=0.5,2"), 3, "policy.invalid"),
        (("--grid", "reserve.share=0.5,"), 3, "policy.invalid"),
        (("--grid", "reserve.share=0.5,0.5"), 3, "simulation.same_name"),
        (("--policy", HALF), 3, "simulation.same_name"),
        (("--policy", "absent.toml"), 3, "policy.file"),
        (("--reform", "absent.toml"), 3, "law.file"),
        (("--overlay", "absent.toml"), 3, "law.file"),
        (("--choices", "absent.toml"), 3, "choices.file"),
        (("--months", "0"), 3, "simulation.months"),
        (("--months", "601"), 3, "simulation.months"),
        (("--months", "35"), 3, "simulation.stay_too_long"),
        (("--out", "facts.jsonl"), 3, "simulation.output"),
        (("--trace", "H-99"), 3, "simulation.no_household"),
        (("--trace", "M-000001", "--month-index", "36"), 3, "simulation.months"),
        (("--trace", "M-000001", "--month-index", "-1"), 3, "simulation.months"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_its_code(
    more: Sequence[str], status: int, code: str, simulated: Command
) -> None:
    done = simulated("--policy", HALF, "--months", "36", *more)
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith(f"[{code}] ")


@pytest.mark.parametrize(
    "more", [("--workers", "65"), ("--workers", "-1"), ("--months", "many"), ("--lang", "de")]
)
def test_what_is_no_value_of_an_option_is_status_2(more: Sequence[str], simulated: Command) -> None:
    assert simulated("--policy", HALF, "--months", "36", *more).status == 2


@pytest.mark.parametrize(
    ("facts", "assumptions", "code"),
    [
        ("absent.jsonl", REBA, "run.file"),
        ("facts.txt", REBA, "run.file_kind"),
        ("empty.jsonl", REBA, "simulation.empty"),
        ("facts.jsonl", "absent.toml", "assumptions.file"),
        ("facts.jsonl", HALF, "assumptions.invalid"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence_with_its_code(
    facts: str, assumptions: str, code: str, simulated: Command, tmp_path: Path
) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "facts.txt").write_text("")
    done = simulated("--policy", HALF, "--months", "36", facts=facts, assumptions=assumptions)
    assert done.status == 3
    assert done.err.startswith(f"[{code}] ")


def test_without_the_extra_it_says_which_one(
    simulated: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(simulating, "find_spec", asked.append)
    done = simulated("--policy", HALF, "--months", "36")
    assert done.status == 2
    assert done.err.startswith("[usage.extra] ")
    assert "[sim]" in done.err
    assert asked == ["numpy"]


def test_where_numpy_is_not_installed_the_rest_of_the_command_line_works() -> None:
    code = (
        "import sys; sys.modules['numpy'] = None; from reba.cli import main; "
        "sys.argv[0] = 'reba'; main()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"}
    for arguments, status, said in (
        (["law", "show", "reba.exemption_maximum"], 0, "183.00"),
        (["simulate", "--help"], 0, "Example: reba simulate"),
        (["simulate", "f.jsonl", "--policy", HALF, "--assumptions", REBA, "--months", "1"], 2,
         "[usage.extra]"),
    ):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            capture_output=True, text=True, check=False, env=environment, encoding="utf-8",
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        assert said in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
