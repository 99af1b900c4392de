"""`python -m bench.pages [BYTES ...]`: measure the time from a page's bytes to its record, against a bare lxml parse.

The record is made as a crawl and a re-extraction make it: read, checked for its end, validated and encoded. Both are
measured in turn, in processor time, so that the ratio is right even if the machine's speed changes meanwhile.
"""

import gzip
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from lxml import html

from bench.site import NOW, bench_site
from ecnscrawl.items import to_line, validated
from ecnscrawl.pages.document import Source
from ecnscrawl.reading.article_page import ArticleResponse, RecordTerms, read_article_page
from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.validation import reasons_against
from ecnscrawl.workers.garbage import freeze_start

SIZES = (12_000, 48_000, 76_000)  #: bytes of a page
ROUNDS = 200


def page_of(size: int) -> Source:
    """Return a page of about `size` bytes: an article of the site that the benchmarks crawl."""
    generated = bench_site(40, size=size)
    url = next(
        str(record["url"]) for record in generated.truth.values() if record["layout"] == "2026" and record["body"]
    )
    return Source(url, gzip.decompress(generated.site.resource(url).body), "utf-8")


def record_of(source: Source, terms: RecordTerms) -> bytes:
    """Return the page's record as a line, made as a crawl does."""
    response = ArticleResponse(url=source.url, body=source.body, charset=source.charset, terms=terms)
    read = read_article_page(response).record
    assert read is not None
    assert not reasons_against(read.article, NOW, ECNS.article_ref)
    read.article.revision = 1
    return to_line(validated(read.article))


def seconds(work: Callable[[], object]) -> float:
    """Return how much of the processor's time `work` takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main(words: Sequence[str]) -> None:
    """Print the medians and their ratio."""
    print("| bytes | record, ms | bare parse, ms | parse : record |")
    print("| ---: | ---: | ---: | ---: |")
    pages = [page_of(size) for size in [int(word) for word in words] or SIZES]
    freeze_start()
    for source in pages:
        ref = ECNS.article_ref(source.url)
        assert ref is not None
        terms = RecordTerms(profile=ECNS, ref=ref, fetched_at=NOW)
        pairs = [
            (seconds(lambda: record_of(source, terms)), seconds(lambda: html.document_fromstring(source.body)))  # noqa: B023
            for _ in range(ROUNDS)
        ]
        ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(other / one for one, other in pairs)
        print(f"| {len(source.body):,} | {ours * 1e3:.2f} | {bare * 1e3:.2f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
