"""`python -m bench.export [N] [ENDING ...]`: measure time and peak memory of an export of N articles.

It exports to Parquet if no ending is named. It fails if a peak is above what the project promises.

1,000,000 articles, 3.1 GB of JSON Lines, on two busy cores (24 November 2026):

    .csv          66 s, 279 MB
    .jsonl        69 s, 275 MB
    .ninjs.jsonl 185 s, 320 MB
    .sqlite      128 s, 270 MB

When DuckDB's memory is full it uses the disk, so even more articles take about 400 MB at most.
"""

import os
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.ours import ROOT, SCRAPY, numbers
from bench.whole_process import Measured, measured
from ecnscrawl.items import Article, Image, content_hash, to_line
from ecnscrawl.normalize.timestamps import to_text

MAX_MEMORY_MB = 600
FILE_RECORDS = 50_000  # as a long crawl publishes them in one file
CORRECTED = 20  # one article in so many has a second revision
WORDS = (
    "river market railway harvest bridge science village export festival museum policy engineers winter visitors the of"
    " and in to after with new local 上海 铁路 “quoted” station morning tea bamboo lanterns"
).split()
SECTIONS = ("Politics", "World", "Business", "Culture")


def generate_articles(numbers: range, chance: random.Random) -> Iterator[Article]:
    """Yield articles of about 2.5 KB, like those of the site."""
    start = datetime(2015, 1, 1, tzinfo=UTC)
    for number in numbers:
        is_correction = number % CORRECTED == CORRECTED - 1
        id_ = number - 1 if is_correction else number
        path = f"world/2026-11-23/detail-ihbench{id_}"
        article = Article(
            id=f"ecns:ihbench{id_}",
            revision=2 if is_correction else 1,
            url=f"https://www.ecns.cn/{path}.shtml",
            site="ecns",
            title=" ".join(chance.choices(WORDS, k=9)),
            body="\n\n".join(" ".join(chance.choices(WORDS, k=60)) for _ in range(6)),
            published_at=to_text(start + timedelta(minutes=5 * id_)),
            published_precision="minute",
            fetched_at=to_text(start + timedelta(minutes=5 * id_ + 60 * is_correction)),
            source="Xinhua",
            editor="Li Yan",
            section=SECTIONS[number % len(SECTIONS)],
            language="en",
            images=[Image(f"https://i2.chinanews.com/{number}.jpg", "A picture. (Photo/Xinhua)", "Xinhua")],
            layout="bench",
        )
        article.content_hash = content_hash(article)
        yield article


def publish(articles: Path, count: int) -> float:
    """Write `count` records as crawls do; return their size in MB."""
    articles.mkdir(parents=True)
    chance, size = random.Random(1), 0
    for start in range(0, count, FILE_RECORDS):
        with (articles / f"20261123T073000Z-{start // FILE_RECORDS:06x}.jsonl").open("wb") as file:
            for article in generate_articles(range(start, min(start + FILE_RECORDS, count)), chance):
                size += file.write(to_line(article))
    return size / 1e6


def export(data: Path, target: Path) -> Measured:
    """Run the export, and return what it cost."""
    environment = os.environ | {"ECNSCRAWL_DATA_DIR": str(data)}
    exported = measured([SCRAPY, "export", str(target)], environment, ROOT)
    if exported.status:
        sys.exit(f"the export failed with exit status {exported.status}: {exported.err}")
    return exported


def main(words: Sequence[str]) -> int:
    """Print the results; return the exit status."""
    endings = [word for word in words if not word.isdigit()] or [".parquet"]
    (count,) = numbers(words, 1_000_000)
    peaks = []
    with tempfile.TemporaryDirectory() as name:
        size = publish(Path(name) / "data" / "ecns" / "articles", count)
        print(f"{'to':>14} {'records':>10} {'read MB':>8} {'written MB':>11} {'seconds':>8} {'peak MB':>8}")
        for ending in endings:
            target = Path(name) / f"articles{ending}"
            exported = export(Path(name) / "data", target)
            peaks.append(exported.peak_memory / 1e6)
            written = target.stat().st_size / 1e6
            row = f"{ending:>14} {count:>10,} {size:>8.0f} {written:>11.0f} {exported.seconds:>8.0f} {peaks[-1]:>8.0f}"
            print(row, flush=True)
            target.unlink()  # a million articles in each format would fill the disk
    if max(peaks) >= MAX_MEMORY_MB:
        print(f"above the {MAX_MEMORY_MB} MB that are promised")
    return int(max(peaks) >= MAX_MEMORY_MB)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
