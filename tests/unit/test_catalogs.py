"""Catalogs of translations: the template, what is wrong with a file, and the commands for them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from string import Formatter
from typing import Final

import pytest
from babel.messages.pofile import read_po, write_po

from made_catalog import made_catalog
from reba import RebaError
from reba.statements.catalog_files import catalog_template, check_catalog, load_catalog
from reba.statements.messages import messages
from unit.test_cli import reba

TITLE: Final = "statement.title"  # "Account statement {account}"
LETTERS: Final = "ابج"


def _file(folder: Path, text: str | bytes) -> Path:
    path = folder / "residents.po"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _blanks(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text)} - {None}


def test_the_template_has_each_text_once_with_its_dutch() -> None:
    template = catalog_template()
    assert template == catalog_template()
    entries = {entry.context: entry for entry in read_po(io.StringIO(template)) if entry.id}
    assert list(entries) == list(messages())
    assert template.count("\nmsgctxt ") == len(entries) > 500
    for name, text in messages().items():
        assert (entries[name].id, entries[name].string) == (text.en, "")
        assert " ".join(entries[name].auto_comments) == f"nl: {text.nl}"
    assert "POT-Creation-Date" not in template  # the same template every day


def test_every_text_can_be_translated_and_has_one_set_of_blanks() -> None:
    for name, text in messages().items():
        assert _blanks(text.nl) == _blanks(text.en), name
        for said in text:
            assert re.search(r"[a-z]", re.sub(r"\{\w+\}", "", said)), name
            assert said == said.strip()
            assert said.replace("\N{NO-BREAK SPACE}", " ").isprintable()


def test_a_whole_catalog_has_no_faults(tmp_path: Path) -> None:
    checked = check_catalog(_file(tmp_path, made_catalog()))
    assert (checked.language, checked.is_right_to_left, checked.faults) == ("ar", True, ())
    assert list(checked.texts) == list(messages())
    assert load_catalog(tmp_path / "residents.po").texts == checked.texts


@pytest.mark.parametrize(
    ("header", "tag"),
    [("uk", "uk"), ("pt_BR", "pt-BR"), ("zh-Hans-CN", "zh-Hans-CN"), ("ti", "ti"), ("AR", "ar")],
)
def test_the_header_says_the_language(header: str, tag: str, tmp_path: Path) -> None:
    checked = check_catalog(
        _file(tmp_path, made_catalog("ar").replace(": ar\\n", f": {header}\\n"))
    )
    assert checked.language == tag
    assert checked.is_right_to_left == (tag == "ar")


def _without_title(text: str) -> str:
    return re.sub(r'msgctxt "statement\.title".*?\n\n', "", text, flags=re.DOTALL)


_CHANGED: Final[dict[str, tuple[str, Callable[[str], str]]]] = {
    "absent": ("catalog.missing", _without_title),
    "other text": (
        "catalog.outdated", lambda text: text.replace('"Account statement', '"Statement'),
    ),
    "fuzzy": (
        "catalog.fuzzy",
        lambda text: text.replace(f'msgctxt "{TITLE}"', f'#, fuzzy\nmsgctxt "{TITLE}"'),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", _CHANGED)
def test_what_an_entry_lacks_is_named(what: str, tmp_path: Path) -> None:
    code, change = _CHANGED[what]
    whole = made_catalog()
    changed = change(whole)
    assert changed != whole
    checked = check_catalog(_file(tmp_path, changed))
    assert [(fault.code, fault.path) for fault in checked.faults] == [(code, TITLE)]
    assert TITLE not in checked.texts


@pytest.mark.parametrize(
    ("translation", "code"),
    [
        ("", "catalog.missing"),
        ("  ", "catalog.missing"),
        (LETTERS, "catalog.placeholders"),
        (f"{LETTERS} {{account}} {{day}}", "catalog.placeholders"),
        (f"{LETTERS} {{Account}}", "catalog.placeholders"),
        (f"{LETTERS} {{0}}", "catalog.placeholders"),
        (f"{LETTERS} {{}}", "catalog.placeholders"),
        (f"{LETTERS} {{account", "catalog.placeholders"),
        (f"{LETTERS} account}}", "catalog.placeholders"),
        (f"{LETTERS} {{{{account}}}}", "catalog.placeholders"),
        (f"{LETTERS} {{account.__class__}}", "catalog.placeholders"),
        (f"{LETTERS} {{account[0]}}", "catalog.placeholders"),
        (f"{LETTERS} {{account!r}}", "catalog.placeholders"),
        (f"{LETTERS} {{account:>999999999}}", "catalog.placeholders"),
        (f"{LETTERS} {{account}}\n", "catalog.text"),
        (f"{LETTERS} {{account}}\t", "catalog.text"),
        (f"{LETTERS} {{account}} \N{RIGHT-TO-LEFT OVERRIDE}", "catalog.text"),
        (f"{LETTERS} {{account}} \N{POP DIRECTIONAL ISOLATE}", "catalog.text"),
        (f"{LETTERS} {{account}} \ue000", "catalog.text"),
        (f"{LETTERS * 1000} {{account}}", "catalog.text"),
    ],
)
def test_a_translation_that_cannot_be_used_is_named(
    translation: str, code: str, tmp_path: Path
) -> None:
    path = _file(tmp_path, made_catalog(changed={TITLE: translation}))
    (fault,) = check_catalog(path).faults
    assert (fault.code, fault.path) == (code, TITLE)
    assert fault.reason.strip()
    with pytest.raises(RebaError) as refused:
        load_catalog(path)
    assert refused.value.code == "catalog.incomplete"
    assert refused.value.faults == (fault,)
    assert f"The first: {TITLE}:" in str(refused.value)
    assert TITLE not in load_catalog(path, may_lack=True).texts


@pytest.mark.parametrize(
    "translation",
    [
        "{account}",
        f"{LETTERS} {{account}} {{account}}",
        f"{LETTERS}\N{ZERO WIDTH NON-JOINER}{LETTERS}\N{NO-BREAK SPACE}{{account}}",
        f"{{account}} {LETTERS}\N{RIGHT-TO-LEFT MARK}",
        f"{{{{{LETTERS}}}}} {{account}}",
    ],
)
def test_what_a_language_needs_is_taken(translation: str, tmp_path: Path) -> None:
    path = _file(tmp_path, made_catalog(changed={TITLE: translation}))
    assert check_catalog(path).faults == ()
    assert load_catalog(path).texts[TITLE] == translation


def test_a_file_of_another_editor_is_read(tmp_path: Path) -> None:
    text = f"\N{ZERO WIDTH NO-BREAK SPACE}# by hand\n#| msgid old\n{made_catalog()}"
    path = _file(tmp_path, text.replace("\n", "\r\n"))
    assert check_catalog(path).faults == ()
    assert len(load_catalog(path).texts) == len(messages())


def test_a_refusal_names_the_first_of_many(tmp_path: Path) -> None:
    path = _file(tmp_path, catalog_template().replace("Language: ", "Language: ar"))
    with pytest.raises(RebaError) as refused:
        load_catalog(path)
    assert refused.value.data["count"] == len(messages())
    assert len(refused.value.faults) == 20
    assert load_catalog(path, may_lack=True).texts == {}


def test_a_name_that_no_document_has_is_said_and_refuses_nothing(tmp_path: Path) -> None:
    more = (
        '\nmsgctxt "statement.heading.none"\nmsgid "x"\nmsgstr "y"\n\nmsgid "\x1b[2J"\nmsgstr "z"\n'
    )
    path = _file(tmp_path, made_catalog() + more)
    faults = check_catalog(path).faults
    assert [(each.code, each.path) for each in faults] == [
        ("catalog.unknown", "statement.heading.none"),
        ("catalog.unknown", "?[2J"),
    ]
    assert len(load_catalog(path).texts) == len(messages())


_PLURAL: Final = '\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"\xff\xfe", "utf-8"),
        (b"#" * 2_000_001, "longer than 2000000 bytes"),
        (b"msgid\nx", ""),
        (b'msgstr[x] "x"', ""),
        (b'"a"', ""),
        (b'msgid "a"\n', "msgstr"),
        (made_catalog().encode() + _PLURAL.encode(), "plural"),
        (made_catalog().encode() + _PLURAL.replace("\nmsg", "\n#~ msg").encode(), "plural"),
        (made_catalog().encode() + b'\nmsgctxt "statement.title"\nmsgid "Account statement '
         b'{account}"\nmsgstr "{account}"\n', "twice"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_catalog_is_refused(text: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(RebaError) as refused:
        check_catalog(_file(tmp_path, text))
    assert refused.value.code == "catalog.file"
    assert reason in str(refused.value)
    with pytest.raises(RebaError) as absent:
        check_catalog(tmp_path / "none.po")
    assert "No such file" in str(absent.value)


@pytest.mark.parametrize(
    "language",
    ["", "nl", "nl_BE", "en", "en_US", "xx", "root", "Arabic", "a", "sr_RS@latin", "ar_SY.UTF_8"],
)
def test_a_catalog_of_no_other_language_is_refused(language: str, tmp_path: Path) -> None:
    header = made_catalog().replace("Language: ar", f"Language: {language}")
    with pytest.raises(RebaError) as refused:
        check_catalog(_file(tmp_path, header))
    assert refused.value.code == "catalog.language"
    assert refused.value.data["language"] == language


def test_a_catalog_without_a_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RebaError) as refused:
        check_catalog(_file(tmp_path, made_catalog().partition("\n\n")[2]))
    assert refused.value.code == "catalog.language"


def test_an_older_catalog_is_brought_up_to_date_by_babel(tmp_path: Path) -> None:
    """What the how-to says: its command merges, and what changed is left to be checked."""
    older = made_catalog().replace('"Account statement {account}"', '"A statement of {account}"')
    assert [each.code for each in check_catalog(_file(tmp_path, older)).faults] == [
        "catalog.outdated"
    ]
    merged = read_po(io.StringIO(older))
    merged.update(read_po(io.StringIO(catalog_template())))
    out = io.BytesIO()
    write_po(out, merged)
    (fault,) = check_catalog(_file(tmp_path, out.getvalue())).faults
    assert fault.path == TITLE
    assert fault.code in {"catalog.fuzzy", "catalog.missing"}


def test_the_commands_write_the_template_and_check_a_file(tmp_path: Path) -> None:
    template, count = tmp_path / "residents.pot", len(messages())
    assert reba("catalog", "template", "--out", str(template)).returncode == 0
    assert template.read_text(encoding="utf-8") == catalog_template()
    path = _file(tmp_path, made_catalog(changed={TITLE: None}))
    done = reba("catalog", "check", str(path))
    assert done.returncode == 1
    assert done.stdout.startswith(f"ar (rtl): {count - 1} of {count} texts can be used.\n")
    assert f"\n  [catalog.missing] {TITLE}: It is not translated." in done.stdout
    _file(tmp_path, made_catalog("uk"))
    done = reba("catalog", "check", str(path), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {
        "language": "uk", "direction": "ltr", "texts": count, "usable": count, "faults": [],
    }  # fmt: skip
