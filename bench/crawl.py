"""`python -m bench.crawl [N] [PEER ...]`: crawl N articles with ours and with others, in turn, and compare.

The site is `bench.site`, behind a TLS proxy on loopback, in a process of its own; each crawler runs on one processor,
64 requests at a time where it lets one say so (ours: 16, which need less memory), byte-compiled, without delays. Ours
finds the articles in listings, with all fields, validation, the durable store and the report; the others get the
addresses of the same pages, and count what they have read. A page is one of an article: some have several, which ours
joins. The requests for listings are not counted.

The others are installed from PyPI into `.peers/bench/`, each into an environment of its own. The slow ones read only
200 of the pages, in one round. The ratios are medians over rounds; where one is more than 1, ours is faster. The
processor's time is the one to look at on a machine that does other work too.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from bench.environments import ROOT, python_with, version_in
from bench.site import Served, served
from bench.whole_process import Measured, measured

ARTICLES, ROUNDS = 2000, 3
SLOW_PAGES = 200
OURS = "ecnscrawl"
SCRAPY = str(Path(sys.executable).with_name("scrapy"))
FULL_SPEED = (
    "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "CONCURRENT_REQUESTS=16",
    "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=16",
)  # fmt: skip
ARCHIVED = f"{OURS}, archive on"


@dataclass(frozen=True)
class Peer:
    """A crawler to compare with: what to install, and the package whose version counts."""

    requirements: tuple[str, ...]
    package: str
    is_slow: bool = False


PEERS: Mapping[str, Peer] = {
    "floor": Peer(("aiohttp", "lxml"), "aiohttp"),
    "crawlee_parsel": Peer(("crawlee[parsel]",), "crawlee"),
    "bare_scrapy": Peer(("scrapy",), "scrapy"),
    "trafilatura_list": Peer(("trafilatura", "pycurl"), "trafilatura"),
    "fundus_parser": Peer(("fundus", "curl_cffi<0.14"), "fundus", is_slow=True),
    "news_please": Peer(("news-please",), "news-please", is_slow=True),
    "newspaper_threads": Peer(("newspaper4k", "lxml_html_clean"), "newspaper4k", is_slow=True),
}


@dataclass(frozen=True)
class Speed:
    """One crawl: pages a second, milliseconds of the processor a page, MB at the peak."""

    pages: float
    processor: float
    memory: float

    @classmethod
    def of(cls, run: Measured, pages: int) -> "Speed":
        """Make it from a process that has read so many pages."""
        return cls(pages / run.seconds, run.processor * 1000 / pages, run.peak_memory / 1e6)


def python_of(name: str) -> str:
    """Return the Python of a peer's environment, which is made if it is missing."""
    return python_with(PEERS[name].requirements, name)


def version_of(name: str) -> str:
    """Return a peer's version."""
    return version_in(python_of(name), PEERS[name].package)


def crawl(name: str, site: Served, most: int | None = None) -> Speed:
    """Run one crawler over the site, or over `most` of its pages. Ends the program if it has not read nearly all."""
    pages = len(site.urls[:most])
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | dict(
        site.environment
    )
    environment["REQUESTS_CA_BUNDLE"] = environment["SSL_CERT_FILE"]
    with tempfile.TemporaryDirectory() as folder:
        if name in (OURS, ARCHIVED):
            archive = ("-s", "ARCHIVE=on") if name == ARCHIVED else ()
            names = {"ECNSCRAWL_DATA_DIR": folder, "CHROMIUM_PATH": sys.executable}
            run = measured([SCRAPY, "crawl", "ecns", *FULL_SPEED, *archive], environment | names, ROOT)
            read = pages if not run.status else 0
        else:
            listed = Path(folder) / "urls.txt"
            listed.write_text("\n".join(site.urls[:pages]), encoding="utf-8")
            program = str(ROOT / "bench" / "peers" / f"{name}.py")
            run = measured([python_of(name), program, str(listed)], environment, Path(folder))
            read = int(run.out.split()[-1]) if not run.status else 0
    if read < 0.9 * pages:
        sys.exit(f"{name} has read {read} of {pages} pages: {run.err[-2000:]}")
    return Speed.of(run, pages)


def compare(names: Sequence[str], articles: int, rounds: int) -> dict[str, list[Speed]]:
    """Crawl in turn, in one round more than is counted, which fills caches; the slow ones in the last round only."""
    found: dict[str, list[Speed]] = {name: [] for name in names}
    fast = [name for name in names if name not in PEERS or not PEERS[name].is_slow]
    with served(articles) as site:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # for all children; the site has the others
        for number in range(rounds + 1):
            for name in fast if number % 2 else reversed(fast):
                speed = crawl(name, site)
                if number:
                    found[name].append(speed)
        for name in set(names) - set(fast):
            found[name].append(crawl(name, site, SLOW_PAGES))
    return found


def print_table(found: Mapping[str, Sequence[Speed]], articles: int) -> None:
    """Print a row for each crawler: medians, the spread of the processor's time, and the ratios."""
    print(f"{articles} articles, {len(found[OURS])} rounds\n")
    print(
        "| crawler | version | pages/s | CPU ms a page | least to most | MB | pages/s, ours : its | CPU, its : ours |"
    )
    print("| --- | --- | ---: | ---: | --- | ---: | ---: | ---: |")
    for name, speeds in found.items():
        version = "" if name in (OURS, ARCHIVED) else version_of(name)
        pages, processor, memory = (
            statistics.median(getattr(speed, each) for speed in speeds) for each in ("pages", "processor", "memory")
        )
        spent = [speed.processor for speed in speeds]
        pairs = list(product(found[OURS], speeds) if len(speeds) == 1 else zip(found[OURS], speeds, strict=True))
        by_clock = statistics.median(ours.pages / other.pages for ours, other in pairs)
        by_processor = statistics.median(other.processor / ours.processor for ours, other in pairs)
        print(
            f"| {name} | {version} | {pages:.0f} | {processor:.1f} | {min(spent):.1f} to {max(spent):.1f} |"
            f" {memory:.0f} | {by_clock:.2f} | {by_processor:.2f} |"
        )
    sys.stdout.flush()


def main(words: Sequence[str]) -> None:
    """Compare with the peers that are named, or all."""
    articles = next((int(word) for word in words if word.isdigit()), ARTICLES)
    chosen = [word for word in words if not word.isdigit()] or list(PEERS)
    for name in chosen:
        python_of(name)
    print_table(compare([OURS, ARCHIVED, *chosen], articles, ROUNDS), articles)


if __name__ == "__main__":
    main(sys.argv[1:])
