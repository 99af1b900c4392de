"""Mark the subrequests of a rendered page, so that they can be dropped when the page is closed.

The mark is in the request's meta, so it survives redirects, retries and pauses.
"""

from scrapy import Request

from ecnscrawl.network.exceptions import RequestDropped

META_KEY = "subrequests"  #: key of `request.meta`, which Scrapy copies with each copy of a request

page_closed = object()  #: signal: a rendered page was closed, so its subrequests are no longer needed


class Subrequests:
    """The subrequests of one rendered page."""

    def __init__(self) -> None:
        self.is_closed = False


def subrequests_of(request: Request) -> Subrequests | None:
    """Return the group that a request belongs to, or None if it is not a subrequest."""
    found = request.meta.get(META_KEY)
    return found if isinstance(found, Subrequests) else None


def is_abandoned(request: Request) -> bool:
    """Whether a request is a subrequest of a page that was closed."""
    subrequests = subrequests_of(request)
    return subrequests is not None and subrequests.is_closed


def drop_abandoned(request: Request) -> None:
    """Raise RequestDropped if a request is a subrequest of a page that was closed."""
    if is_abandoned(request):
        raise RequestDropped("the page is closed")
