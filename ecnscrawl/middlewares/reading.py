"""A page that is not fit to be parsed is to its spider what a failed download is."""

from collections.abc import Iterable
from typing import Any

from scrapy.http import Response
from twisted.python.failure import Failure

from ecnscrawl.pages.limits import TooComplex


class UnfitPagesMiddleware:
    """Tells the errback, which counts the page with its reason, instead of ending in a spider error."""

    def process_spider_exception(self, response: Response, exception: Exception) -> Iterable[Any] | None:
        request = response.request
        if not isinstance(exception, TooComplex) or request is None or request.errback is None:
            return None
        failure = Failure(exception)  # type: ignore[no-untyped-call]
        failure.request = request  # type: ignore[attr-defined]
        return request.errback(failure) or ()
