"""What every decision letter (besluit) has: particulars, the policy, and the way to object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from reba.savings.policy import SavingsPolicy
from reba.statements.blocks import Block, Column, Page, Paragraph, Section, Table
from reba.statements.catalog import Catalog
from reba.statements.passages import OBJECTION_KEYS, DecisionKind, Passages
from reba.statements.words import Language, Words

__all__ = ["Letter", "Ruled"]


class Ruled(NamedTuple):
    """The policy that a decision rests on, and the number of its version, from 1."""

    policy: SavingsPolicy
    version: int


class Letter:
    """Says what all letters of one kind say, in one language."""

    def __init__(
        self, kind: DecisionKind, language: Language | Catalog, passages: Passages
    ) -> None:
        self.kind: DecisionKind = kind
        self.passages = passages
        self.words = Words(language)

    def say(self, key: str, **values: str) -> str:
        """Return a text of the letters, with its values filled in."""
        return self.words.tell("decision", key, **values)

    def _missing(self, what: str, place: str) -> Paragraph:
        named = self.words.within(self.say(what))
        return Paragraph(self.say("missing", what=named, place=place), notable=True)

    def particulars(self, rows: Sequence[tuple[str, str]]) -> Iterator[Block]:
        """Yield who decides and about what; each row is the key of its name, and its content."""
        named = [(self.say(key), content) for key, content in rows]
        sender = self.passages.sender
        if sender is None:
            yield self._missing("missing.sender", "sender")
        else:
            name, address = map(self.words.apart, (sender.name, ", ".join(sender.address)))
            named = [(self.say("sender"), name), (self.say("address"), address), *named]
        columns = Column(self.say("part")), Column(self.say("content"))
        yield Table(self.say("particulars.caption"), columns, tuple(named))

    def rules(self, ruled: Ruled | None) -> Iterator[Block]:
        """Yield the policy, and that it is an example where it is one."""
        if ruled is None:
            return
        policy = ruled.policy
        day = self.words.day(policy.versions[ruled.version - 1].valid_from)
        number = str(ruled.version)
        yield Paragraph(
            self.say("policy.version", title=policy.title, id=policy.id, number=number, day=day)
        )
        notable = policy.status == "illustrative"
        yield Paragraph(self.words.say(f"policy.{policy.status}"), notable=notable)

    def objection(self) -> Iterator[Block]:
        """Yield how to object, as the organisation supplied it; what is missing is named."""
        language = self.words.language
        objection = self.passages.objection(self.kind, language)
        for key in OBJECTION_KEYS:
            text: str | None = getattr(objection, key)
            if text is None:
                yield self._missing(f"objection.{key}", f"{self.kind}.{language}.{key}")
            else:
                told = self.words.apart(text)
                yield Paragraph(f"{self.say(f'objection.{key}')}: {told}")

    def page(
        self,
        title: str,
        intro: str,
        parts: Iterable[tuple[str, Iterable[Block]]],
        footer: tuple[str, ...],
    ) -> Page:
        """Return the letter; each part has the key of its heading, and is left out when empty."""
        filled = [(self.say(key), tuple(blocks)) for key, blocks in parts]
        return Page(
            language=self.words.language,
            title=title,
            intro=intro,
            sections=tuple(Section(heading, blocks) for heading, blocks in filled if blocks),
            footer=footer,
            notice=self.words.notice(),
            untranslated=self.words.untranslated,
        )
