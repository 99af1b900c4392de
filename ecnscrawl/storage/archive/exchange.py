"""A request and its response as they went over the wire, for the archive."""

from datetime import datetime

import msgspec

PURPOSE = "Ecnscrawl-Purpose"  #: a field of our own: what a page was requested for, which its address may not show
#: Another one, of a further page of an article: its number, and the address at which the article was requested.
PART = "Ecnscrawl-Part"
#: Another one, of a page that shows no end: the crawl took it without a second copy, as the site has no end mark.
END, NO_END = "Ecnscrawl-End", "none"
Headers = tuple[tuple[bytes, bytes], ...]


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One request and its response; or, if `is_rendered`, what a browser made of a page."""

    url: str
    at: datetime  #: when the response arrived; aware
    body: bytes  #: as sent: without its transfer coding, with its content codings
    method: str = "GET"
    request_headers: Headers = ()
    status: int = 200
    protocol: str = "HTTP/1.1"
    headers: Headers = ()  #: of the response
    purpose: str | None = None  #: what it was requested for, as a `RequestKind`
    part: str | None = None  #: of a further page of an article: its number and the article's address, as `PART` has it
    has_no_end: bool = False  #: it shows no end, and the crawl took it because the site has no end mark
    is_truncated: bool = False  #: the crawl stopped the download
    is_rendered: bool = False  #: `body` is HTML in UTF-8, read from the browser; it has no headers
