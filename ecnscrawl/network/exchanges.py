"""Keep with a request what was sent and received, so that it can be archived when it is clear what was made of it."""

from collections.abc import Iterator
from datetime import datetime

from scrapy import Request
from scrapy.http import Headers, Response

from ecnscrawl.network.request_info import RequestKind, info_of, update_info
from ecnscrawl.storage.archive.exchange import Exchange


def exchange_of(request: Request, response: Response, at: datetime) -> Exchange | None:
    """Return a response as it was sent, which arrived `at` this time (aware), before it is decompressed.

    None for what the scripts of a rendered page load: the rendered page is kept instead.
    """
    if info_of(request).kind is RequestKind.RENDERING:
        return None
    return Exchange(
        url=response.url,
        at=at,
        method=request.method,
        request_headers=tuple(_lines(request.headers)),
        status=response.status,
        protocol=response.protocol or "HTTP/1.1",
        headers=tuple(_lines(response.headers)),
        body=response.body,
        purpose=info_of(request).kind.value,
        is_truncated="download_stopped" in response.flags,
    )


def note_exchange(request: Request, exchange: Exchange) -> None:
    """Add a response to what is kept with its request. A copy of the request, as after a redirect, keeps it too."""
    update_info(request, exchanges=(*info_of(request).exchanges, exchange))


def note_rendered(request: Request, document: Response, html: bytes, at: datetime) -> None:
    """Add what the browser made of a downloaded document to what is kept with the request for it."""
    came = info_of(document.request).exchanges if document.request is not None else ()
    if document.request is not request:
        update_info(request, exchanges=came)
    note_exchange(
        request, Exchange(url=document.url, at=at, body=html, purpose=info_of(request).kind.value, is_rendered=True)
    )


def _lines(headers: Headers) -> Iterator[tuple[bytes, bytes]]:
    for name, values in headers.items():
        yield from ((name, value) for value in values)
