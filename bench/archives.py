"""WARC files of generated pages, as large as wanted."""

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

from bench.site import NOW, bench_site
from ecnscrawl.extraction import extract
from ecnscrawl.storage.archive.exchange import Exchange
from ecnscrawl.storage.archive.records import Records

MODELS = 40  #: articles of which the others are variants
_HEADERS = ((b"Content-Type", b"text/html; charset=utf-8"), (b"Content-Encoding", b"gzip"))
_NUMBER = re.compile(r"\d{7}(?=\.shtml)")


def pages(size: int) -> Iterator[tuple[str, bytes]]:
    """Yield addresses and pages without end. Each has a headline and an address of its own."""
    generated = bench_site(MODELS, size=size)
    models = []
    for record in generated.truth.values():
        url, title = str(record["url"]), str(record["title"])
        page = gzip.decompress(generated.site.resource(url).body)
        article = extract(page.replace(title.encode(), b"Another headline"), url)
        if record["layout"] == "2026" and article and article.title == "Another headline" and article.body:
            models.append((url, title.encode(), page))
    for number in count(1_000_000):
        url, title_bytes, page = models[number % len(models)]
        yield _NUMBER.sub(str(number), url), page.replace(title_bytes, title_bytes + b" %d" % number)


def write_archive(path: Path, found: Iterator[tuple[str, bytes]], size: int = 0) -> int:
    """Write the pages into an archive, or as many as it takes to reach a size, in bytes; return their number."""
    number = 0
    records = Records(path.name, {"software": "ecnscrawl bench", "isPartOf": "ecns"}, "2026-11-20T00:00:00Z")
    with path.open("wb") as file:
        file.write(records.first)
        for url, page in found:
            body = gzip.compress(page, 1, mtime=0)
            exchange = Exchange(url=url, at=NOW + timedelta(seconds=number), body=body, headers=_HEADERS)
            file.write(b"".join(records.of([exchange])))
            number += 1
            if size and file.tell() >= size:
                break
    return number
