"""A site that is redesigned between two runs: the alarm, its sample pages, and right records meanwhile."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from replica import Replica, Site
from replica.generated_site import GeneratedSite
from replica.sections import LISTINGS
from tests.pages.redesign import Change, move_share_box, redesigned, rename, reorder, strew, wrap
from tests.system.crawling import Crawl, Ended

pytestmark = pytest.mark.system

NOW = datetime(2026, 11, 20, tzinfo=UTC)  # fixed, so that the site is the same one tomorrow
EVERYTHING = (move_share_box, rename, wrap, reorder, strew)
EXACT = ("title", "published_at", "source", "editor")
MAX_SAMPLES = 3
IN_VAIN = ("-s", "RENDER_SECONDS=0.5")  # no script here writes anything, so all of them are waited for


@dataclass
class After:
    """The result of a run: how it ended, its report, its records, and the ids that were new on the site."""

    ended: Ended
    report: dict[str, Any]
    records: list[dict[str, Any]]
    published: list[str] = field(default_factory=list)

    @property
    def alarms(self) -> dict[str, dict[str, Any]]:
        """The alarms by their fields."""
        return {alarm["field"]: alarm for alarm in self.report["alarms"]}


@dataclass
class Scene:
    """A generated site and its crawl, run after run."""

    generated: GeneratedSite
    crawl: Crawl
    day: int = 0

    def run(self, published: Sequence[str] = ()) -> After:
        """Crawl once more."""
        before = len(self.crawl.records)
        ended = self.crawl.run("-a", "recheck=none", *IN_VAIN)
        return After(ended, self.crawl.report, self.crawl.records[before:], list(published))

    def publish(self, count: int, *changes: Change, capitals: bool = False) -> list[str]:
        """Publish articles that are served with these changes; gives their ids."""
        self.day += 1
        ids = self.generated.publish(count, NOW + timedelta(hours=self.day))
        redesign(self.generated.site, [path for id_ in ids for path in self.paths(id_)], *changes, capitals=capitals)
        return ids

    def paths(self, id_: str) -> list[str]:
        """Where the pages of an article stand, the mobile one too."""
        story = self.generated.stories[id_.removeprefix("ecns:")]
        pages = [story.page_path(number) for number in range(1, len(story.pages) + 1)]
        return [path for path in [*pages, f"/m{story.path}"] if path in self.generated.site]


def redesign(site: Site, paths: Sequence[str], *changes: Change, capitals: bool) -> None:
    """Serve these pages with these changes; where there are none, as they are."""
    for seed, path in enumerate(paths) if changes else ():
        body = redesigned(site.resource(path).body, seed, *changes, capitals=capitals)
        site.replace(path, body=body, etag=None, last_modified=None)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Three hundred articles."""
    generated = GeneratedSite(300, seed=5, now=NOW)
    with Replica(generated.site) as replica:
        yield Scene(generated, Crawl(tmp_path_factory.mktemp("drift") / "data", replica.environment()))


@pytest.fixture(scope="module")
def runs(scene: Scene) -> dict[str, After]:
    """The results of all runs, in order."""
    return {
        "healthy": scene.run(),
        "reordered": scene.run(scene.publish(8, reorder, capitals=True)),
        "redesigned": scene.run(scene.publish(3, *EVERYTHING, capitals=True)),
        "still redesigned": scene.run(scene.publish(3, *EVERYTHING, capitals=True)),
        "mended": scene.run(scene.publish(3)),
    }


def test_the_run_before_the_redesign_is_healthy(runs: dict[str, After]) -> None:
    assert runs["healthy"].ended.status == 0, runs["healthy"].ended.err
    assert len(runs["healthy"].records) == 300
    assert runs["healthy"].report["alarms"] == []


def test_pages_merely_written_otherwise_raise_no_alarm(runs: dict[str, After]) -> None:
    after = runs["reordered"]
    assert (after.ended.status, after.report["alarms"]) == (0, []), after.ended.err
    assert len(after.records) == 8
    assert {record["layout"] for record in after.records} == {"2026"}


def test_three_redesigned_articles_may_be_chance(runs: dict[str, After]) -> None:
    assert len(runs["redesigned"].records) == 3
    assert {record["layout"] for record in runs["redesigned"].records} == {"generic"}
    assert (runs["redesigned"].ended.status, runs["redesigned"].report["alarms"]) == (0, [])


def test_the_fifth_redesigned_article_in_a_row_raises_the_alarm(runs: dict[str, After]) -> None:
    after = runs["still redesigned"]
    assert after.ended.status == after.report["exit_status"] == 3
    assert {"title", "published_at"} <= set(after.alarms)
    assert {alarm["code"] for alarm in after.alarms.values()} == {"layout-lost"}


def test_an_alarm_says_how_many_the_layout_gave_and_what_gives_them_now(runs: dict[str, After]) -> None:
    message = runs["still redesigned"].alarms["title"]["message"]
    match = re.fullmatch(r"title: 0 of 3 from the layout, (.+), was (?:99|100)%", message)
    assert match, message
    others = [re.fullmatch(r"(\d) from (?:metadata|the text)", other) for other in match[1].split(", ")]
    assert sum(int(other[1]) if other else 99 for other in others) == 3, message


