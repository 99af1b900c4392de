"""Keep the parsed pages of articles that have several, until all have arrived: to parse is half of the reading."""

from collections import OrderedDict

from ecnscrawl.pages.base import Page
from ecnscrawl.pages.document import Source

MAX_BYTES = 500_000  #: of the responses whose pages are kept; a tree has about ten times as many


class ParsedPages:
    """The pages that were read last and whose article goes on, as far as MAX_BYTES allows.

    It is only a shortcut: the pages of an article may be read in several processes, and some never all arrive.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._pages: OrderedDict[tuple[type[Page], Source], Page] = OrderedDict()
        self._bytes = 0

    def keep(self, source: Source, page: Page) -> None:
        """Keep a page; the oldest ones are dropped for it."""
        self.take(source, type(page))
        if len(source.body) > self._max_bytes:
            return
        self._pages[type(page), source] = page
        self._bytes += len(source.body)
        while self._bytes > self._max_bytes:
            (_, oldest), _ = self._pages.popitem(last=False)
            self._bytes -= len(oldest.body)

    def take(self, source: Source, kind: type[Page]) -> Page | None:
        """Return the page of a response, once; None if it is not kept."""
        page = self._pages.pop((kind, source), None)
        if page is not None:
            self._bytes -= len(source.body)
        return page
