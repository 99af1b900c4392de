"""Make the requests for articles and listings: what is kept with them, their priority, their validators."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scrapy import Request

from ecnscrawl.frontier.records import CacheValidators
from ecnscrawl.network.request_info import KEY, RequestInfo, RequestKind

# Articles come before deeper listing pages, so that a run that is stopped early has stored something. The pages of an
# article that has begun come before other articles.
_PRIORITIES = {
    RequestKind.OTHER: 50,  # what a publisher reserves, before anything is read
    RequestKind.FEED: 40,
    RequestKind.LISTING: 30,
    RequestKind.PART: 20,
    RequestKind.ARTICLE: 10,
    RequestKind.RECHECK: 5,
    RequestKind.DEEPER: 0,
}
#: Headers of a second request for a page: a cache on the way must not repeat the first response.
_UNCACHED = {"Cache-Control": "no-cache"}


@dataclass(frozen=True, slots=True)
class Callbacks:
    """The spider's methods that get the responses and the failures. Scrapy serialises requests by their names."""

    callback: Callable[..., Any]
    errback: Callable[..., Any]


def new_request(
    url: str,
    info: RequestInfo,
    callbacks: Callbacks,
    condition: CacheValidators | None = None,
    *,
    is_second_copy: bool = False,
    has_begun: bool = False,
) -> Request:
    """Return a request for a page, conditional where `condition` says what was there last time.

    `is_second_copy` requests a page again that shows no end; `has_begun` says that a page of the article has arrived.
    """
    kind = RequestKind.PART if has_begun else info.kind
    return Request(
        url,
        callback=callbacks.callback,
        errback=callbacks.errback,
        headers=condition.headers() if condition else _UNCACHED if is_second_copy else None,
        priority=_PRIORITIES[kind] - (info.number if info.kind is RequestKind.DEEPER else 0),
        meta={"handle_httpstatus_list": [304], KEY: info},
    )