def test_the_last_line_names_each_field_that_is_lost(runs: dict[str, After]) -> None:
    after = runs["still redesigned"]
    reason = str(after.ended.stats["reason"])
    assert [alarm["message"] for alarm in after.report["alarms"] if alarm["message"] not in reason] == []
    assert after.report["reasons"] == [alarm["message"] for alarm in after.report["alarms"]]


def test_each_alarm_has_samples_that_are_pages_of_this_run_as_they_were_received(
    runs: dict[str, After], scene: Scene
) -> None:
    after = runs["still redesigned"]
    urls = {record["url"] for record in after.records}
    for alarm in after.alarms.values():
        assert 0 < len(alarm["samples"]) <= MAX_SAMPLES
        for sample in alarm["samples"]:
            assert sample["url"] in urls
            kept = (scene.crawl.folder / "samples" / sample["file"]).read_bytes()
            assert kept == scene.generated.site.resource(sample["url"]).body


def test_the_samples_folder_holds_what_the_alarms_name_and_no_more(runs: dict[str, After], scene: Scene) -> None:
    named = {
        sample["file"] for after in runs.values() for alarm in after.alarms.values() for sample in alarm["samples"]
    }
    assert {path.name for path in (scene.crawl.folder / "samples").iterdir()} == named


def test_redesigned_pages_make_exact_records_anyway(runs: dict[str, After], scene: Scene) -> None:
    truth = scene.generated.truth
    records = [*runs["redesigned"].records, *runs["still redesigned"].records]
    assert len(records) == 6
    different = {
        (record["id"], key): (record[key], truth[record["id"]][key])
        for record in records
        for key in EXACT
        if record[key] != truth[record["id"]][key]
    }
    assert different == {}


def test_a_run_whose_records_are_well_is_healthy_again(runs: dict[str, After]) -> None:
    after = runs["mended"]
    assert len(after.records) == 3
    assert (after.ended.status, after.report["alarms"]) == (0, []), after.ended.err


def test_a_site_redesigned_before_its_first_run_falls_below_the_floors(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    generated = GeneratedSite(25, seed=6, now=NOW)
    scene = Scene(generated, crawl_of(serve(generated.site)))
    for number, (id_, story) in enumerate(generated.stories.items()):
        redesign(generated.site, scene.paths(f"ecns:{id_}")[: len(story.pages)], *EVERYTHING, capitals=number % 2 == 0)
    after = scene.run()
    assert after.ended.status == 3
    assert len(after.records) == 25
    assert {"title", "published_at", "body"} <= set(after.alarms)
    message = after.alarms["title"]["message"]
    assert message.startswith("title: 0 of 25 from the layout")
    assert message.endswith("expected 90%")
    assert message in str(after.ended.stats["reason"])


def _put_empty_listing(site: Site, path: str) -> None:
    body = b"<!DOCTYPE HTML><html><body><div id='app'></div><script src='/app.js'></script></body></html>"
    for address in (path, f"{path}index.shtml"):
        if address in site:
            site.replace(address, body=body, etag=None, last_modified=None)


def test_a_listing_that_links_to_no_article_any_more_is_a_reason(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    generated = GeneratedSite(25, seed=7, now=NOW)
    scene = Scene(generated, crawl_of(serve(generated.site)))
    assert scene.run().ended.status == 0
    _put_empty_listing(generated.site, "/world/")
    ended = scene.run().ended
    assert ended.status == 3
    assert "listing world" in str(ended.stats["reason"])
    assert scene.crawl.report["listings"]["world"]["failure"] == "it links to no article"


def test_listings_that_all_link_to_no_article_at_the_first_run_are_a_reason(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    generated = GeneratedSite(5, seed=8, now=NOW)
    for path in ("/", *(path for path, _ in LISTINGS)):
        _put_empty_listing(generated.site, path)
    generated.site.replace("/rss/rss.xml", body=b"<html></html>", etag=None, last_modified=None)
    ended = crawl_of(serve(generated.site)).run(*IN_VAIN)
    assert ended.status == 3
    assert "no listing could be read" in str(ended.stats["reason"])


@pytest.fixture
def redesigned_scene(serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]) -> Scene:
    """A small site redesigned before its first run."""
    generated = GeneratedSite(12, seed=9, now=NOW)
    scene = Scene(generated, crawl_of(serve(generated.site)))
    redesign(generated.site, [path for id_ in generated.truth for path in scene.paths(id_)], *EVERYTHING, capitals=True)
    return scene


def test_an_alarm_is_raised_although_no_sample_can_be_kept(redesigned_scene: Scene) -> None:
    folder = redesigned_scene.crawl.folder
    folder.mkdir(parents=True)
    (folder / "samples").write_text("mine")
    after = redesigned_scene.run()
    assert after.ended.status == 3
    assert "title" in after.alarms
    assert [alarm["samples"] for alarm in after.alarms.values()] == [[] for _ in after.alarms]
    assert after.ended.err.splitlines() == [after.ended.last_line]
    assert (folder / "samples").read_text() == "mine"


def test_no_sample_is_written_through_a_link(redesigned_scene: Scene, tmp_path: Path) -> None:
    folder, elsewhere = redesigned_scene.crawl.folder, tmp_path / "elsewhere"
    folder.mkdir(parents=True)
    elsewhere.mkdir()
    (folder / "samples").symlink_to(elsewhere)
    redesigned_scene.crawl.run()
    assert list(elsewhere.iterdir()) == []
