"""Decide whether a page of a listing is complete, must be requested once more, or was cut off."""

from collections.abc import Sequence
from dataclasses import dataclass

from ecnscrawl.crawling.listing_page import ListingPage
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.endings import CUT_OFF, Copy, Decision, Ending, decide
from ecnscrawl.reading.listing_page import ListingContent


@dataclass
class ListingPageEnd:
    """What is known about the end of a listing's page."""

    ending: Ending | None = None  #: None if it is not known yet
    copy: Copy | None = None  #: of the first response, which showed no end
    links: Sequence[ArticleRef] = ()  #: the links of the first response
    doubt: str | None = None  #: why it may have been cut off: then it does not count as the listing's end in this run
    was_cut: bool = False  #: two responses differ, so one was cut off

    def must_request_again(self, page: ListingPage, content: ListingContent, *, has_no_end: bool) -> bool:
        """Note how the page ends, which was read, and return whether it must be requested once more."""
        if self.ending is not None:  # the page was empty, and has been rendered now
            return False
        ending, links = page.ending(content), list(content.articles.values())
        copy = None if ending.is_whole else page.copy(links)
        decision = decide(ending, copy, self.copy, has_no_end=has_no_end)
        if decision is Decision.ASK_AGAIN:
            self.copy, self.links = copy, links
            return True
        self.ending, self.was_cut = ending, decision is Decision.REFUSE
        if self.was_cut:
            self.doubt = CUT_OFF
        elif not ending.is_whole and not has_no_end:
            self.doubt = "it shows no end, in two copies that are the same"
        return False

    def joined(self, links: Sequence[ArticleRef]) -> list[ArticleRef]:
        """Return the page's links; if it may have been cut off, also those of the first response."""
        return list({address.id: address for address in (*links, *(self.links if self.doubt else ()))}.values())
