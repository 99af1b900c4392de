"""`python -m bench.render`: measure what the browser costs, by crawling the same articles plain and rendered."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

from bench.ours import ROOT, SCRAPY, WITHOUT_DELAYS
from bench.process_tree import memory_of_tree
from replica import Replica
from replica.generated_site import GeneratedSite
from replica.scripted_site import WRITTEN_AFTER, script

ARTICLES = 200
NOW = datetime(2026, 11, 23, tzinfo=UTC)
COMMAND = (SCRAPY, "crawl", "ecns", "-a", "urls_from=-", *WITHOUT_DELAYS, "-s", "HEALTH_RENDERED_SHARE=1")
POLL_INTERVAL = 0.25  # seconds


@dataclass
class Crawled:
    """A crawl, with pairs of (articles requested so far, bytes of its process tree)."""

    status: int = -1
    seconds: float = 0.0
    memory: list[tuple[int, int]] = field(default_factory=list)
    own_memory: list[tuple[int, int]] = field(default_factory=list)  #: without memory backed by files

    def between(self, first: int, last: int) -> list[int]:
        """Return its own memory while articles `first` to `last` were requested."""
        return [size for asked, size in self.own_memory if first <= asked <= last]


def crawl(articles: int, *, scripted: bool, after: int = WRITTEN_AFTER) -> Crawled:
    """Crawl this many articles of a generated site into a new folder; scripts write bodies `after` milliseconds."""
    generated = GeneratedSite(articles, seed=4, now=NOW)
    script(generated.site, bodies=scripted, after=after)
    urls = [str(record["url"]) for record in generated.truth.values()]
    crawled = Crawled()
    with Replica(generated.site) as replica, TemporaryDirectory() as folder:
        environment = os.environ | replica.environment() | {"ECNSCRAWL_DATA_DIR": folder}
        begun = time.monotonic()
        process = subprocess.Popen(COMMAND, env=environment, cwd=ROOT, stdin=subprocess.PIPE)
        assert process.stdin is not None
        process.stdin.write("\n".join(urls).encode())
        process.stdin.close()
        for asked in _poll_progress(process, replica, urls):
            crawled.memory.append((asked, memory_of_tree(process.pid)))
            crawled.own_memory.append((asked, memory_of_tree(process.pid, files=False)))
        crawled.seconds = time.monotonic() - begun
        crawled.status = process.wait()
    return crawled


def _poll_progress(process: "subprocess.Popen[bytes]", replica: Replica, urls: Sequence[str]) -> Iterator[int]:
    """Yield, at intervals until the crawl ends, how many of the articles were requested."""
    named = set(urls)
    while process.poll() is None:
        yield sum(request.url in named for request in list(replica.requests))
        time.sleep(POLL_INTERVAL)


def main() -> None:
    """Print the results of both, and their ratio."""
    plain, rendered = (crawl(ARTICLES, scripted=scripted) for scripted in (False, True))
    for name, crawled in (("plain", plain), ("rendered", rendered)):
        most = max(size for _, size in crawled.memory)
        print(f"{name}: {ARTICLES / crawled.seconds:.1f} articles a second, {most / 1e6:.0f} MB at the peak")
    print(f"a rendered article takes {rendered.seconds / plain.seconds:.0f} times as long")


if __name__ == "__main__":
    main()
