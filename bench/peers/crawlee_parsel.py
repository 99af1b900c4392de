"""crawlee with Parsel and its default client, impit: 64 requests at a time, the same two selectors."""
# mypy: disable-error-code="import-not-found, untyped-decorator"

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from crawlee import ConcurrencySettings
from crawlee.crawlers import ParselCrawler, ParselCrawlingContext
from crawlee.http_clients import ImpitHttpClient
from crawlee.storage_clients import MemoryStorageClient

CONCURRENT = 64


async def main(urls: list[str]) -> int:
    """Read all articles; return their number."""
    read = 0
    concurrency = ConcurrencySettings(
        desired_concurrency=CONCURRENT, max_concurrency=CONCURRENT, min_concurrency=CONCURRENT
    )
    crawler = ParselCrawler(
        # impit does not read SSL_CERT_FILE, and so does not check the test site's certificate.
        http_client=ImpitHttpClient(verify=False, proxy=os.environ["https_proxy"]),
        concurrency_settings=concurrency,
        storage_client=MemoryStorageClient(),
        configure_logging=False,
        request_handler_timeout=timedelta(minutes=1),
    )

    @crawler.router.default_handler
    async def handle(context: ParselCrawlingContext) -> None:
        nonlocal read
        body = "\n\n".join(context.selector.css("#yanse p::text").getall())
        read += bool(body and context.selector.css("#contitle::text").get())

    await crawler.run(urls)
    return read


if __name__ == "__main__":
    print(asyncio.run(main(Path(sys.argv[1]).read_text(encoding="utf-8").split())))
