"""Decide whether to render a listing page that has no articles, and remember if that did not help before."""

from scrapy import Request

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.listing_page import ListingPage
from ecnscrawl.crawling.render_policy import RenderPolicy
from ecnscrawl.frontier.records import ListingSnapshot
from ecnscrawl.frontier.scope import RenderMode
from ecnscrawl.reading.listing_page import ListingContent, read_shell
from ecnscrawl.rendering.request import rendered_from
from ecnscrawl.sites.base import SiteProfile


class EmptyListings:
    """Decides about listing pages without articles. What was tried before is stored in the state's ListingSnapshot."""

    def __init__(self, context: CrawlContext, profile: SiteProfile, render_policy: RenderPolicy) -> None:
        self._context = context
        self._profile = profile
        self._render_policy = render_policy

    async def shell(self, page: ListingPage, content: ListingContent) -> bytes | None:
        """Return the fingerprint of a page that has no articles but scripts; of a rendered one as it was before."""
        plain = rendered_from(page.response)
        if plain is None or content.articles or self._render_policy.mode is not RenderMode.AUTO:
            return content.shell
        source = self._profile.source(plain.url, plain.body, plain.charset)
        return await self._context.reader.read(read_shell, source)

    def rerender(self, page: ListingPage, shell: bytes | None) -> Request | None:
        """Return the request that renders a page without articles; None where rendering was no help before.

        Without a browser such a page makes the run unhealthy once, and then not until the page changes.
        """
        if self._render_policy.mode is not RenderMode.AUTO or shell is None:
            return None
        if rendered_from(page.response) is not None:
            page.note_empty(shell, was_rendered=True)
            return None
        if page.is_known_as_empty(shell, has_browser=self._render_policy.missing_browser is None):
            page.note_empty(shell, was_rendered=page.before is not None and page.before.was_rendered)
            return None
        page.note_empty(shell, was_rendered=False)
        wait_for = self._profile.page_class.awaited_in_listing
        return self._render_policy.rerender(page.response, wait_for, has_scripts=True)

    def was_missed(self, before: ListingSnapshot | None) -> bool:
        """Whether a page was found empty when there was no browser, and now there is one to run its scripts."""
        is_waiting = before is not None and before.empty_page is not None and not before.was_rendered
        return is_waiting and self._render_policy.may_render
