"""A request passes the downloader middlewares as with Scrapy's own manager, whatever these return."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.exceptions import _InvalidOutput
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from ecnscrawl.network.downloader import DirectDownloader, DirectMiddlewares

URL = "https://www.example.org/"


class Noted:
    """Two methods of a middleware; each notes that it was called."""

    def __init__(self, calls: list[str], name: str, request: Callable[[], Any], response: Callable[[Any], Any]) -> None:
        self._calls, self._name, self._request, self._response = calls, name, request, response

    def process_request(self, request: Request) -> Any:
        self._calls.append(f"{self._name} request")
        return self._request()

    def process_response(self, request: Request, response: Response) -> Any:
        self._calls.append(f"{self._name} response")
        return self._response(response)


async def later(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


def passes(_: object = None) -> None:
    return None


def fails() -> None:
    raise ValueError("no")


FOUND, AGAIN = Response(URL, status=203), Request(f"{URL}again")
REQUESTS: dict[str, Callable[[], Any]] = {
    "nothing": passes,
    "nothing, later": lambda: later(None),
    "a response": lambda: FOUND,
    "a response, later": lambda: later(FOUND),
    "a request": lambda: AGAIN,
    "a request, later": lambda: later(AGAIN),
    "a text": lambda: "text",
    "a text, later": lambda: later("text"),
    "false": lambda: False,
    "an error": fails,
}
RESPONSES: dict[str, Callable[[Any], Any]] = {
    "the response": lambda response: response,
    "the response, later": later,
    "another one": lambda _: FOUND,
    "a request": lambda _: AGAIN,
    "a request, later": lambda _: later(AGAIN),
    "nothing": passes,
    "nothing, later": lambda _: later(None),
    "a text": lambda _: "text",
}


def outcome(manager: type[DownloaderMiddlewareManager], request: Any, response: Any) -> tuple[object, list[str]]:
    """What comes of a request, and the methods that were called, in order."""
    calls: list[str] = []
    plain = (passes, lambda each: each)
    chain = [
        Noted(calls, "first", *plain), Noted(calls, "second", request, response), Noted(calls, "third", *plain)
    ]  # fmt: skip
    downloaded = Response(URL)

    async def download(_: Request) -> Response:
        calls.append("download")
        return downloaded

    async def run() -> object:
        middlewares = manager(*chain, crawler=get_crawler())
        try:
            found = await middlewares.download_async(download, Request(URL))
        except (ValueError, _InvalidOutput) as error:
            return type(error)
        return "downloaded" if found is downloaded else found

    return asyncio.run(run()), calls


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
@pytest.mark.parametrize("response", RESPONSES.values(), ids=RESPONSES)
def test_what_comes_of_a_request_is_the_same(request_: Callable[[], Any], response: Callable[[Any], Any]) -> None:
    assert outcome(DirectMiddlewares, request_, response) == outcome(DownloaderMiddlewareManager, request_, response)


def test_the_downloader_has_each_middleware_once() -> None:
    crawler = get_crawler()
    downloader = DirectDownloader(crawler)
    assert type(downloader.middleware) is DirectMiddlewares
    assert downloader.middleware.middlewares
    assert len(set(map(type, downloader.middleware.middlewares))) == len(downloader.middleware.middlewares)


def test_scrapys_manager_still_has_the_methods_that_ours_replaces() -> None:
    replaced = {name for name in vars(DirectMiddlewares) if name.startswith("_process")}
    assert replaced == {"_process_request", "_process_response"}
    assert replaced <= vars(DownloaderMiddlewareManager).keys()
