"""`scrapy genspider -t news` in a project of the user's: from nothing to a green test and stored articles."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from replica import Replica, Resource, Site
from tests.docs.markdown import OPERATIONS, blocks
from tests.system.crawling import MANNERS_OFF, NO_WARNING

pytestmark = pytest.mark.system

HOST = "https://www.harbour.example"
#: Markup that no page class of the project knows.
PAGE = """<!DOCTYPE html><html lang="en"><head><title>{title} | Harbour Post</title>
<meta property="og:title" content="{title}"></head>
<body><ul class="bar"><li><a href="/">Home</a></li><li><a href="/about">About us</a></li></ul>
<div class="sheet"><h1 class="top">{title}</h1><p class="when"><time datetime="2026-11-2{number}T08:15:00+01:00">this morning</time></p>
<div class="words"><p>The {number} o'clock ferry left the northern pier with half an hour's delay, because nobody could find the rope.</p>
<p>Passengers waited under the old crane and shared two loaves of bread, a thermos of tea and the last of the plums.</p>
<p>The rope turned up in the lifeboat, where a cat had made its bed on it, and she was in no hurry to give it back.</p></div></div>
<p class="low">Harbour Post, all rights kept.</p></body></html>"""
ARTICLES = {
    f"{HOST}/port/2026/late-ferry-47110{number}.html": f"Ferry number {number} is late again" for number in (1, 2, 3)
}


def site() -> Site:
    """A front page with three articles."""
    made = Site("www.harbour.example")
    made.put("/robots.txt", Resource(b"User-agent: *\nAllow: /\n", "text/plain"))
    links = "".join(f"<a href='{url}'>{title}</a>" for url, title in ARTICLES.items())
    made.put(f"{HOST}/", Resource(f"<html><body>{links}</body></html>".encode(), "text/html"))
    for number, (url, title) in enumerate(ARTICLES.items(), 1):
        made.put(url, Resource(PAGE.format(title=title, number=number).encode(), "text/html; charset=utf-8"))
    return made


@dataclass(frozen=True)
class User:
    """Somebody whose shell finds the programs of the environment in which ecnscrawl is installed."""

    folder: Path
    environment: dict[str, str]

    def run(self, command: str, *, folder: str = "mynews") -> "subprocess.CompletedProcess[str]":
        """Run a command of a shell."""
        bare = {name: value for name, value in os.environ.items() if not name.startswith(("ECNSCRAWL_", "SCRAPY_"))}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return subprocess.run(
            ["/bin/sh", "-c", command],
            env=bare | NO_WARNING | self.environment | {"PATH": path, "COLUMNS": "200"},
            cwd=self.folder / folder, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    @property
    def project(self) -> Path:
        """The folder of the project."""
        return self.folder / "mynews"


DOCUMENTED = next(block.text for block in blocks(OPERATIONS / "scrapy.md", "sh", "A project of your own"))


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """Somebody who has made the documented project, and has begun a site in it."""
    with Replica(site()) as replica:
        user = User(tmp_path_factory.mktemp("own"), replica.environment())
        start, takes_settings, begin, *_ = DOCUMENTED.splitlines()
        ended = user.run(start, folder=".")
        assert ended.returncode == 0, ended.stderr
        assert user.run(takes_settings).returncode == 0
        ended = user.run(begin)
        assert (ended.returncode, ended.stderr) == (0, "")
        yield user


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but compiled ones."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_all_parts_of_the_site_are_made_in_the_user_s_project(user: User) -> None:
    made = {f"mynews/{folder}/harbour.py" for folder in ("sites", "pages", "spiders")}
    assert made | {"tests/sites/test_harbour.py", "fixtures/manifest.json"} <= set(files_of(user.project))
    assert json.loads((user.project / "fixtures/manifest.json").read_bytes()) == {"harbour": []}
    assert user.run("scrapy list").stdout == "harbour\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("-t news harbour www.harbour.example", "spider 'harbour' exists already, in mynews.spiders.harbour;"),
        ("-t news pier https://pier.example/", "write pier.example"),
        ("-t news pier www.harbour.example", "a domain of the site 'harbour'"),
        ("-t news 2nd pier.example", "'2nd' cannot be a site's name"),
        ("-t news pier", "`scrapy genspider -t news NAME DOMAIN`"),
        ("-t news pier pier.example --frobnicate", "unknown option '--frobnicate'"),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_line_and_nothing_is_touched(user: User, words: str, said: str) -> None:
    before = files_of(user.project)
    ended = user.run(f"scrapy genspider {words}")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch(r"ecnscrawl: error: .*\n", ended.stderr)
    assert said in ended.stderr
    assert files_of(user.project) == before


def test_an_editor_that_cannot_be_started_is_named_in_one_line(user: User) -> None:
    ended = user.run("scrapy genspider -t news harbour www.harbour.example --force --edit -s EDITOR=no-such-editor")
    assert ended.returncode == 1
    assert re.fullmatch(r"ecnscrawl: error: EDITOR='no-such-editor' cannot be started .*\n", ended.stderr)


def test_a_damaged_manifest_is_refused_before_anything_is_made(user: User) -> None:
    manifest = user.project / "fixtures" / "manifest.json"
    whole = manifest.read_bytes()
    manifest.write_text("{")
    try:
        before = files_of(user.project)
        ended = user.run("scrapy genspider -t news pier pier.example")
        assert (ended.returncode, files_of(user.project)) == (1, before)
        assert "manifest.json is no JSON" in ended.stderr
    finally:
        manifest.write_bytes(whole)


def test_scrapy_s_own_templates_are_named_as_such_and_work(user: User) -> None:
    listed = user.run("scrapy genspider --list").stdout
    assert {"basic", "crawl", "csvfeed", "xmlfeed"} <= set(listed.split())
    assert re.search(r"^ *news: .*the others are Scrapy's own$", listed, re.MULTILINE)
    assert "class ${class_name}Page(Page):" in user.run("scrapy genspider --dump news").stdout
    assert "scrapy.Spider" in user.run("scrapy genspider --dump basic").stdout
    ended = user.run("scrapy genspider plain plain.example")
    assert (ended.returncode, ended.stdout.split()[:3]) == (0, ["Created", "spider", "'plain'"])
    assert "`scrapy genspider -t news plain plain.example`" in ended.stdout
    assert "crawl plain` refuses it" in ended.stdout
    (user.project / "mynews" / "spiders" / "plain.py").unlink()


def test_from_the_documented_project_to_a_green_test_and_a_crawl(user: User) -> None:
    *_, fixture, test = DOCUMENTED.splitlines()
    fails = user.run(test)
    assert "no page of harbour is saved yet" in fails.stdout
    assert fails.returncode == 1

    saved = user.run(fixture)
    assert (saved.returncode, saved.stderr) == (0, "")
    assert "scrapy fixture --reviewed harbour/471101" in saved.stdout
    unreviewed = user.run(test).stdout
    assert '\nE         "Ferry number 1 is late again"' in unreviewed
    assert "Does " in unreviewed

    expected = user.project / "fixtures" / "expected" / "harbour" / "471101.json"
    record = json.loads(expected.read_bytes())
    assert (record["title"], record["published_at"]) == ("Ferry number 1 is late again", "2026-11-21T07:15:00Z")
    assert user.run("scrapy fixture --reviewed 471101").stdout == "reviewed harbour/471101\n"
    assert user.run(test).returncode == 0
    expected.write_text(json.dumps(record | {"section": "Port"}))
    differs = user.run(test)
    assert re.search(
        r"section of 471101 is read as\nE +null\nE +and not, as a reader sees it, as\nE +\"Port\"", differs.stdout
    )
    assert "1 failed" in differs.stdout

    ended = user.run(f"scrapy crawl harbour {' '.join(MANNERS_OFF)}")
    assert (ended.returncode, ended.stderr.split()[:3]) == (0, ["harbour", "healthy", "new=3"])
    (file,) = (user.project / "data" / "harbour" / "articles").glob("*.jsonl")
    assert {json.loads(line)["title"] for line in file.read_bytes().splitlines()} == set(ARTICLES.values())


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("--reviewed", 2, "scrapy fixture --reviewed NAME"),
        ("--reviewed 47110", 2, "there is no fixture '47110'"),
        ("--reviewed pier/471101", 2, "there is no fixture 'pier/471101'"),
        (
            "https://www.harbour.example/about",
            2,
            "article_ref returns None for it; change the pattern in mynews.sites.harbour",
        ),
    ],
)
def test_a_fixture_that_is_not_there_is_not_reviewed(user: User, words: str, status: int, said: str) -> None:
    before = files_of(user.project)
    ended = user.run(f"scrapy fixture {words}")
    assert (ended.returncode, ended.stdout) == (status, "")
    assert said in ended.stderr
    assert files_of(user.project) == before


def test_a_second_address_with_the_id_of_a_saved_article_is_a_warning(user: User) -> None:
    before = files_of(user.project)
    (user.project / "page.html").write_text(PAGE.format(title="Late", number=9), encoding="utf-8")
    first, second = (
        user.run(f"scrapy fixture page.html --url {HOST}/port/2026/{name}-471109.html --name {name}")
        for name in ("one", "two")
    )
    assert (first.returncode, first.stderr) == (0, "")
    assert second.returncode == 0
    assert second.stderr == (
        f"ecnscrawl: warning: {HOST}/port/2026/two-471109.html has the id harbour:471109, as"
        f" {HOST}/port/2026/one-471109.html, saved as one: a crawl takes both for one article; if they are two, change"
        " the pattern in mynews.sites.harbour\n"
    )
    (user.project / "fixtures" / "manifest.json").write_bytes(before["fixtures/manifest.json"])
    for name in files_of(user.project).keys() - before.keys():
        (user.project / name).unlink()
