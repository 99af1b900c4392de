"""Extract an article's fields: by the page's layout, then its metadata, then patterns in its text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.blocks import Block, EndMark
from ecnscrawl.pages.captions import Body, arrange
from ecnscrawl.pages.document import UNDETERMINED, Document, Source
from ecnscrawl.pages.endings import Copy, Ending, ending_of, ends_in_html
from ecnscrawl.pages.extractors import FIELDS, Extractor
from ecnscrawl.pages.text_patterns import TextPatterns, patterns_of

GENERIC = "generic"  #: the layout's name where none matched

_MORE_THAN_BYLINES = 3  # blocks: at each end of a body one may be a byline only


@dataclass(slots=True)
class Extraction:
    """The raw values extracted from an article's pages, and for each field the name of its extractor."""

    layout: str
    values: dict[str, Any] = field(default_factory=dict)
    extractors: dict[str, str] = field(default_factory=dict)
    body: Body = field(default_factory=Body)
    #: The patterns of its language. Not in the `repr`, which is used to compare copies of a page.
    patterns: TextPatterns = field(default_factory=lambda: patterns_of(UNDETERMINED), repr=False)
    dateline: str | None = None


class Page:
    """One page of an article. A site's subclass chooses the extractors."""

    layout = GENERIC
    layouts: ClassVar[tuple[str, ...]] = ()  #: the site's own layouts, by the names that `layout` may have
    has_end_mark: ClassVar[bool] = False  #: whether the site's layouts mark the end of a body
    #: XPath of elements that exist once the scripts of an article's page, or of a listing, have run.
    #: With None a rendered page is complete when the network is quiet.
    awaited: ClassVar[str | None] = None
    awaited_in_listing: ClassVar[str | None] = None
    #: The site's own patterns of credits, bylines and datelines; None for those of its language.
    site_patterns: ClassVar[TextPatterns | None] = None

    def __init__(self, source: Source) -> None:
        self.document = self.parse(source)
        self._site_language = source.language

    def parse(self, source: Source) -> Document:
        """Parse the response. A site whose pages need not be parsed to their ends overrides this."""
        return Document(source)

    def extractors(self) -> Sequence[Extractor]:
        """Return the extractors for this page, the best first."""
        raise NotImplementedError

    def other_parts(self) -> dict[int, str]:
        """The other pages of a paged article that this one names: number, from 2, to address."""
        return {}

    def links_back(self) -> bool:
        """Whether its pager says that this is a further page of an article, where its address may say so."""
        return False

    def canonical(self) -> str | None:
        """Return the address that the page gives as its own, made absolute if the page's address is known."""
        document = self.document
        links = [link.get("href", "") for link in document.root.iter("link") if link.get("rel") == "canonical"]
        stated = [*links, document.metas.get("og:url", ""), str(document.json_ld.get("url") or "")]
        return next((url for each in stated if each and (url := resolve(document.url or each, each))), None)

    def body_of(self, pages: Sequence["Page"]) -> tuple[Body, dict[str, str]]:
        """Return the body of all pages, of which this is the first, and the names of what gave its pictures and videos.

        A page whose body is found by its text alone looks for these here; of all others the blocks have them.
        """
        return arrange([block for page in pages for block in page.blocks], self.patterns), {}

    @property
    def blocks(self) -> list[Block]:
        """The body of this page alone."""
        blocks: list[Block] = self.extracted[0].get("blocks", [])
        return blocks

    @property
    def has_content(self) -> bool:
        """Whether the page has text, pictures or videos."""
        if len(self.blocks) >= _MORE_THAN_BYLINES:
            return True
        return not read([self]).body.is_empty

    @property
    def patterns(self) -> TextPatterns:
        """How credits, bylines and datelines are written in the page's language or by its site."""
        return self.site_patterns or patterns_of(self.extracted[0].get("language") or self._site_language)

    def ending(self, *, is_closed: bool | None = None) -> Ending:
        """Return how the page ends. For a rendered page, `is_closed` is whether the original response was closed.

        An end mark alone is not enough if the page may have been cut off right after it: the pager may lack links, and
        the rest of an incomplete tag would be read as text.
        """
        mark = self.end_mark
        closed = ends_in_html(self.document.markup) if is_closed is None else is_closed
        mark_seen = mark is not None and (closed or (mark.is_last and self.goes_on_after(mark)))
        return ending_of(has_mark=self.has_end_mark, mark_seen=mark_seen, is_closed=closed)

    def goes_on_after(self, mark: EndMark) -> bool:  # noqa: ARG002 - a site looks at it
        """Return whether what follows the mark shows that the pager arrived too; called if there is no `</html>`."""
        return True

    def copy(self, tail: bytes) -> Copy:
        """Return a summary of this response, to compare with other responses for the page; `tail` is its last bytes."""
        return Copy.of(read([self]), tail)

    @property
    def extracted(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Field -> value of the first extractor that has one, and field -> name of that extractor."""
        values, answered, _ = self._extracted
        return values, answered

    @property
    def end_mark(self) -> EndMark | None:
        """The mark at the end of the body, if the page has one."""
        return self._extracted[2]

    @cached_property
    def _extracted(self) -> tuple[dict[str, Any], dict[str, str], EndMark | None]:
        values: dict[str, Any] = {}
        answered: dict[str, str] = {}
        extractors = self.extractors()
        for name in FIELDS:
            for extractor in extractors:
                if value := getattr(extractor, name)():
                    values[name] = value
                    answered[name] = extractor.name_of(name)
                if value or extractor.is_authoritative(name):
                    break
        marks = (extractor.end_mark for extractor in extractors if extractor.end_mark is not None)
        return values, answered, next(marks, None)


def read(pages: Sequence[Page]) -> Extraction:
    """Extract an article from its pages, in order: the fields from the first page, the body from all of them."""
    values, extractors = dict(pages[0].extracted[0]), dict(pages[0].extracted[1])
    patterns = pages[0].patterns
    body, found_by = pages[0].body_of(pages)
    extractors.update(found_by)
    if (bylines := _take_bylines(body, patterns)) and "authors" not in values:
        values["authors"], extractors["authors"] = bylines, "text"
    return Extraction(
        layout=pages[0].layout,
        values={name: value for name, value in values.items() if name != "blocks"},
        extractors=extractors,
        body=body,
        patterns=patterns,
        dateline=patterns.dateline(body.paragraphs[0]) if body.paragraphs else None,
    )


def _take_bylines(body: Body, patterns: TextPatterns) -> list[str]:
    """Remove a first or last paragraph that is only a byline from the body, and return its names.

    If the first paragraph begins with byline and dateline, `By John Lee (AFP) -- …`, only the byline is removed.
    """
    authors: list[str] = []
    if body.paragraphs:
        authors, body.paragraphs[0] = patterns.byline_before_dateline(body.paragraphs[0])
    for end in (0, -1):
        names = patterns.byline(body.paragraphs[end]) if body.paragraphs else []
        if names:
            del body.paragraphs[end]
            authors += [name for name in names if name not in authors]
    return authors
