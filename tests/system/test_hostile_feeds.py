"""Hostile feeds: nothing in them is expanded or fetched, and the run continues."""

import os
from dataclasses import dataclass

import pytest

from bench.whole_process import Measured, measured
from replica import LoggedRequest, Replica, Resource
from tests.system.crawling import ROOT, Crawl
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

MEGABYTE = 1_000_000
MAX_MEMORY = 300 * MEGABYTE
SECRET = "the secret of this machine"
OUTSIDE = "http://www.ecns.cn/outside.dtd"


def feed(doctype: str, link: str = "LINK", title: str = "") -> bytes:
    return f"""<?xml version="1.0"?>{doctype}<rss xmlns:xi="http://www.w3.org/2001/XInclude"><channel><item>
        <title>{title}</title><link>{link}</link><pubDate>2025-03-10 09:30:00</pubDate></item></channel></rss>""".encode()


def doctype(declarations: str) -> str:
    return f"<!DOCTYPE rss [{declarations}]>"


LAUGHS = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
FEEDS: dict[str, tuple[bytes, bool]] = {
    # What the feed is, and whether its one article is found.
    "a billion laughs": (feed(doctype(LAUGHS), title="&l11;"), False),
    "a billion laughs in the address": (feed(doctype(LAUGHS), link="&l11;"), False),
    "a quadratic blow-up": (feed(doctype(f'<!ENTITY a "{"a" * 100_000}">'), title="&a;" * 50_000), False),
    "an entity of itself": (feed(doctype('<!ENTITY a "&b;"><!ENTITY b "&a;">'), title="&a;"), False),
    "a file as an entity": (feed(doctype('<!ENTITY f SYSTEM "file://SECRET">'), title="&f;"), True),
    "a file as the address": (feed(doctype('<!ENTITY f SYSTEM "file://SECRET">'), link="&f;"), False),
    "an address as an entity": (feed(doctype(f'<!ENTITY f SYSTEM "{OUTSIDE}">'), title="&f;"), True),
    "a parameter entity": (feed(doctype(f'<!ENTITY % p SYSTEM "{OUTSIDE}"> %p;')), True),
    "parameter entities that send a file away": (
        feed(doctype(f'<!ENTITY % f SYSTEM "file://SECRET"><!ENTITY % a "<!ENTITY b SYSTEM \'{OUTSIDE}?%f;\'>">%a;')), False,
    ),
    "a DTD elsewhere": (feed(f'<!DOCTYPE rss SYSTEM "{OUTSIDE}">'), True),
    "an inclusion": (feed("", title=f'<xi:include href="{OUTSIDE}"/><xi:include parse="text" href="file://SECRET"/>'), True),
    "a style sheet": (feed(f'<?xml-stylesheet href="{OUTSIDE}"?>'), True),
    "a million elements": (feed("", title="<a/>" * 1_000_000), False),
    "100,000 nested elements": (feed("", title="<a>" * 100_000), False),
    "10,000 nested elements": (feed("", title="<a>" * 10_000), False),
    "a million attributes": (feed("", title="<a " + "a='1' " * 1_000_000 + "/>"), False),
    "100,000 attributes": (feed("", title="<a " + " ".join(f"a{n}='1'" for n in range(100_000)) + "/>"), True),
    "a comment without an end": (feed("<!-- "), False),
    "HTML": (b"<html><body><a href='/world/'>World</a></body></html>", False),
    "nothing": (b"", False),
}  # fmt: skip


STORIES = {name: Story(number) for number, name in enumerate(FEEDS, 1)}


@dataclass(frozen=True)
class Job:
    """A crawl of all these feeds, what it took, and what the site was asked for."""

    process: Measured
    crawl: Crawl
    log: list[LoggedRequest]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    folder = tmp_path_factory.mktemp("feeds")
    secret = folder / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    stand = Newsstand()
    stand.publish(*STORIES.values())
    for name, story in STORIES.items():
        body = FEEDS[name][0].replace(b"SECRET", bytes(secret)).replace(b"LINK", story.url.encode())
        stand.site.put(f"/feed/{story.number}.xml", Resource(body, "text/xml"))
    with Replica(stand.site) as replica:
        crawl = Crawl(folder / "data", replica.environment())
        environment = os.environ | crawl.environment | {"ECNSCRAWL_DATA_DIR": str(crawl.data)}
        command = crawl.command("-s", "SPIDER_MODULES=tests.system.many_feeds")
        return Job(measured(command, environment, ROOT), crawl, list(replica.requests))


@pytest.mark.parametrize("name", FEEDS)
def test_a_hostile_feed_is_read_as_what_it_plainly_says_or_not_at_all(job: Job, name: str) -> None:
    was_found = STORIES[name].id in {record["id"] for record in job.crawl.records}
    assert was_found == FEEDS[name][1]


def test_each_feed_was_requested(job: Job) -> None:
    assert {f"/feed/{story.number}.xml" for story in STORIES.values()} <= {request.path for request in job.log}


def test_nothing_that_a_feed_names_is_fetched(job: Job) -> None:
    assert "/outside.dtd" not in {request.path for request in job.log}


def test_no_file_of_this_machine_is_read_into_anything(job: Job) -> None:
    written = [file.read_bytes() for file in job.crawl.data.rglob("*") if file.is_file()]
    assert [content for content in [*written, job.process.err.encode()] if SECRET.encode() in content] == []


def test_no_unexpected_error_occurs(job: Job) -> None:
    assert [reason for reason in job.crawl.report["reasons"] if "unexpected" in reason] == []
    assert "Traceback" not in job.process.err


def test_the_crawl_needs_less_memory_than_a_small_machine_has(job: Job) -> None:
    assert job.process.peak_memory < MAX_MEMORY, f"{job.process.peak_memory / MEGABYTE:.0f} MB"
