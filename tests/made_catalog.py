"""A catalog for tests: every text with its letters exchanged for those of another script.

It is no translation, and nobody can read it. What it shows is that each text comes from the
catalog, with its blanks, and what a page looks like that is read from right to left.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from reba.statements.messages import messages

__all__ = ["ARABIC_LETTERS", "exchanged", "made_catalog"]

ARABIC_LETTERS: Final = "ابجدهوزحطيكلمنسعفصقرشتثخذض"
_UKRAINIAN_LETTERS: Final = "абцдефгхіжклмнопяршстувшьйз"
_LETTERS: Final[Mapping[str, str]] = {"ar": ARABIC_LETTERS, "uk": _UKRAINIAN_LETTERS}


def exchanged(text: str, language: str = "ar") -> str:
    """Exchange each Latin letter outside of blanks.

    >>> exchanged("{day}: a b") == "{day}: ا ب"
    True
    """
    letters = _LETTERS[language]

    def one(found: re.Match[str]) -> str:
        letter = found[0]
        return letter if len(letter) > 1 else letters[(ord(letter.lower()) - 97) % len(letters)]

    return re.sub(r"\{\w+\}|[A-Za-zÀ-ÿ]", one, text)


@cache
def _made(language: str) -> Mapping[str, tuple[str, str]]:
    letters = language.partition("_")[0]
    return {name: (text.en, exchanged(text.en, letters)) for name, text in messages().items()}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def made_catalog(language: str = "ar", changed: Mapping[str, str | None] | None = None) -> str:
    """Return a whole catalog (.po); `changed` has other translations, or None for none at all."""
    entries = [f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n']
    for name, (english, said) in _made(language).items():
        given = (changed or {}).get(name, said) or ""
        texts = {"msgctxt": name, "msgid": english, "msgstr": given}
        entries.append("".join(f"{key} {_quoted(text)}\n" for key, text in texts.items()))
    return "\n".join(entries)
