"""Decide whether to render a listing page that has no articles, and remember if that did not help before."""

from scrapy import Request

from ecnscrawl.crawling.listing_page import ListingPage
from ecnscrawl.crawling.render_policy import RenderPolicy
from ecnscrawl.frontier.records import ListingSnapshot
from ecnscrawl.frontier.scope import RenderMode
from ecnscrawl.pages.document import Document
from ecnscrawl.pages.shells import fingerprint
from ecnscrawl.rendering.request import rendered_from
from ecnscrawl.sites.base import SiteProfile


class EmptyListings:
    """Decides about listing pages without articles. What was tried before is stored in the state's ListingSnapshot."""

    def __init__(self, profile: SiteProfile, render_policy: RenderPolicy) -> None:
        self._profile = profile
        self._render_policy = render_policy

    def rerender(self, page: ListingPage) -> Request | None:
        """Return the request that renders a page without articles; None where rendering was no help before.

        Without a browser such a page makes the run unhealthy once, and then not until the page changes.
        """
        if self._render_policy.mode is not RenderMode.AUTO:
            return None
        if (plain := rendered_from(page.response)) is not None:
            document = Document(self._profile.source(plain.url, plain.body, plain.charset))
            page.note_empty(fingerprint(document), was_rendered=True)
            return None
        document = Document(page.source)
        if not document.has_scripts:
            return None
        empty_page = fingerprint(document)
        if page.is_known_as_empty(empty_page, has_browser=self._render_policy.missing_browser is None):
            page.note_empty(empty_page, was_rendered=page.before is not None and page.before.was_rendered)
            return None
        page.note_empty(empty_page, was_rendered=False)
        return self._render_policy.rerender(page.response, document, self._profile.page_class.awaited_in_listing)

    def was_missed(self, before: ListingSnapshot | None) -> bool:
        """Whether a page was found empty when there was no browser, and now there is one to run its scripts."""
        is_waiting = before is not None and before.empty_page is not None and not before.was_rendered
        return is_waiting and self._render_policy.may_render
