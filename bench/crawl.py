"""`python -m bench.crawl [N] [PEER ...]`: crawl N articles with ours and with others, in turn, and compare.

The site is `bench.site`, behind a TLS proxy on loopback, in a process of its own. Each crawler runs on one processor,
byte-compiled, without delays, with 64 requests at a time where it has such an option (ours: 16, which need less
memory). Ours finds the articles in listings, with all fields, validation, the durable store and the report. The others
get the addresses of the same pages, and count how many they have read.

Pages are those of articles: some articles have several, which ours joins. Requests for listings are not counted as
pages, but their time is in the figures, and so is the start.

The others are installed from PyPI into `.peers/bench/`, each into an environment of its own. The slow ones read only
200 of the pages, in one round. A ratio is the median of the ratios of the rounds, not the quotient of two medians;
where it is more than 1, ours is faster. On a machine that does other work too, compare the processor's time.
"""

import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from bench.environments import python_with, version_in
from bench.ours import FULL_SPEED, ROOT, SCRAPY, environment, numbers, use_one_processor
from bench.site import Served, served
from bench.whole_process import Measured, measured

ARTICLES, ROUNDS = 2000, 3
SLOW_PAGES = 200
MIN_SHARE = 0.9  #: of the pages that a peer must read: some have pictures and no text
OURS = "ecnscrawl"
ARCHIVED = f"{OURS}, archive on"


@dataclass(frozen=True)
class Peer:
    """A crawler to compare with."""

    program: str  #: in `bench/peers/`; also the name of its environment
    requirements: tuple[str, ...]
    package: str  #: whose version is printed
    words: tuple[str, ...] = ()  #: for the program, after the file with the addresses
    is_slow: bool = False


_FUNDUS = Peer("fundus_crawler", ("fundus", "curl_cffi<0.14"), "fundus", is_slow=True)
PEERS: Mapping[str, Peer] = {
    "floor": Peer("floor", ("aiohttp", "lxml"), "aiohttp"),
    "crawlee_parsel": Peer("crawlee_parsel", ("crawlee[parsel]",), "crawlee"),
    "bare_scrapy": Peer("bare_scrapy", ("scrapy",), "scrapy"),
    "trafilatura_list": Peer("trafilatura_list", ("trafilatura", "pycurl"), "trafilatura", is_slow=True),
    "fundus_crawler": _FUNDUS,
    "fundus_unthreaded": replace(_FUNDUS, words=("unthreaded",)),
    "news_please": Peer("news_please", ("news-please",), "news-please", is_slow=True),
    "newspaper_threads": Peer("newspaper_threads", ("newspaper4k", "lxml_html_clean"), "newspaper4k", is_slow=True),
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


def python_of(peer: Peer) -> str:
    """Return the Python of a peer's environment, which is made if it is missing."""
    return python_with(peer.requirements, peer.program)


def crawl(name: str, site: Served) -> Speed:
    """Run one crawler over the site, a slow one over some of its pages. Ends the program if it fails."""
    if name in PEERS:
        return crawl_with(PEERS[name], site)
    return crawl_ours(site, *(("-s", "ARCHIVE=on") if name == ARCHIVED else ()))


def crawl_ours(site: Served, *words: str, database: str | None = None) -> Speed:
    """Run `scrapy crawl ecns` with these arguments, into files or into a database. Ends the program if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        names = {"ECNSCRAWL_DATA_DIR": folder, "CHROMIUM_PATH": sys.executable}
        if database:
            names["ECNSCRAWL_DATABASE_URL"] = database
        run = measured([SCRAPY, "crawl", "ecns", *FULL_SPEED, *words], environment(site.environment, names), ROOT)
    if run.status:
        sys.exit(f"the crawl has failed with exit status {run.status}: {run.err[-2000:]}")
    return Speed.of(run, len(site.urls))


def crawl_with(peer: Peer, site: Served) -> Speed:
    """Run a peer. Ends the program if it has not read nearly all pages."""
    urls = site.urls[:SLOW_PAGES] if peer.is_slow else site.urls
    program = str(ROOT / "bench" / "peers" / f"{peer.program}.py")
    certificate = {"REQUESTS_CA_BUNDLE": site.environment["SSL_CERT_FILE"]}  # for those that use requests
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "urls.txt"
        listed.write_text("\n".join(urls), encoding="utf-8")
        command = [python_of(peer), program, str(listed), *peer.words]
        run = measured(command, environment(site.environment, certificate), Path(folder))
    read = int(run.out.split()[-1]) if not run.status else 0
    if read < MIN_SHARE * len(urls):
        sys.exit(f"{peer.program} has read {read} of {len(urls)} pages: {run.err[-2000:]}")
    return Speed.of(run, len(urls))


def compare(names: Sequence[str], articles: int, rounds: int) -> dict[str, list[Speed]]:
    """Crawl in turn, in one round more than is counted, which fills caches; the slow ones in the last round only."""
    found: dict[str, list[Speed]] = {name: [] for name in names}
    fast = [name for name in names if name not in PEERS or not PEERS[name].is_slow]
    with served(articles) as site:
        use_one_processor()  # the site has the others
        for number in range(rounds + 1):
            for name in fast if number % 2 else reversed(fast):
                speed = crawl(name, site)
                if number:
                    found[name].append(speed)
        for name in names:
            if name not in fast:
                found[name].append(crawl(name, site))
    return found


def print_table(found: Mapping[str, Sequence[Speed]], articles: int) -> None:
    """Print a row for each crawler: medians, the spread of the processor's time, and the ratios."""
    print(f"{articles} articles, {len(found[OURS])} rounds\n")
    print(
        "| crawler | version | pages/s | CPU ms a page | least to most | MB | pages/s, ours : its | CPU, its : ours |"
    )
    print("| --- | --- | ---: | ---: | --- | ---: | ---: | ---: |")
    for name, speeds in found.items():
        version = version_in(python_of(PEERS[name]), PEERS[name].package) if name in PEERS else ""
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
    (articles,) = numbers(words, ARTICLES)
    chosen = [word for word in words if not word.isdigit()] or list(PEERS)
    if unknown := [name for name in chosen if name not in PEERS]:
        sys.exit(f"bench: error: unknown crawler {unknown[0]!r}; known are {', '.join(PEERS)}")
    for name in chosen:
        python_of(PEERS[name])
    print_table(compare([OURS, ARCHIVED, *chosen], articles, ROUNDS), articles)


if __name__ == "__main__":
    main(sys.argv[1:])
