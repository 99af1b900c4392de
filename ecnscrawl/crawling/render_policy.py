"""Decide which pages are rendered by a browser: all, none, or those that arrive without their content."""

from functools import cached_property

from scrapy import Request
from scrapy.http import HtmlResponse, Response

from ecnscrawl.context import CrawlContext
from ecnscrawl.frontier.scope import RenderMode
from ecnscrawl.monitoring.stats import RenderingStats
from ecnscrawl.network.request_info import RequestKind, info_of_response
from ecnscrawl.rendering.executable import why_not_found
from ecnscrawl.rendering.request import is_rendered, request_rendering, rerender_request


class RenderPolicy:
    """What the user asked for by `render` or RENDER, and whether there is a browser."""

    def __init__(self, context: CrawlContext) -> None:
        self._context = context

    @cached_property
    def mode(self) -> RenderMode:
        """When pages are rendered."""
        mode = self._context.arguments.render or RenderMode(self._context.settings["RENDER"])
        self.stats.mode = mode
        return mode

    @property
    def stats(self) -> RenderingStats:
        """The statistics for the report."""
        return self._context.stats.rendering

    @cached_property
    def missing_browser(self) -> str | None:
        """Why there is no browser; None if there is one."""
        return self._context.no_browser or why_not_found(self._context.settings)

    @property
    def may_render(self) -> bool:
        """Whether an empty page can be rendered in this run."""
        return self.mode is RenderMode.AUTO and self.missing_browser is None

    def with_rendering(self, request: Request, wait_for: str | None) -> Request:
        """Return a first request for a page, marked for rendering if all pages are rendered."""
        if self.mode is not RenderMode.ALWAYS:
            return request
        for header in ("If-None-Match", "If-Modified-Since"):  # they would be answered for the page without its scripts
            request.headers.pop(header, None)
        return request_rendering(request, wait_for)

    def rerender(self, response: Response, wait_for: str | None, *, has_scripts: bool) -> Request | None:
        """Return the request that renders an empty page; None if rendering would not help, or is not possible."""
        if not needs_rendering(self.mode, response, has_scripts=has_scripts):
            return None
        if self.missing_browser:
            self.stats.missing = self.missing_browser
            # A deeper page of a listing is not counted: it is mostly the empty one after the last.
            self.stats.missed += info_of_response(response).kind is not RequestKind.DEEPER
            return None
        return rerender_request(response, wait_for)


def needs_rendering(mode: RenderMode, response: Response, *, has_scripts: bool) -> bool:
    """Whether a page that arrived without its content may get it from its scripts."""
    return mode is RenderMode.AUTO and has_scripts and isinstance(response, HtmlResponse) and not is_rendered(response)
