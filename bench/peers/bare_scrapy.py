"""Scrapy as its tutorial shows it: a spider with two selectors, 64 requests at a time, items counted and dropped."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

read = 0


class BareSpider(scrapy.Spider):
    """Reads headline and paragraphs."""

    name = "bare"

    async def start(self) -> AsyncIterator[Any]:
        for url in Path(sys.argv[1]).read_text(encoding="utf-8").split():
            yield scrapy.Request(url)

    def parse(self, response: Response) -> Iterator[Any]:
        global read  # noqa: PLW0603 - the program's only result
        body = "\n\n".join(response.css("#yanse p::text").getall())
        read += bool(body)
        yield {"url": response.url, "title": response.css("#contitle::text").get(), "body": body}


if __name__ == "__main__":
    concurrency = {"CONCURRENT_REQUESTS": 64, "CONCURRENT_REQUESTS_PER_DOMAIN": 64, "DOWNLOAD_DELAY": 0}
    process = CrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, **concurrency})
    process.crawl(BareSpider)
    process.start()
    print(read)
