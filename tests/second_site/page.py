"""The pages of La Gaceta del Valle: a headline, a line with the date in words, a body, photos with a credit."""

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from ecnscrawl.pages.base import Page
from ecnscrawl.pages.blocks import Block, BlockReader, text_of
from ecnscrawl.pages.document import selector
from ecnscrawl.pages.element_roles import ElementRole
from ecnscrawl.pages.extractors import Extractor
from ecnscrawl.pages.generic import GenericText
from ecnscrawl.pages.metadata import Metadata
from ecnscrawl.pages.text_patterns import NoPatterns

_TITLE = selector("//h2[@class='titular']")
_LINE = selector("//p[@class='firma']")
_SECTION = selector("//ol[@class='migas']/li[last()]")
_BODY = selector("//div[@class='texto']")

# Por Lucía Peña Ríos | 12 de marzo de 2026, 2:05 p. m.
_AUTHORS = re.compile(r"Por (?P<names>[^|]+)")
_DATE = re.compile(r"(\d{1,2})\.? de (\w+) de (\d{4})(?:, (\d{1,2}):(\d\d) ([ap])\. ?m\.)?")
_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
_CREDIT = re.compile(r"Foto: (?P<credit>[^.]+)\.?$")


class GacetaPatterns(NoPatterns):
    """How the site credits its photos: `Foto: Lucía Peña.` at the end of the caption."""

    def credit(self, text: str) -> str | None:
        match = _CREDIT.search(text)
        return match["credit"] if match else None


class Layout(Extractor):
    """The only layout so far."""

    name = "layout"

    def title(self) -> str | None:
        return next((text_of(element) for element in self.page.all(_TITLE)), None)

    def published_at(self) -> str | None:
        """Return the time in a form that the loader reads. Without a zone, it is in the site's."""
        if not (match := _DATE.search(self._line)):
            return None
        day, name, year, hour, minute, half = match.groups()
        month = _MONTHS.index(name.lower()) + 1 if name.lower() in _MONTHS else 0  # no time is read with month 0
        clock = f" {hour}:{minute} {half}m" if hour else ""
        return f"{year}-{month:02}-{int(day):02}{clock}"

    def authors(self) -> list[str]:
        match = _AUTHORS.match(self._line)
        return re.split(r",\s*|\s+y\s+", match["names"].strip()) if match else []

    def section(self) -> str | None:
        return next((text_of(element) for element in self.page.all(_SECTION)), None)

    def blocks(self) -> list[Block]:
        reader = BlockReader(classify)
        for body in self.page.outermost(_BODY):
            reader.read(body)
        return reader.blocks

    @property
    def _line(self) -> str:
        return next((text_of(element) for element in self.page.all(_LINE)), "")


def classify(element: HtmlElement) -> ElementRole:
    """Recognize captions, and elements in a body that do not belong to the article."""
    match element.get("class"):
        case "pie-de-foto":
            return ElementRole.CAPTION
        case "publicidad" | "relacionadas":
            return ElementRole.SKIP
    return ElementRole.KEEP


class GacetaPage(Page):
    """A page of an article."""

    layouts = ("2026",)
    site_patterns = GacetaPatterns()

    def extractors(self) -> Sequence[Extractor]:
        if self.document.all(_TITLE):
            self.layout = "2026"
        return [Layout(self.document), Metadata(self.document), GenericText(self.document, classify)]
