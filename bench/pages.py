"""`python -m bench.pages`: measure the time from a page's bytes to its record, relative to a bare lxml parse.

Both are measured in turn, so that the ratio is right even if the machine's speed changes meanwhile.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from lxml import html

from ecnscrawl.extraction import extract_sources
from ecnscrawl.items import to_line
from ecnscrawl.pages.document import Source
from ecnscrawl.sites.ecns import ECNS
from replica.generated_site import GeneratedSite

SIZE = 60_000  #: bytes of a page
ROUNDS = 200
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def page_of(size: int) -> Source:
    """Return a page of `size` bytes: one of a generated site, with a longer list of pictures at the bottom."""
    site = GeneratedSite(40, seed=1, now=NOW)
    url = next(str(record["url"]) for record in site.truth.values() if record["layout"] == "2026" and record["body"])
    resource = site.site.resource(url)
    assert resource is not None
    head, strip, rest = resource.body.partition(b'<ul class="picshowlist inblock">')
    item = rest[: rest.index(b"</li>") + 5]
    padding = item * ((size - len(resource.body)) // len(item))
    return Source(url, head + strip + padding + rest, "utf-8")


def record_of(source: Source) -> bytes:
    """Return the page's record as a line, made as a crawl does."""
    address = ECNS.article_ref(source.url)
    assert address is not None
    _, article = extract_sources([source], ECNS, address, fetched_at=NOW)
    return to_line(article)


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print the medians and their ratio."""
    source = page_of(SIZE)
    pairs = [
        (seconds(lambda: record_of(source)), seconds(lambda: html.document_fromstring(source.body)))
        for _ in range(ROUNDS)
    ]
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"{len(source.body):,} bytes: record {ours * 1e3:.2f} ms, bare parse {bare * 1e3:.2f} ms, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
