"""A listing without articles and with scripts is rendered once, and again only after the page has changed."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from replica import Replica, Resource, Site
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import HTML, Newsstand, Story
from tests.system.rendering import CountedBrowser

pytestmark = pytest.mark.system

SECTIONS = ("-a", "sections=taiwan,world")
IN_VAIN = ("-s", "RENDER_SECONDS=2")  # all of which are waited for where scripts write nothing
STORY, LATER = Story(1), Story(2)
#: Neither a browser of Playwright's nor one on PATH.
BARE = {"PATH": str(Path(sys.executable).parent), "PLAYWRIGHT_BROWSERS_PATH": "/nowhere", "CHROMIUM_PATH": ""}


class ScriptedSite(Site):
    """`/taiwan/` has no article, and in each response a nonce and a time of its own; `/world/` has one."""

    def __init__(self) -> None:
        super().__init__()
        self.stand = Newsstand()
        self.stand.publish(STORY, LATER)
        self.stand.list("/world/", [STORY.url])
        self.data, self.served = "[]", 0

    def find(self, host: str, path: str, query: str = "") -> Resource:
        if path != "/taiwan/":
            return self.stand.site.find(host, path)
        self.served += 1
        nonce = f"r4Nd0mN0nce{self.served:011}=="
        write = (
            f"const links = {self.data}; const at = {1_795_000_000_000 + self.served};"
            " links.forEach(href => document.body.insertAdjacentHTML('beforeend', `<a href=${href}>More</a>`));"
        )
        return Resource(
            f'<html><body><h1>Taiwan</h1><script nonce="{nonce}">{write}</script></body></html>'.encode(), HTML
        )


def bare(crawl: Crawl) -> Ended:
    return replace(crawl, environment=crawl.environment | BARE).run(*SECTIONS)


Crawling = Callable[[Replica], Crawl]
Served = Callable[[Site], Replica]


def test_a_browser_looks_once_and_again_when_the_page_has_changed(
    serve: Served, crawl_of: Crawling, tmp_path: Path
) -> None:
    site, browser = ScriptedSite(), CountedBrowser(tmp_path)
    crawl = crawl_of(serve(site))

    def run(*arguments: str) -> tuple[int, int]:
        if site.data == "[]":
            arguments = (*arguments, *IN_VAIN)
        ended = crawl.run(*SECTIONS, *arguments, timeout=180, CHROMIUM_PATH=str(browser.program))
        return ended.status, browser.starts

    assert [run(), run(), run()] == [(0, 1), (0, 1), (0, 1)]
    assert crawl.report["listings"]["taiwan"]["failure"] == "it links to no article"
    assert run("-a", "full=1") == (0, 2)  # who asks for everything has the scripts run
    site.data = f'["{LATER.url}"]'
    assert run() == (0, 3)
    assert {record["id"] for record in crawl.records} == {STORY.id, LATER.id}
    assert run() == (0, 4)  # it is filled in by its scripts, so they are run each time
    site.data = "[]"
    assert [run(), run()] == [(3, 5), (3, 6)]
    assert "listing taiwan is gone (it links to no article), it was there before" in crawl.report["reasons"]


def test_without_a_browser_the_run_is_unhealthy_once_until_the_page_changes(serve: Served, crawl_of: Crawling) -> None:
    site = ScriptedSite()
    crawl = crawl_of(serve(site))

    def run() -> Ended:
        return bare(crawl)

    first = run()
    assert first.status == 3
    assert "1 page is filled in by scripts, and there is no browser" in first.last_line
    assert [run().status, run().status] == [0, 0]
    site.data = f'["{LATER.url}"]'
    assert run().status == 3


def test_a_page_that_no_browser_has_looked_at_is_rendered_when_there_is_one(
    serve: Served, crawl_of: Crawling, tmp_path: Path
) -> None:
    site, browser = ScriptedSite(), CountedBrowser(tmp_path)
    site.data = f'["{LATER.url}"]'
    crawl = crawl_of(serve(site))
    assert [bare(crawl).status for _ in range(2)] == [3, 0]
    assert crawl.run(*SECTIONS, timeout=180, CHROMIUM_PATH=str(browser.program)).status == 0
    assert {record["id"] for record in crawl.records} == {STORY.id, LATER.id}
