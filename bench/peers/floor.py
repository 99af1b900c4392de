"""The floor: aiohttp downloads 64 pages at a time, lxml parses them, two XPaths. A crawler that parses does no less."""
# mypy: disable-error-code="import-not-found"

import asyncio
import ssl
import sys
from pathlib import Path

import aiohttp
from lxml import html

CONCURRENT = 64


async def main(urls: list[str]) -> int:
    """Read all articles; return their number."""
    waiting, read = list(urls), 0
    tls = ssl.create_default_context()
    async with aiohttp.ClientSession(trust_env=True, connector=aiohttp.TCPConnector(limit=CONCURRENT)) as session:

        async def work() -> None:
            nonlocal read
            while waiting:
                async with session.get(waiting.pop(), ssl=tls) as response:
                    root = html.document_fromstring(await response.read())
                read += bool(root.xpath("//h1[@id='contitle']") and root.xpath("//div[@id='yanse']//p"))

        await asyncio.gather(*(work() for _ in range(CONCURRENT)))
    return read


if __name__ == "__main__":
    print(asyncio.run(main(Path(sys.argv[1]).read_text(encoding="utf-8").split())))
