"""A page for people as PDF (pdf-bestand), for who must file it or post it; extra `pdf`.

1. What is printed is the HTML of the page and nothing else: while it is laid out, nothing is read
   from disk by name and nothing is fetched.
2. The same page gives the same bytes with the same renderer and fonts: no clock, no random number.
3. It is marked as PDF/A-2u: fonts inside, every character known, nothing attached. It carries
   title, language, and tags that tell a screen reader what is a heading, a table or a row.
4. The title, with the pseudonym of the household, stands at the foot of each page beside its
   number. A row of a table stays on one page, and the head of a table is repeated.
"""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from hashlib import sha256
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from reba.errors import PageError, UsageError
from reba.statements.blocks import Page
from reba.statements.formats import Formats
from reba.statements.inline import as_plain
from reba.statements.page import statement_html

__all__ = ["require_renderer", "statement_pdf"]

_FONTS: Final = '"Liberation Sans", Arial, "DejaVu Sans", sans-serif'
_VARIANT: Final = "pdf/a-2u"
_REASON_LENGTH: Final = 200


def _style(*, right_to_left: bool) -> str:
    """Return what a printed page needs more than the page on a screen.

    The fonts are named, so that it does not depend on what is installed beside them. The renderer
    cannot keep a grid together on a page, and paints floats before the text around them: amounts
    stand in the line.
    """
    start, end = ("right", "left") if right_to_left else ("left", "right")
    return f"""
@page {{
  size: A4; margin: 18mm 18mm 22mm;
  font: 8.5pt {_FONTS}; color: #43535e;
  @bottom-{start} {{ content: string(title); width: 82%; text-align: {start}; }}
  @bottom-{end} {{ content: counter(page) " / " counter(pages); text-align: {end}; }}
}}
h1 {{ string-set: title content(); }}
body {{ font-family: {_FONTS} !important; }}
h2, caption, figcaption {{ break-after: avoid !important; }}
ul {{ break-inside: avoid; }}
p, li {{ orphans: 3; widows: 3; }}
figcaption {{ font-size: 9.5pt !important; }}
dl > div {{ display: block !important; }}
dt, dd.amount {{ display: inline-block; width: 80%; vertical-align: top; }}
dd.amount {{ width: 20%; }}
dd.means {{ max-width: none !important; }}
footer {{ margin-top: 1.2rem !important; break-before: avoid; break-inside: avoid; }}
"""


def _renderer() -> ModuleType:
    """Return WeasyPrint.

    Raises:
        UsageError: usage.extra, where it is not installed.
        PageError: page.library, where it does not find Pango.
    """
    try:
        with redirect_stdout(io.StringIO()):  # where a PDF may go: it prints what it lacks
            return import_module("weasyprint")
    except ModuleNotFoundError as error:
        raise UsageError("usage.extra", extra="pdf") from error
    except OSError as error:
        reason = str(error).partition("\n")[0][:_REASON_LENGTH]
        raise PageError("page.library", reason=reason) from error


def require_renderer() -> None:
    """Refuse what would end in a PDF (pdf-bestand) where none can be made, before it takes time.

    Raises:
        UsageError: usage.extra, where the extra `pdf` is not installed.
        PageError: page.library.
    """
    _renderer()


def _is_tag(each: object) -> bool:
    return isinstance(each, dict) and "S" in each


def _mend_tags(_document: object, pdf: Any) -> None:  # noqa: ANN401 (of the renderer, untyped)
    """Mend what the renderer says of tables and lists to a screen reader.

    A header of a table heads a column or a row. A list of groups is many lists, and what merely
    holds a line of a group together is nothing.
    """

    def at(reference: bytes) -> Any:  # noqa: ANN401 (as above)
        return pdf.objects[int(reference.split()[0])]

    tags: list[Any] = [each for each in pdf.objects if _is_tag(each)]
    divisions = [tag for tag in tags if tag["S"] == "/Div"]
    groups = [tag for tag in divisions if at(tag["P"])["S"] == "/L"]
    for group in groups:
        at(group["P"])["S"], group["S"] = "/Div", "/L"
    for line in (tag for tag in divisions if tag["S"] == "/Div" and at(tag["P"])["S"] == "/L"):
        group, kids = at(line["P"]), list(line["K"])
        place = group["K"].index(line.reference)
        group["K"][place : place + 1] = kids
        for kid in kids:
            at(kid)["P"] = group.reference
    for header in (tag for tag in tags if tag["S"] == "/TH"):
        in_head = at(at(header["P"])["P"])["S"] == "/THead"
        header["A"]["Scope"] = "/Column" if in_head else "/Row"


def statement_pdf(page: Page) -> bytes:
    """Write a page for people as PDF (pdf-bestand), to file or to post.

    Args:
        page: a statement, a decision, or the report of an audit.

    Raises:
        UsageError: usage.extra, where the extra `pdf` is not installed.
        PageError: page.library, page.layout.
    """
    weasyprint, html = _renderer(), statement_html(page)
    urls = import_module("weasyprint.urls")
    style = _style(right_to_left=Formats(page.language).is_right_to_left)
    nothing = urls.URLFetcher(allowed_protocols=(), fail_on_errors=True)
    try:
        written: bytes = weasyprint.HTML(string=html, url_fetcher=nothing).write_pdf(
            stylesheets=[weasyprint.CSS(string=style, url_fetcher=nothing)],
            finisher=_mend_tags,
            pdf_variant=_VARIANT,
            pdf_tags=True,
            pdf_identifier=sha256(html.encode()).digest()[:16],
        )
    # It fails by assertion too. That it was asked to fetch something is no `Exception` there.
    except (Exception, urls.FatalURLFetchingError) as error:
        reason = str(error)[:_REASON_LENGTH] or type(error).__name__
        raise PageError("page.layout", title=as_plain(page.title), reason=reason) from error
    return written
