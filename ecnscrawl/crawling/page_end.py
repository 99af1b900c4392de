"""The end of a listing's page: whether it was seen, or a second answer asked for, or the page cut off."""

from collections.abc import Sequence
from dataclasses import dataclass

from ecnscrawl.crawling.listing_page import ListingPage
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.endings import CUT_OFF, Copy, Decision, Ending, decide


@dataclass
class PageEnd:
    """What is known of the end of a listing's page."""

    ending: Ending | None = None  #: None where it is not known yet
    copy: Copy | None = None  #: of the first answer, which showed no end
    links: Sequence[ArticleRef] = ()  #: of that one
    doubt: str | None = None  #: why it may have been cut off: then this run does not take it for the listing's end
    was_cut: bool = False  #: so two answers say, which differ

    def decide(self, page: ListingPage, links: Sequence[ArticleRef], *, is_xml: bool, has_no_end: bool) -> bool:
        """Whether the page, which links to these articles, is to be asked for once more."""
        if self.ending is not None:  # it was empty, and comes from a browser now
            return False
        ending = page.ending(is_xml=is_xml)
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
        """The page's links; where it may have been cut off, also those of the answer before it."""
        return list({address.id: address for address in (*links, *(self.links if self.doubt else ()))}.values())
