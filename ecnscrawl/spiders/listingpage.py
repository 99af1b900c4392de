"""A page of a listing as it came, held against what it was when it was last read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from scrapy import Request
from scrapy.http import Response

from ecnscrawl.pages.document import Source
from ecnscrawl.seen import ListingState
from ecnscrawl.spiders.articles import charset_of, validators_of
from ecnscrawl.urls import ArticleAddress
from ecnscrawl.visits import ListingRead


@dataclass
class ListingPage:
    """What came, and what the state says of the address."""

    response: Response
    before: ListingState | None
    is_read_anyway: bool  #: also where it has not changed

    @cached_property
    def source(self) -> Source:
        """As the readers of pages want it."""
        return Source(self.response.url, self.response.body, charset_of(self.response))

    @cached_property
    def digest(self) -> bytes:
        """Tells one content of the page from another."""
        return hashlib.blake2b(self.response.body, digest_size=16).digest()

    @cached_property
    def is_unchanged(self) -> bool:
        """Whether it is as it was when it was last read: by a 304, or by its digest where none is sent."""
        if self.before is None:
            return False
        return self.response.status == 304 or (not self.is_read_anyway and self.before.digest == self.digest)

    def read(self, name: str, number: int, links: Sequence[ArticleAddress], *, run: int, now: int) -> ListingRead:
        """That it was read, by this run and at this time (seconds since 1970), and what it links to.

        The first page of a listing without any article is no listing: the site has changed, or it never was one.
        """
        state = self._state(len(links), run, now)
        listing = ListingRead(name, number, links, state)
        if number == 1 and not state.links:
            listing.failure, listing.is_missing, listing.is_empty = "it links to no article", True, True
            listing.was_there = state.most_links > 0
        return listing

    def _state(self, links: int, run: int, now: int) -> ListingState:
        before = self.before
        if before and self.response.status == 304:
            return replace(before, last_read=now)
        most = max(links, before.most_links) if before else links
        if before and before.digest == self.digest and not links:  # seen before, and not read again
            links, run = before.links, before.last_run
        validators = validators_of(self.response, first_asked_for(cast(Request, self.response.request)))
        return ListingState(validators, self.digest, now, run, links, most)


def first_asked_for(request: Request) -> str:
    """The address that was asked for, before any redirect."""
    redirects: list[str] = request.meta.get("redirect_urls", [])
    return redirects[0] if redirects else request.url
