"""The texts of a language that an organisation brings itself (vertaalbestand)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reba.errors import CatalogError

__all__ = ["Catalog"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """A translation (vertaling) of the texts that residents read.

    Args:
        language: the tag of the language, as "ar" or "pt-BR".
        texts: the translations by the name of the text; each has the blanks of the text.
        file: where it was read, for who must mend it.
        may_lack: whether a text that is not translated stands in Dutch; else it is refused.
    """

    language: str
    texts: Mapping[str, str] = field(hash=False)
    file: str
    may_lack: bool = False

    def text(self, name: str) -> str | None:
        """Return the translation of a text, or None where Dutch takes its place.

        Raises:
            CatalogError: catalog.incomplete.

        >>> Catalog(language="ar", texts={}, file="ar.po", may_lack=True).text("statement.title")
        """
        found = self.texts.get(name)
        if found is None and not self.may_lack:
            raise CatalogError("catalog.incomplete", file=self.file, count=1, first=f"{name}.")
        return found
