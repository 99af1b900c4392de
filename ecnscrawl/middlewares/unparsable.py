"""Send pages too complex to parse to the request's errback."""

from collections.abc import Iterable
from typing import Any

from scrapy.http import Response
from twisted.python.failure import Failure

from ecnscrawl.exceptions import TooComplex


class UnparsablePageMiddleware:
    """Calls the errback, which counts the page with its reason. Scrapy would count a spider error."""

    def process_spider_exception(self, response: Response, exception: Exception) -> Iterable[Any] | None:
        request = response.request
        if not isinstance(exception, TooComplex) or request is None or request.errback is None:
            return None
        failure = Failure(exception)  # type: ignore[no-untyped-call]
        failure.request = request  # type: ignore[attr-defined]
        return request.errback(failure) or ()
