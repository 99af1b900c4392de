"""`python -m bench.render`: what a browser costs: pages a second and memory, the same articles plain and rendered."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.process_tree import memory_of_tree
from replica import Replica
from replica.generated_site import GeneratedSite
from replica.scripted_site import WRITTEN_AFTER, script

ARTICLES = 200
NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROOT = Path(__file__).parent.parent
COMMAND = (
    str(Path(sys.executable).with_name("scrapy")), "crawl", "ecns", "-a", "urls_from=-", "-s", "AUTOTHROTTLE_ENABLED=0",
    "-s", "DOWNLOAD_DELAY=0", "-s", "HEALTH_RENDERED_SHARE=1",
)  # fmt: skip
POLL_INTERVAL = 0.25  # seconds between two looks at the memory


@dataclass
class Crawled:
    """A crawl, and the memory of its process tree as it went on: articles asked for so far, bytes."""

    status: int = -1
    seconds: float = 0.0
    memory: list[tuple[int, int]] = field(default_factory=list)
    own_memory: list[tuple[int, int]] = field(default_factory=list)  #: without the share of programs on the disk

    def between(self, first: int, last: int) -> list[int]:
        """Its own memory while these articles were asked for."""
        return [size for asked, size in self.own_memory if first <= asked <= last]


def crawl(articles: int, *, scripted: bool, after: int = WRITTEN_AFTER) -> Crawled:
    """Crawl this many articles of a generated site, from a clean folder; bodies come `after` milliseconds."""
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
    """How many of the articles were asked for, every now and then until the end."""
    named = set(urls)
    while process.poll() is None:
        yield sum(request.url in named for request in list(replica.requests))
        time.sleep(POLL_INTERVAL)


def main() -> None:
    """Print both, and what the one is to the other."""
    plain, rendered = (crawl(ARTICLES, scripted=scripted) for scripted in (False, True))
    for name, crawled in (("plain", plain), ("rendered", rendered)):
        most = max(size for _, size in crawled.memory)
        print(f"{name}: {ARTICLES / crawled.seconds:.1f} articles a second, {most / 1e6:.0f} MB at the peak")
    print(f"a rendered article takes {rendered.seconds / plain.seconds:.0f} times as long")


if __name__ == "__main__":
    main()
