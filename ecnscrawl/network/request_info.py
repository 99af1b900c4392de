"""RequestInfo: what the crawl keeps with a request, as one typed value in `request.meta`.

Scrapy copies `meta` with each copy of a request (a retry, a redirect), so the value is immutable: a change of the copy
must not change the original. It holds data only, so that it can be pickled and encoded as JSON.
"""

from enum import StrEnum
from typing import Any

import msgspec
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from ecnscrawl.network.http import charset_of
from ecnscrawl.pages.charsets import decode
from ecnscrawl.pages.endings import TAIL, ends_in_html
from ecnscrawl.storage.archive.exchange import Exchange

KEY = "ecnscrawl"  #: the key of `request.meta`


class RequestKind(StrEnum):
    """The purpose of a request. Reports count requests by it."""

    FEED = "feed"
    LISTING = "listing"  #: the front page, and the first page of a listing
    DEEPER = "deeper"  #: a further page of a listing
    ARTICLE = "article"
    PART = "part"  #: a further page of an article
    RECHECK = "recheck"  #: the first page of an article that is stored
    ROBOTS = "robots"
    RENDERING = "rendering"  #: a subrequest of a rendered page
    OTHER = "other"


class DownloadedPage(msgspec.Struct, frozen=True):
    """A downloaded page that waits to be rendered."""

    url: str
    body: bytes
    charset: str | None  #: that its Content-Type names

    @classmethod
    def of(cls, response: Response) -> "DownloadedPage":
        """Keep what rendering needs of a response."""
        return cls(response.url, response.body, charset_of(response))

    def response(self, request: Request) -> HtmlResponse:
        """Return it as the response to a request."""
        charset = f"; charset={self.charset}" if self.charset else ""
        return HtmlResponse(self.url, headers={"Content-Type": f"text/html{charset}"}, body=self.body, request=request)


class RenderOptions(msgspec.Struct, frozen=True):
    """How to render a request's page."""

    wait_for: str | None = None  #: XPath of an element that scripts write; None waits until the network is idle
    document: DownloadedPage | None = None  #: the page to render; None downloads it first


class DocumentEnd(msgspec.Struct, frozen=True):
    """How the document of a rendered page ended before rendering: a browser closes every page."""

    is_closed: bool  #: with `</html>`
    tail: bytes  #: its last bytes

    @classmethod
    def of(cls, document: Response) -> "DocumentEnd":
        """Keep how a document ends."""
        return cls(ends_in_html(decode(document.body)), document.body[-TAIL:])


class RequestInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the crawl keeps with one request."""

    kind: RequestKind = RequestKind.OTHER
    listing: str | None = None  #: the listing in whose budget it counts
    article: str | None = None  #: the id of the article that it requests a page of
    number: int = 1  #: of that page, or of the listing's page
    is_left_over: bool = False  #: an earlier run found the article
    rendering: RenderOptions | None = None  #: None for a plain request
    document_end: DocumentEnd | None = None  #: of the response, if it was rendered
    rendered_page: int | None = None  #: number of the rendered page whose scripts load it
    exchanges: tuple[Exchange, ...] = ()  #: what came so far, redirects too; only if it is archived
    not_before: float | None = None  #: the earliest time to send it, in seconds of the monotonic clock
    backoff: float = 0.0  #: seconds that this retry waits
    is_scheduled: bool = False  #: it came through the scheduler, so it can be put back there
    queued_at: float | None = None  #: when the downloader took it, in seconds of the monotonic clock


_DEFAULT = RequestInfo()
#: What happened to a request on its way; a new request for the same page starts without it.
_ON_THE_WAY = {"exchanges": (), "not_before": None, "backoff": 0.0, "is_scheduled": False, "queued_at": None}


def info_of(request: Request) -> RequestInfo:
    """Return what is kept with a request; the defaults for a request of Scrapy's own."""
    info: RequestInfo = request.meta.get(KEY, _DEFAULT)
    return info


def info_of_response(response: Response) -> RequestInfo:
    """Return what is kept with the request of a response."""
    return info_of(response.request) if response.request is not None else _DEFAULT


def update_info(request: Request, **changes: Any) -> Request:
    """Change what is kept with a request, and return the request."""
    request.meta[KEY] = msgspec.structs.replace(info_of(request), **changes)
    return request


_PERMANENT = frozenset({301, 308})  #: the other redirects say that the next request should come to the old address
#: Keys of Scrapy that say what was requested.
_KEPT = ("handle_httpstatus_list", "redirect_urls", "redirect_reasons")


def meta_to_repeat(request: Request, **changes: Any) -> dict[str, Any]:
    """Return the `meta` of a new request for the same page, which has not been on its way yet.

    Of Scrapy's keys, only `_KEPT` are kept. Retries and delays start from zero.
    """
    meta: dict[str, Any] = request.meta
    kept: dict[str, Any] = {key: meta[key] for key in _KEPT if key in meta}
    return {**kept, KEY: msgspec.structs.replace(info_of(request), **_ON_THE_WAY, **changes)}


def copy_redirects(source: Request, target: Request) -> None:
    """Note with a request the redirects of another one, which has fetched the same page."""
    target.meta.update({key: source.meta[key] for key in ("redirect_urls", "redirect_reasons") if key in source.meta})


def is_moved_for_good(request: Request) -> bool:
    """Return whether all redirects that led to a request were permanent; also if there was none."""
    return all(reason in _PERMANENT for reason in request.meta.get("redirect_reasons", []))


def first_url(request: Request) -> str:
    """Return the URL that was requested first, before any redirect."""
    redirects: list[str] = request.meta.get("redirect_urls", [])
    return redirects[0] if redirects else request.url
