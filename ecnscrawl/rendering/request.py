"""Mark requests for rendering, and tell which responses were rendered."""

from dataclasses import dataclass
from typing import Self

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from ecnscrawl.pages.charsets import decode
from ecnscrawl.pages.endings import TAIL, ends_in_html

_KEY, _END = "rendering", "document_end"


class RenderFailed(IgnoreRequest):
    """A page could not be rendered. The message is short and has no variable parts, so that a report can count it."""


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """How to render a request's page."""

    wait_for: str | None = None  #: XPath of an element that scripts write; None waits until the network is idle
    document: Response | None = None  #: the response to render; None downloads it first


@dataclass(frozen=True, slots=True)
class DocumentEnd:
    """How the document of a rendered page ended as it came: a browser writes an end under each."""

    is_closed: bool  #: in `</html>`
    tail: bytes  #: its last bytes

    @classmethod
    def of(cls, document: Response) -> Self:
        """What is to be kept of it."""
        return cls(ends_in_html(decode(document.body)), document.body[-TAIL:])


def note_end(request: Request, document: Response) -> None:
    """Have the response to a request say how its document ended."""
    request.meta[_END] = DocumentEnd.of(document)


def document_end(response: Response) -> DocumentEnd | None:
    """How the document of a rendered page ended; None where the response is a page as it came."""
    found = response.request.meta.get(_END) if response.request is not None else None
    return found if isinstance(found, DocumentEnd) else None


def request_rendering(request: Request, render_request: RenderRequest) -> Request:
    """Mark a request for rendering, and return it."""
    # The rendering is not retried: its document and its subrequests are, each by itself.
    request.meta.update({_KEY: render_request, "dont_retry": True})
    return request


def render_request_of(request: Request) -> RenderRequest | None:
    """Return how to render a request, or None if it is a plain one."""
    found = request.meta.get(_KEY)
    return found if isinstance(found, RenderRequest) else None


def rendered_from(response: Response) -> Response | None:
    """Return the response before rendering; None if the page was only requested for rendering, or not rendered."""
    render_request = render_request_of(response.request) if response.request is not None else None
    return render_request.document if render_request else None


def is_rendered(response: Response) -> bool:
    """Whether the request of a response was marked for rendering."""
    return response.request is not None and render_request_of(response.request) is not None
