"""A crawler with the project's settings that asks for the addresses on its standard input; prints what came of each.

It asks for addresses of any host below example.test, and of 127.0.0.1; what it prints is JSON, by address.
"""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.utils.project import get_project_settings
from twisted.python.failure import Failure

from ecnscrawl.network.failures import reason_of
from tests.system.crawling import ROOT

HOSTS = ("example.test", "127.0.0.1")
#: Nothing but the network's side is wanted, and no manners that only slow a test down.
SETTINGS = {
    "ITEM_PIPELINES": {}, "EXTENSIONS": {}, "AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_DELAY": 0, "RETRY_BACKOFF": 0.05
}  # fmt: skip


class Asker(Spider):
    """Requests URLs and stores the outcome of each: `reached …` with the last URL, or the reason of the failure."""

    name = "asker"
    allowed_domains = HOSTS

    def __init__(self, urls: Sequence[str], answers: dict[str, str]) -> None:
        super().__init__()
        self._urls, self._answers = urls, answers

    async def start(self) -> AsyncIterator[Any]:
        for url in self._urls:
            yield Request(url, callback=self.came, errback=self.failed, cb_kwargs={"asked": url})

    def came(self, response: Response, asked: str) -> None:
        self._answers[asked] = f"reached {response.url}"

    def failed(self, failure: Failure) -> None:
        self._answers[cast(Any, failure).request.cb_kwargs["asked"]] = reason_of(failure)


def answers(urls: Sequence[str], environment: dict[str, str], **settings: str) -> dict[str, str]:
    """Return the outcome of each URL, requested by a crawler in its own process."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.middlewares.asking", *(f"{name}={value}" for name, value in settings.items())],
        input="\n".join(urls),
        env=os.environ | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr, ended.stderr
    found: dict[str, str] = json.loads(ended.stdout)
    return found


def main(given: Sequence[str]) -> None:
    """Request the URLs; `given` are settings such as `ROBOTSTXT_OBEY=0`."""
    settings = get_project_settings()
    settings.setdict(SETTINGS | dict(setting.split("=", 1) for setting in given), priority="cmdline")
    process = CrawlerProcess(settings)
    found: dict[str, str] = {}
    process.crawl(Asker, sys.stdin.read().splitlines(), found)
    process.start()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
