"""The second try: which pages a browser is to look at too, because they came without what they should have."""

from functools import cached_property
from typing import ClassVar, cast

from scrapy import Request, Spider
from scrapy.http import Response

from ecnscrawl.context import context_of
from ecnscrawl.frontier.scope import Arguments, RenderMode
from ecnscrawl.monitoring.stats import RenderingStats
from ecnscrawl.pages.document import Document
from ecnscrawl.rendering.executable import why_not_found
from ecnscrawl.rendering.request import RenderRequest, is_rendered, request_rendering
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.storage.run import Run

_KEPT = ("kind", "listing", "is_left_over", "handle_httpstatus_list", "redirect_urls")  # of what a plain request says


class RenderingSpider(Spider):
    """Has pages rendered, as the user wants it."""

    profile: ClassVar[SiteProfile]

    arguments: Arguments

    @property
    def this_run(self) -> Run:
        """The run under way."""
        return context_of(self.crawler).run

    @cached_property
    def mode(self) -> RenderMode:
        """When pages are rendered."""
        mode = self.arguments.render or RenderMode(self.settings["RENDER"])
        context_of(self.crawler).stats.rendering.mode = mode
        return mode

    @property
    def rendering(self) -> RenderingStats:
        """What is counted of it."""
        return context_of(self.crawler).stats.rendering

    @cached_property
    def _no_browser(self) -> str | None:
        return why_not_found(self.settings)

    @property
    def has_browser(self) -> bool:
        """Whether there is a browser to render with."""
        return self._no_browser is None

    def asked_for(self, request: Request, awaited: str | None) -> Request:
        """A first request for a page: rendered at once where everything is."""
        if self.mode is not RenderMode.ALWAYS:
            return request
        for header in ("If-None-Match", "If-Modified-Since"):  # they would be answered for the page without its scripts
            request.headers.pop(header, None)
        return request_rendering(request, RenderRequest(awaited))

    def asked_again(self, response: Response, page: Document, awaited: str | None) -> Request | None:
        """The request that has a browser look at an empty page; None where there is nothing to be gained."""
        if self.mode is not RenderMode.AUTO or is_rendered(response) or not page.has_scripts:
            return None
        plain = cast(Request, response.request)
        if self._no_browser:
            self.rendering.missing = self._no_browser
            self.rendering.missed += plain.meta["kind"] != "deeper"  # mostly the end of a listing is empty
            return None
        meta = {name: plain.meta[name] for name in _KEPT if name in plain.meta}
        # Before others of its kind: it holds a page, and so as few as can be wait at once.
        again = plain.replace(url=response.url, meta=meta, priority=plain.priority + 1)
        return request_rendering(again, RenderRequest(awaited, response))
