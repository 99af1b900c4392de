"""Mark requests for rendering, and tell which responses were rendered."""

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from ecnscrawl.network.request_info import (
    DocumentEnd,
    DownloadedPage,
    RenderOptions,
    info_of,
    info_of_response,
    meta_to_repeat,
    update_info,
)


class RenderFailed(IgnoreRequest):
    """A page could not be rendered. The message is short and has no variable parts, so that a report can count it."""


def request_rendering(request: Request, wait_for: str | None) -> Request:
    """Mark a request for rendering, and return it."""
    # The rendering is not retried: its document and its subrequests are, each by itself.
    request.meta["dont_retry"] = True
    return update_info(request, rendering=RenderOptions(wait_for))


def rerender_request(response: Response, wait_for: str | None) -> Request:
    """Return the request that renders a page which was downloaded without a browser."""
    plain = response.request
    assert plain is not None
    meta = meta_to_repeat(plain, rendering=RenderOptions(wait_for, DownloadedPage.of(response)))
    meta["dont_retry"] = True
    # Before others of its kind: it holds a page, so as few as possible wait at once.
    return plain.replace(url=response.url, meta=meta, priority=plain.priority + 1)


def is_rendered(response: Response) -> bool:
    """Whether the request of a response was marked for rendering."""
    return info_of_response(response).rendering is not None


def document_end(response: Response) -> DocumentEnd | None:
    """How the document of a rendered page ended; None if the response is the page as it was downloaded."""
    return info_of_response(response).document_end


def rendered_from(response: Response) -> DownloadedPage | None:
    """Return the page before rendering; None if it was downloaded for rendering only, or not rendered."""
    options = info_of_response(response).rendering
    return options.document if options else None


def is_for_browser(request: Request) -> bool:
    """Whether a request is to be rendered."""
    return info_of(request).rendering is not None
