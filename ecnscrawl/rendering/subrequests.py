"""Drop the subrequests of a rendered page when the page is closed.

A subrequest carries the number of its page (`RequestInfo.rendered_page`), so the mark survives redirects, retries
and pauses.
"""

from itertools import count

from scrapy import Request
from scrapy.crawler import Crawler

from ecnscrawl.context import context_of
from ecnscrawl.network.exceptions import RequestDropped
from ecnscrawl.network.request_info import info_of

page_closed = object()  #: signal: a rendered page was closed, so its subrequests are no longer needed

_numbers = count(1)


def new_page_number() -> int:
    """Return the number of a page that is about to be rendered."""
    return next(_numbers)


def is_abandoned(crawler: Crawler, request: Request) -> bool:
    """Whether a request is a subrequest of a page that was closed."""
    page = info_of(request).rendered_page
    return page is not None and page in context_of(crawler).closed_pages


def drop_abandoned(crawler: Crawler, request: Request) -> None:
    """Raise RequestDropped if a request is a subrequest of a page that was closed."""
    if is_abandoned(crawler, request):
        raise RequestDropped("the page is closed")
