"""Without a browser a run continues if it can, and warns if the user has asked for one."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from replica import Replica, Site
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Newsstand, Story
from tests.system.rendering import publish

pytestmark = pytest.mark.system

PLAIN, SCRIPTED = Story(1), Story(2)
#: Neither a browser of Playwright's nor one on PATH.
BARE = {"PATH": str(Path(sys.executable).parent), "PLAYWRIGHT_BROWSERS_PATH": "/nowhere", "CHROMIUM_PATH": ""}
MISSING = "rendering needs Chromium; run `.venv/bin/playwright install chromium`, or name one with CHROMIUM_PATH, or use -s RENDER=off"
#: As Python finds it where the extra is not installed.
WITHOUT_EXTRA = """
import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "scrapy_playwright" else find_spec(name, package)
"""


@pytest.fixture
def crawl(serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]) -> Crawl:
    """The crawl of a site with a plain article and one that a script fills in."""
    stand = Newsstand()
    stand.publish(PLAIN)
    publish(stand, SCRIPTED)
    return crawl_of(serve(stand.site))


def run(crawl: Crawl, *arguments: str, **environment: str) -> Ended:
    return replace(crawl, environment=crawl.environment | BARE | environment).run(*arguments)


def urls(*stories: Story) -> tuple[str, str]:
    return "-a", "urls=" + ",".join(story.url for story in stories)


def test_a_run_that_needs_no_browser_says_nothing_of_it(crawl: Crawl) -> None:
    ended = run(crawl, *urls(PLAIN))
    assert (ended.status, ended.err) == (0, f"{ended.last_line}\n")
    assert crawl.report["warnings"] == []


@pytest.mark.parametrize("asked", [("-a", "render=auto"), ("-s", "RENDER=auto")], ids=str)
def test_a_run_that_is_asked_to_render_warns_once(crawl: Crawl, asked: tuple[str, str]) -> None:
    ended = run(crawl, *urls(PLAIN), *asked)
    assert ended.status == 0
    assert ended.err == f"ecnscrawl: warning: {MISSING}\n{ended.last_line}\n"
    assert crawl.report["warnings"] == [MISSING]


def test_a_run_that_needs_a_browser_continues_and_is_unhealthy(crawl: Crawl) -> None:
    ended = run(crawl, *urls(SCRIPTED, PLAIN))
    assert ended.status == 3
    assert [record["id"] for record in crawl.records] == [PLAIN.id]
    assert f"1 page is filled in by scripts, and there is no browser: {MISSING}" in crawl.report["reasons"]


def test_with_render_always_and_no_browser_nothing_is_requested(crawl: Crawl) -> None:
    ended = run(crawl, *urls(PLAIN), "-a", "render=always")
    assert (ended.status, ended.err) == (1, f"ecnscrawl: error: {MISSING}\n")
    assert not crawl.folder.exists()


def test_with_render_off_there_is_no_warning(crawl: Crawl) -> None:
    ended = run(crawl, *urls(PLAIN), "-a", "render=off")
    assert (ended.status, ended.err) == (0, f"{ended.last_line}\n")


def test_the_message_names_a_configured_browser_that_is_missing(crawl: Crawl) -> None:
    ended = run(crawl, *urls(PLAIN), "-a", "render=always", CHROMIUM_PATH="/opt/no-chromium")
    assert ended.err == (
        "ecnscrawl: error: CHROMIUM_PATH='/opt/no-chromium' is not a program; name Chromium, or use -s RENDER=off\n"
    )


def test_without_the_extra_the_message_says_how_to_install_it(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_EXTRA)
    ended = run(crawl, *urls(PLAIN), "-a", "render=always", PYTHONPATH=str(tmp_path))
    assert ended.status == 1
    assert ended.err == (
        "ecnscrawl: error: rendering needs scrapy-playwright; make clean setup, or use -s RENDER=off\n"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="a program that cannot be run is made as Linux has it")
def test_a_browser_that_cannot_be_started_fails_the_page_and_not_the_run(crawl: Crawl, tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    ended = run(crawl, *urls(SCRIPTED, PLAIN), CHROMIUM_PATH=str(broken), PATH=os.environ["PATH"])
    assert [record["id"] for record in crawl.records] == [PLAIN.id], ended.err
    (reason,) = crawl.report["failures"]
    assert reason.startswith("the browser cannot be started: ")
    assert "Traceback" not in ended.err


def test_a_driver_that_does_not_start_is_tried_once_and_fails_the_pages(crawl: Crawl) -> None:
    other = Story(3)
    crawl_with = replace(crawl, environment=crawl.environment | {"NODE_OPTIONS": "--no-such-option"})
    ended = crawl_with.run(*urls(SCRIPTED, PLAIN, other))
    assert [record["id"] for record in crawl.records] == [PLAIN.id]
    assert crawl.report["failures"]["Playwright does not start (Exception)"] == 1
    assert ended.err.count("--no-such-option") == 1


def test_an_unknown_mode_is_refused_with_the_nearest(crawl: Crawl) -> None:
    named = run(crawl, "-a", "render=alway")
    assert (named.status, named.err) == (
        2,
        "ecnscrawl: error: ecns: render='alway' (did you mean 'always'?); write auto or off or always\n",
    )
    setting = run(crawl, "-s", "RENDER=of")
    assert (setting.status, setting.err) == (
        2,
        "ecnscrawl: error: RENDER='of' (did you mean 'off'?); write auto or off or always\n",
    )


def test_the_crawl_of_plain_pages_loads_nothing_of_a_browser(crawl: Crawl) -> None:
    ended = run(
        crawl, *urls(PLAIN), "-s", "LOG_LEVEL=WARNING", PYTHONPROFILEIMPORTTIME="1", CHROMIUM_PATH=sys.executable
    )
    assert "scrapy.crawler" in ended.err
    assert "playwright" not in ended.err.replace("ecnscrawl", "")
    assert json.dumps(crawl.report["rendering"]["by_kind"]) == "{}"
