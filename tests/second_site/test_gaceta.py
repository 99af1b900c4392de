"""A second site is crawled by the same commands: the core contains nothing that is about the first one."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from replica import Replica, Site
from replica.saved_site import saved_sites
from tests.docs.checkout import Checkout
from tests.saved_pages import ROOT
from tests.second_site.site import article_ref
from tests.system.crawling import Crawl, Ended
from tests.system.promises import KEYS, SCHEMA, digest, without

pytestmark = pytest.mark.system

FIXTURES = Path(__file__).parent / "fixtures"
SPIDERS = ("-s", "SPIDER_MODULES=tests.second_site")
HOST = "http://www.gaceta.example"
BRIDGE = f"{HOST}/nota.php?id=101"


def expected() -> dict[str, dict[str, Any]]:
    """What a reader sees, by id."""
    records = (json.loads(path.read_bytes()) for path in sorted((FIXTURES / "expected" / "gaceta").glob("*.json")))
    return {record["id"]: record for record in records}


def served() -> Site:
    (site,) = saved_sites(FIXTURES)
    return site


@dataclass(frozen=True)
class GacetaCrawl(Crawl):
    """The command line of a user who crawls the second site."""

    def gaceta(self, *arguments: str) -> Ended:
        return self.scrapy(*self.command(*SPIDERS, *arguments, spider="gaceta")[1:])

    @property
    def folder(self) -> Path:
        return self.data / "gaceta"


@dataclass(frozen=True)
class After:
    """What there is after a run."""

    ended: Ended
    report: dict[str, Any]
    records: list[dict[str, Any]]  #: of this run
    requests: dict[str, int]  #: the status of each request, by its path and query

    @property
    def alarms(self) -> set[str]:
        return {alarm["field"] for alarm in self.report["alarms"]}


@dataclass(frozen=True)
class Story:
    """A first run, one in which nothing has changed, and one after a correction."""

    crawl: GacetaCrawl
    first: After
    second: After
    corrected: After


def run(crawl: GacetaCrawl, replica: Replica, *arguments: str) -> After:
    replica.requests.clear()
    before = len(crawl.records)
    ended = crawl.gaceta(*arguments)
    requests = {f"{each.path}?{each.query}".rstrip("?"): each.status for each in replica.requests}
    return After(ended, crawl.report, crawl.records[before:], requests)


def replace(site: Site, url: str, *changes: tuple[str, str]) -> None:
    """Change the markup of a page, and its validators with it."""
    body = site.resource(url).body
    for old, new in changes:
        assert old.encode() in body
        body = body.replace(old.encode(), new.encode())
    site.replace(url, body=body, etag=f'"{hash(body)}"', last_modified=None)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    site = served()
    with Replica([Site(), site]) as replica:
        crawl = GacetaCrawl(tmp_path_factory.mktemp("second_site") / "data", replica.environment())
        first, second = run(crawl, replica), run(crawl, replica)
        replace(site, BRIDGE, ("once meses", "doce meses"))
        corrected = run(crawl, replica, "-a", f"urls={BRIDGE}")
        yield Story(crawl, first, second, corrected)


def test_every_article_is_stored_exactly_as_a_reader_sees_it(story: Story) -> None:
    assert (story.first.ended.status, story.first.ended.stats["new"]) == (0, "6"), story.first.ended.err
    # The page of this one states only a day; the sitemap, in which alone it stands, states the second.
    wanted = expected()
    wanted["gaceta:102"] |= {"published_at": "2026-03-11T23:30:00Z", "published_precision": "second"}
    assert {record["id"]: without(record) for record in story.first.records} == wanted


def test_every_record_keeps_the_contract(story: Story) -> None:
    for record in (*story.first.records, *story.corrected.records):
        assert tuple(record) == KEYS
        Draft202012Validator(SCHEMA).validate(record)
        ref = article_ref(record["url"])
        assert ref is not None
        assert (ref.url, ref.id) == (record["url"], record["id"])
        assert record["content_hash"] == digest(record)
        paragraphs = record["body"].split("\n\n")
        assert not {image["caption"] for image in record["images"]} & set(paragraphs)


def test_all_sources_are_walked_to_their_end(story: Story) -> None:
    asked = set(story.first.requests)
    assert {"/sitemap.xml", "/sitemap-2025.xml", "/sitemap-noticias.xml", "/lista.php?tema=cultura"} <= asked
    assert {"/lista.php?tema=region", "/lista.php?tema=region&antes=101"} <= asked
    assert not {path for path in asked if "quienes-somos" in path}
    assert len([path for path in asked if path.startswith("/nota.php")]) == 6


def test_the_second_run_asks_conditionally_and_stores_nothing(story: Story) -> None:
    assert story.second.ended.status == 0
    assert (story.second.report["counts"]["new"], story.second.report["files"]) == (0, [])
    assert story.second.requests == {
        "/robots.txt": 200,
        "/sitemap.xml": 200,  # an index: what it names may have changed though it has not
        "/sitemap-noticias.xml": 304,  # and the other one has not, says the index
        "/lista.php?tema=region": 304,
        "/lista.php?tema=cultura": 304,
    }


def test_a_corrected_article_is_stored_as_revision_2(story: Story) -> None:
    assert story.corrected.ended.stats["updated"] == "1"
    (record,) = story.corrected.records
    wanted = expected()["gaceta:101"] | {"revision": 2}
    wanted["body"] = wanted["body"].replace("once meses", "doce meses")
    assert without(record) == wanted


def test_nothing_of_the_site_raises_an_alarm(story: Story) -> None:
    assert [each.alarms for each in (story.first, story.second, story.corrected)] == [set(), set(), set()]


@pytest.mark.parametrize(
    ("changes", "alarms"),
    [
        ((("titular", "encabezado"), ("migas", "ruta")), {"title", "section"}),
        # Most articles have no picture, and none an editor or a source: the site is not expected to have them.
        ((("foto", "imagen"), ("<img", "<imagen")), set()),
    ],
    ids=["title and section", "pictures"],
)
def test_a_redesign_alarms_only_for_the_fields_of_the_site(
    tmp_path: Path, changes: tuple[tuple[str, str], ...], alarms: set[str]
) -> None:
    site = served()
    for number in range(101, 107):
        url = f"{HOST}/nota.php?id={number}"
        present = [change for change in changes if change[0].encode() in site.resource(url).body]
        replace(site, url, *present)
    with Replica(site) as replica:
        after = run(GacetaCrawl(tmp_path / "data", replica.environment()), replica, "-s", "HEALTH_SAMPLE=5")
    assert after.alarms == alarms
    assert after.ended.status == (3 if alarms else 0)
    assert len(after.records) == 6


@pytest.mark.parametrize(
    ("since", "stored", "status"),
    [
        ("2026-03-12", {101}, 0),
        ("2026-02-20", {101, 102, 104}, 0),
        ("2025-12-01", {101, 102, 103, 104, 106}, 0),  # the last one of 2025 is of 30 November, 11:59 p.m.
        ("2025-11-30", {101, 102, 103, 104, 105, 106}, 3),  # nothing is older, so nobody knows whether that is all
    ],
)
def test_a_walk_by_dates_goes_by_the_pages_where_no_address_says_a_day(
    tmp_path: Path, since: str, stored: set[int], status: int
) -> None:
    with Replica(served()) as replica:
        after = run(GacetaCrawl(tmp_path / "data", replica.environment()), replica, "-a", f"since={since}")
    assert {record["id"] for record in after.records} == {f"gaceta:{number}" for number in stored}
    assert after.ended.status == status, after.ended.err
    assert ("no listing or feed reaches back to since" in after.ended.err) == (status == 3)


def test_a_listing_that_is_cut_off_is_requested_again_and_stays_open(tmp_path: Path) -> None:
    site, url = served(), f"{HOST}/lista.php?tema=region"
    whole = site.resource(url).body
    with Replica(site) as replica:
        crawl = GacetaCrawl(tmp_path / "data", replica.environment())
        site.replace(url, body=whole[: whole.index(b"<a class=")], etag=None, last_modified=None)
        cut = run(crawl, replica, "-a", "sections=region")
        assert len([each for each in replica.requests if each.query == "tema=region"]) == 2
        site.replace(url, body=whole)
        again = run(crawl, replica, "-a", "sections=region")
    assert {record["id"] for record in cut.records} == {"gaceta:101"}
    assert {record["id"] for record in again.records} == {"gaceta:106"}


def test_a_sitemap_that_cannot_be_fetched_is_requested_in_the_next_run(tmp_path: Path) -> None:
    site, url = served(), f"{HOST}/sitemap-2025.xml"
    with Replica(site) as replica:
        crawl = GacetaCrawl(tmp_path / "data", replica.environment())
        site.replace(url, status=404)
        first = run(crawl, replica)
        site.replace(url, status=200)
        second = run(crawl, replica)
    assert {record["id"] for record in first.records} == set(expected()) - {"gaceta:105"}
    assert {record["id"] for record in second.records} == {"gaceta:105"}


@pytest.mark.parametrize("read", ["cut off", "an error page"])
def test_a_sitemap_that_could_not_be_read_is_requested_in_the_next_run(tmp_path: Path, read: str) -> None:
    site, url = served(), f"{HOST}/sitemap-2025.xml"
    whole = site.resource(url).body
    body = whole[: whole.index(b"<url>")] if read == "cut off" else b"<html><body>Volvemos pronto</body></html>"
    with Replica(site) as replica:
        crawl = GacetaCrawl(tmp_path / "data", replica.environment())
        site.replace(url, body=body, etag=None, last_modified=None)
        first = run(crawl, replica)
        site.replace(url, body=whole)
        second = run(crawl, replica)
    assert {record["id"] for record in first.records} == set(expected()) - {"gaceta:105"}
    assert {record["id"] for record in second.records} == {"gaceta:105"}


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        (("status",), "gaceta: runs=3 new=6 updated=1"),
        (("list",), "gaceta"),
        (("crawl", "gaceta", "-a", "sections=?"), "region\ncultura"),
        (("export", "-", "--format", "csv"), BRIDGE),
        (("export", "-", "--format", "rss"), f"<link>{HOST}/</link>"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_the_other_commands_know_the_site(story: Story, command: tuple[str, ...], printed: str) -> None:
    ended = story.crawl.scrapy(*command, *SPIDERS)
    assert (ended.status, printed in ended.out) == (0, True), (ended.out, ended.err)


@pytest.mark.parametrize("form", ["address", "file"])
def test_a_page_becomes_a_fixture(tmp_path: Path, form: str) -> None:
    with Replica(served()) as replica:
        checkout = Checkout.make(tmp_path, replica.environment())
        page = FIXTURES / "html" / "gaceta" / "103-titeres.html"
        words = [f"{HOST}/nota.php?id=103"] if form == "address" else [str(page), "--url", f"{HOST}/nota.php?id=103"]
        command = [".venv/bin/scrapy", "fixture", *words, "--name", "mine", *SPIDERS]
        ended = checkout.shell(shlex.join(command), PYTHONPATH=str(ROOT))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads((tmp_path / "fixtures/expected/gaceta/mine.json").read_bytes()) == expected()["gaceta:103"]
    assert (tmp_path / "fixtures/html/gaceta/mine.html").read_bytes() == page.read_bytes()
