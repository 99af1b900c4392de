"""`python -m bench.database [N] [IDS]`: crawl N articles into files and into PostgreSQL, and fill a state with IDS ids.

Both crawls are those of `bench.crawl`, in turn, without delays, one after the other on one processor; the site and the
server have the others. The server is Debian's, on the same machine, reached by its socket, and writes to the disk as
usual. The ratios are medians over rounds. docs/scaling.md has figures.
"""

import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence

import psycopg

from bench.crawl import Speed, crawl_ours
from bench.ours import ROOT, numbers, use_one_processor
from bench.site import served
from tests.postgres import new_database, postgres

ARTICLES, ROUNDS = 1000, 5
IDS = 1_000_000
NOW = 1_795_000_000


def compare(articles: int, server: dict[str, str]) -> tuple[list[Speed], list[Speed]]:
    """Crawl in turn, in one round more than is counted, which fills caches."""
    files: list[Speed] = []
    rows: list[Speed] = []
    with served(articles) as site:
        use_one_processor()  # site and server have the others
        for number in range(ROUNDS + 1):
            address = new_database(server)
            stores = ((files, None), (rows, address))
            for speeds, database in stores if number % 2 else reversed(stores):
                speed = crawl_ours(site, database=database)
                if number:
                    speeds.append(speed)
    return files, rows


def print_table(files: Sequence[Speed], rows: Sequence[Speed], articles: int) -> None:
    """Print a row for each store, and the ratios."""
    print(f"{articles} articles, {len(files)} rounds\n")
    print("| store | pages/s | CPU ms a page | MB |\n| --- | ---: | ---: | ---: |")
    for name, speeds in (("SQLite and files", files), ("PostgreSQL", rows)):
        pages, processor, memory = (
            statistics.median(getattr(speed, each) for speed in speeds) for each in ("pages", "processor", "memory")
        )
        print(f"| {name} | {pages:.0f} | {processor:.1f} | {memory:.0f} |")
    pages = statistics.median(two.pages / one.pages for one, two in zip(files, rows, strict=True))
    processor = statistics.median(one.processor / two.processor for one, two in zip(files, rows, strict=True))
    print(f"\nPostgreSQL : SQLite, pages/s {pages:.2f}, by processor time {processor:.2f}", flush=True)


def _known(ids: int) -> Iterator[tuple[object, ...]]:
    """Yield the rows of so many stored articles, as a crawl of ecns.cn leaves them."""
    for number in range(ids):
        id_ = f"ihf{number:06x}w{number * 7919 % 10_000_000:07d}"
        day = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
        url = f"https://www.ecns.cn/news/society/{day}/detail-{id_}.shtml"
        parts = f'[["{url}","\\"66ffe9a2-{number:05x}\\"","Fri, 04 Oct 2024 13:14:42 GMT"]]'
        at = NOW - number * 60
        yield (
            "ecns", f"ecns:{id_}", url, "society", number.to_bytes(32, "big"), 1, None, at, at, 1, at, None, parts,
            None, "second",
        )  # fmt: skip


def measure_ids(ids: int, address: str) -> None:
    """Fill the state of a site, and print how much room it takes on the disk."""
    with psycopg.connect(address, autocommit=True) as connection:
        with connection.cursor().copy(
            "COPY ecnscrawl.articles (site, id, url, listing, content_hash, revision, alias_of, published_at,"
            " first_seen, first_run, last_checked, next_check, parts, gone_at, published_precision) FROM STDIN"
        ) as copy:
            for row in _known(ids):
                copy.write_row(row)
        connection.execute("VACUUM ANALYZE ecnscrawl.articles")
        sizes = connection.execute(
            "SELECT pg_total_relation_size('ecnscrawl.articles'), pg_indexes_size('ecnscrawl.articles')"
        ).fetchone()
        assert sizes is not None
        print(f"{ids} known ids: {sizes[0] / ids:.0f} bytes each, {sizes[1] / ids:.0f} of them in indexes", flush=True)


def main(words: Sequence[str]) -> None:
    """Measure both."""
    articles, ids = numbers(words, ARTICLES, IDS)
    with postgres(synced=True) as server:
        if articles:
            print_table(*compare(articles, server), articles)
        if ids:
            measure_ids(ids, new_database(server))


if __name__ == "__main__":
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(ROOT / "ecnscrawl")], check=False)
    main(sys.argv[1:])
