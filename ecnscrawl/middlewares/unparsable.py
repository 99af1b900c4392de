"""Send pages that could not be read to the request's errback."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from scrapy.http import Response
from twisted.python.failure import Failure

from ecnscrawl.exceptions import PageUnread


class UnparsablePageMiddleware:
    """Calls the errback, which counts the page with its reason. Scrapy would count a spider error.

    Such a page is too complex to parse, or its reading was ended, or the run has ended before.
    """

    def process_spider_exception(
        self, response: Response, exception: Exception
    ) -> Iterable[Any] | AsyncIterator[Any] | None:
        request = response.request
        if not isinstance(exception, PageUnread) or request is None or request.errback is None:
            return None
        failure = Failure(exception)  # type: ignore[no-untyped-call]
        failure.request = request  # type: ignore[attr-defined]
        return request.errback(failure) or ()
