"""A request passes the downloader and its middlewares as with Scrapy's own, whatever these return."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from scrapy import Request, signals
from scrapy.core.downloader import Downloader
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
def test_a_request_is_handled_as_by_scrapy(request_: Callable[[], Any], response: Callable[[Any], Any]) -> None:
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


NO_HANDLERS = {"DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"))}
AT_ONCE, DELAYED = {"DOWNLOAD_DELAY": 0.0}, {"DOWNLOAD_DELAY": 0.01}


class Counting:
    """Downloads that take two turns of the event loop; counts how many are under way at once."""

    def __init__(self) -> None:
        self.under_way = self.most = 0
        self.tasks: list[object] = []
        self.in_task: list[bool] = []  # whether each was downloaded in the task that asked for it

    async def download_request_async(self, request: Request) -> Response:
        """Scrapy's name. The last part of the address says what comes of it."""
        self.tasks.append(asyncio.current_task())
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.under_way -= 1
        if request.url.endswith("broken"):
            raise ValueError("no")
        return Response(request.url)


def downloads(kind: type[Downloader], names: list[str], **settings: float) -> tuple[list[object], list[str], Counting]:
    """What comes of these downloads, begun at once; the signals that were sent, sorted; and how they went."""
    sent: list[str] = []
    kept = []  # the dispatcher does not keep its receivers alive

    async def run() -> list[object]:
        crawler = get_crawler(settings_dict={**NO_HANDLERS, "CONCURRENT_REQUESTS_PER_DOMAIN": 2, **settings})
        for name in ("request_reached_downloader", "response_downloaded", "request_left_downloader"):
            kept.append(lambda request, name=name: sent.append(f"{name} {request.url}"))
            crawler.signals.connect(kept[-1], getattr(signals, name))
        downloader = kind(crawler)
        downloader.handlers = handlers  # type: ignore[assignment]
        begun = [asyncio.create_task(downloader._enqueue_request(Request(URL + each))) for each in names]
        found = await asyncio.gather(*begun, return_exceptions=True)
        (slot,) = downloader.slots.values()
        assert (slot.active, slot.transferring, list(slot.queue)) == (set(), set(), [])
        assert slot.lastseen > 0
        handlers.in_task = [task in begun for task in handlers.tasks]
        downloader.close()
        return [each.url if isinstance(each, Response) else type(each) for each in found]

    handlers = Counting()
    return asyncio.run(run()), sorted(sent), handlers


@pytest.mark.parametrize("names", [["a"], ["broken"], ["a", "broken", "b", "c", "broken"]], ids=len)
@pytest.mark.parametrize("settings", [AT_ONCE, DELAYED], ids=["at once", "with a delay"])
def test_downloads_are_those_of_scrapy(names: list[str], settings: dict[str, float]) -> None:
    (found, sent, ours), (theirs, their_signals, counted) = (
        downloads(kind, names, **settings) for kind in (DirectDownloader, Downloader)
    )
    assert (found, sent) == (theirs, their_signals)
    assert ours.most <= counted.most


@pytest.mark.parametrize(
    ("names", "settings", "expected"), [("abc", AT_ONCE, [True, True, False]), ("a", DELAYED, [False])]
)
def test_only_what_need_not_wait_is_downloaded_without_a_task_of_its_own(
    names: str, settings: dict[str, float], expected: list[bool]
) -> None:
    _, _, ours = downloads(DirectDownloader, list(names), **settings)
    assert ours.in_task == expected
