"""A downloaded page of a listing, compared with its last version in the state."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from msgspec.structs import replace
from scrapy import Request
from scrapy.http import Response

from ecnscrawl.frontier.records import CacheValidators, ListingSnapshot
from ecnscrawl.network.http import validators_of
from ecnscrawl.network.request_info import first_url
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.endings import Copy, Ending, ending_of
from ecnscrawl.reading.listing_page import ListingContent
from ecnscrawl.rendering.request import document_end
from ecnscrawl.visits import ListingRead

NO_ARTICLE = "it links to no article"


@dataclass
class ListingPage:
    """A response, and the entry of its URL in the state."""

    response: Response
    before: ListingSnapshot | None
    is_read_anyway: bool  #: read it even if it has not changed
    empty_page: bytes | None = None  #: its fingerprint, if it has no links but scripts
    was_rendered: bool = False  #: a browser has run these scripts, in this run or an earlier one

    @cached_property
    def digest(self) -> bytes:
        """A digest of the page's content."""
        return hashlib.blake2b(self.response.body, digest_size=16).digest()

    @cached_property
    def is_unchanged(self) -> bool:
        """Whether the page has not changed since it was last read: by a 304, or by its digest."""
        if self.before is None:
            return False
        return self.response.status == 304 or (not self.is_read_anyway and self.before.digest == self.digest)

    def note_empty(self, empty_page: bytes, *, was_rendered: bool) -> None:
        """Note a page without links but with scripts. It is remembered only if it never had links."""
        if self.before is None or not self.before.most_links:
            self.empty_page, self.was_rendered = empty_page, was_rendered

    def is_known_as_empty(self, empty_page: bytes, *, has_browser: bool) -> bool:
        """Whether the last run found the same empty page, and rendering it again would not help."""
        before = self.before
        if before is None or self.is_read_anyway or before.empty_page != empty_page:
            return False
        return before.was_rendered or not has_browser

    def ending(self, content: ListingContent) -> Ending:
        """Return how it ends. A feed or sitemap must end its root element, any other page must end in `</html>`."""
        end = document_end(self.response)
        return ending_of(has_mark=False, mark_seen=False, is_closed=end.is_closed if end else content.is_closed)

    def copy(self, links: Sequence[ArticleRef]) -> Copy:
        """Return what is kept of this copy of the page, with its links to articles, to compare it with another one."""
        end = document_end(self.response)
        return Copy.of([address.url for address in links], end.tail if end else self.response.body)

    def read(
        self,
        name: str,
        number: int,
        links: Sequence[ArticleRef],
        *,
        run: int,
        now: int,
        may_be_empty: bool = False,
    ) -> ListingRead:
        """Return the item for the pipelines: the page was read by this run, now (seconds since 1970), with these links.

        If the first page of a listing has no article, it is not a listing: the site has changed, or it never was one.
        A page that `may_be_empty`, such as that of a day or a sitemap index, is an exception.
        """
        state = self._state(len(links), run, now)
        listing = ListingRead(name, number, links, state)
        if number == 1 and not state.links and not may_be_empty:
            listing.failure, listing.is_missing, listing.is_empty = NO_ARTICLE, True, True
            listing.was_there = state.most_links > 0
        return listing

    @staticmethod
    def to_read_again(listing: ListingRead) -> ListingRead:
        """Remove the validators and the time: the page shows no end in two equal copies, or has no entries.

        With validators, a 304 could hide the rest of it; with the time, a sitemap that has not changed since would not
        be requested. If the next run gets the same content, the page is complete.
        """
        if (state := listing.state) is not None:
            listing.state = replace(state, validators=CacheValidators(state.validators.url), last_read=0)
        return listing

    def _state(self, links: int, run: int, now: int) -> ListingSnapshot:
        before = self.before
        if before and self.response.status == 304:
            return replace(before, last_read=now)
        most = max(links, before.most_links) if before else links
        if before and before.digest == self.digest and not links:  # seen before, and not read again
            links, run = before.links, before.last_run
        empty_page = None if links else self.empty_page
        validators = validators_of(self.response, first_url(cast(Request, self.response.request)))
        was_rendered = self.was_rendered and empty_page is not None
        return ListingSnapshot(validators, self.digest, now, run, links, most, empty_page, was_rendered)
