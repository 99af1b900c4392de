"""`python -m bench.search [N]`: measure a full-text index of N articles: how long it takes to make, its size, searches.

A search's time is what `scrapy export --search` spends in the index that is kept: it opens the index, checks the words,
and finds the lines of the matching articles' newest revisions. It is the median of five. The start of the process, and
reading and writing what was found, are not in it. The program fails if a search takes longer than the project promises.

The words are made up; the n-th is about n times as rare as the most frequent one (Zipf's law), as in any language. One
record in twenty is a correction.

200,000 articles, 412 MB, on two cores that eight other processes shared: indexed in 30 s (18 s of the processor), 391
MB; the searches take 15 to 110 ms (26 November 2026).
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from bench.export import FILE_RECORDS
from bench.ours import numbers
from ecnscrawl.exporters.search_file import NAME
from ecnscrawl.exporters.search_index import open_index
from ecnscrawl.exporters.search_query import check_search
from ecnscrawl.items import Article, Image, to_line
from ecnscrawl.normalize.timestamps import to_text

MAX_MS = 300
START, MINUTES = datetime(2015, 1, 1, tzinfo=UTC), 5  # between two articles
WORDS = 60_000
PARAGRAPHS = 60_000  # of which each article has six
CORRECTED = 20  # one record in so many is the second revision of the one before
A_MONTH = "a month of "
SEARCHES = (
    "w3000",
    "w300",
    "w30",
    "w3",
    "w300 OR w400",
    "w30 OR w31",
    "w100 w200 w300",
    "w300*",
    "w30 -w31",
    "w400 w700 OR w2000* -w90",
    '"w50 w60"',
    "title : w300",
    "captions : w900 OR summary : w900",
    f"{A_MONTH}w300",
    f"{A_MONTH}w30",
    f"{A_MONTH}w300*",
)


def paragraphs(chance: random.Random) -> list[str]:
    """Return texts of 40 words."""
    words = [f"w{number}" for number in range(1, WORDS)]
    weights = list(accumulate(1 / number for number in range(1, WORDS)))
    return [" ".join(chance.choices(words, cum_weights=weights, k=40)) for _ in range(PARAGRAPHS)]


def lines(numbers: range, texts: Sequence[str], chance: random.Random) -> Iterator[bytes]:
    """Yield articles of about 1.7 KB."""
    for number in numbers:
        headline, *body = chance.choices(texts, k=7)
        is_correction = number % CORRECTED == CORRECTED - 1
        article = number - is_correction
        at = to_text(START + timedelta(minutes=MINUTES * article))
        yield to_line(
            Article(
                id=f"ecns:ih{article}", revision=1 + is_correction, url=f"https://www.ecns.cn/{article}.shtml",
                site="ecns", title=headline[:60], summary=headline, body="\n\n".join(body),
                published_at=at, published_precision="minute", fetched_at=at, section="World", language="en",
                images=[Image("https://i2.chinanews.com/a.jpg", headline[60:120].strip())],
                content_hash="0" * 64, layout="bench",
            )
        )  # fmt: skip


def publish(folder: Path, count: int) -> list[Path]:
    """Write `count` records, and return the files."""
    chance = random.Random(1)
    texts = paragraphs(chance)
    files = []
    for start in range(0, count, FILE_RECORDS):
        file = folder / f"20261123T073000Z-{start:06x}.jsonl"
        file.write_bytes(b"".join(lines(range(start, min(start + FILE_RECORDS, count)), texts, chance)))
        files.append(file)
    return files


def make_index(folder: Path, files: Sequence[Path], count: int) -> None:
    """Make the index, and print what that costs."""
    size = sum(file.stat().st_size for file in files) / 1e6
    started, processor = time.monotonic(), time.process_time()
    with open_index(folder, folder) as index:
        index.update(files)
    seconds, processor = time.monotonic() - started, time.process_time() - processor
    print(f"{count:,} articles, {size:,.0f} MB; indexed in {seconds:,.0f} s", end="")
    print(f" ({processor:,.0f} s of the processor), {(folder / NAME).stat().st_size / 1e6:,.0f} MB", flush=True)


def find(folder: Path, files: Sequence[Path], search: str, since: datetime | None) -> tuple[int, list[float]]:
    """Search five times. Returns the number of articles, and the times in milliseconds."""
    taken = []
    for _ in range(5):
        started = time.monotonic()
        with open_index(folder, folder) as index:
            found = index.find(check_search(search), files, since, None, all_revisions=False)
        taken.append(1000 * (time.monotonic() - started))
    return sum(map(len, found.values())), taken


def main(words: Sequence[str]) -> int:
    """Print the results; return the exit status."""
    (count,) = numbers(words, 1_000_000)
    slow = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = publish(folder, count)
        make_index(folder, files, count)
        month = START + timedelta(minutes=MINUTES * count) - timedelta(days=30)
        print(f"{'search':>36} {'articles':>9} {'ms':>6} {'slowest':>8} {'at most':>8}")
        for search in SEARCHES:
            since = month if search.startswith(A_MONTH) else None
            hits, taken = find(folder, files, search.removeprefix(A_MONTH), since)
            median = statistics.median(taken)
            print(f"{search:>36} {hits:>9,} {median:>6.0f} {max(taken):>8.0f} {MAX_MS:>8}", flush=True)
            slow += median > MAX_MS
    print(f"{slow} searches are slower than the {MAX_MS} ms that are promised" if slow else "all are fast enough")
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
