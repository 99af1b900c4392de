"""The site that the benchmarks crawl: the replica's generated one, with pages as large as a news site's, compressed.

A page of the replica has 8 KB, one of ecns.cn 40 to 80 KB: menus, rankings, pictures of other stories, scripts. This
module adds such parts, with as many elements, attributes and links for each kilobyte as ecns.cn has. A listing gets 200
more links.

`python -m bench.site N` serves a site of N articles from a process of its own until its standard input is closed. It
first prints one line of JSON: the environment variables of a client, and the addresses of the articles' pages.
"""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import cycle, islice

from replica import Replica
from replica.generated_site import GeneratedSite
from replica.site import Resource

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SIZE = 77_000  #: bytes of an article's page
LISTING_LINKS = 200  #: more on each listing
SITEMAP_PATH = "/sitemap.xml"  #: only for the crawlers that find pages in sitemaps
_SCRIPT = 20_000  #: bytes of scripts on a page
_FOOT = b'<div class="linebox">'
_LISTING_FOOT = b'<div class="foottip">'
_STATEMENT = 'if (window.tracker && page.id !== "{0}") {{ tracker.push(["event", "{0}", page.id]); }} // part {0}\n'
_ENTRY = (
    '<li class="item"><a href="{url}" target="_blank"><img src="//image.cns.com.cn/ecns_editor/transform/{number}.jpg" '
    'width="190" height="127" alt="{title}"></a><h4><a href="{url}">{title}</a></h4><span class="time">{day}</span>'
    '<em class="tag">News</em><p class="lead">{title} <a class="more" href="/news/">More</a></p></li>\n'
)
_TITLE = "Story {0}, with a headline that is as long as the headlines of most news sites are"
_MENU = '<li><a class="menu" href="/topics/topic-{0}/">Topic {0}</a></li>\n'


def bench_site(articles: int, *, size: int = SIZE) -> GeneratedSite:
    """Return a generated site whose articles have pages of `size` bytes, all compressed with gzip."""
    generated = GeneratedSite(articles, seed=1, now=NOW)
    pad(generated, size)
    return generated


def pad(generated: GeneratedSite, size: int = SIZE) -> None:
    """Pad and compress the pages that are not padded yet; those of articles that were added since the last call."""
    records = list(generated.truth.values())
    entries = [
        _ENTRY.format(
            url=record["url"], number=number, title=_TITLE.format(number), day=str(record["published_at"])[:10]
        )
        for number, record in enumerate(records)
    ]
    site, paths = generated.site, {str(record["url"]) for record in records}
    for number, address in enumerate(list(site.addresses())):
        resource = site.resource(address)
        if "html" not in resource.content_type or resource.headers:
            continue
        if address in paths or _FOOT in resource.body:
            body = _padded(resource.body, size, islice(cycle(entries), number, None))
        else:
            menu = "".join(_MENU.format(each) for each in range(LISTING_LINKS))
            body = resource.body.replace(_LISTING_FOOT, f"<ul>{menu}</ul>".encode() + _LISTING_FOOT)
        site.put(address, _compressed(resource, body))


def _padded(body: bytes, size: int, entries: Iterator[str]) -> bytes:
    statements = (_STATEMENT.format(number) for number in range(_SCRIPT))
    script = _up_to(min(_SCRIPT, max(0, size - len(body)) // 3), statements)
    body = body.replace(b"</head>", b"<script>\n" + script + b"</script></head>", 1)
    links = _up_to(size - len(body), entries)
    return body.replace(_FOOT, b'<ul class="picshowlist inblock">' + links + b"</ul>" + _FOOT, 1)


def _up_to(size: int, pieces: Iterator[str]) -> bytes:
    found = b""
    while len(found) < size:
        found += next(pieces).encode("ascii")
    return found


def _compressed(resource: Resource, body: bytes) -> Resource:
    headers = (("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return replace(resource, body=gzip.compress(body, 6, mtime=0), headers=headers)


def sitemap(urls: Sequence[str]) -> Resource:
    """Return a sitemap of these pages."""
    entries = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    return Resource(body.encode("ascii"), "application/xml")


@dataclass(frozen=True)
class Served:
    """A site that another process serves."""

    environment: Mapping[str, str]  #: of its clients: proxy and certificate
    urls: list[str]  #: of all pages of the articles: some have several


@contextmanager
def served(articles: int) -> Iterator[Served]:
    """Serve a site from a process of its own, so that it does not take time from this one."""
    command = [sys.executable, "-m", "bench.site", str(articles)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Served(**json.loads(process.stdout.readline()))
        finally:
            process.stdin.close()


def main(articles: int) -> None:
    """Serve until standard input ends."""
    generated = bench_site(articles)
    with Replica(generated.site) as replica:
        urls = [
            f"https://www.ecns.cn{story.page_path(number)}"
            for story in generated.stories.values()
            for number in range(1, len(story.pages) + 1)
        ]
        generated.site.put(SITEMAP_PATH, sitemap(urls))
        print(json.dumps({"environment": replica.environment(), "urls": urls}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
