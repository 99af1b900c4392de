"""`scrapy reextract` makes of an archive the records that the crawl has made, in every key, whatever was killed."""

import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from replica import Replica, Resource, Site
from replica.fixture_site import fixture_site
from replica.gazette import Gazette
from replica.gazette import stories as gazette_stories
from replica.saved_site import saved_sites
from tests.saved_pages import FIXTURES, articles, expected_of
from tests.storage.archive.samples import records as archived
from tests.system.archives import ArchivingCrawl, by_version, records_in
from tests.system.archivist import Archivist
from tests.system.chromium import chromium
from tests.system.killing import Story as KilledStory
from tests.system.news_user import COOKIES, FEED
from tests.system.newsstand import HTML, Newsstand, Story
from tests.system.rendering import publish

pytestmark = pytest.mark.system


@pytest.fixture
def archivist(serve: Callable[[Site], Replica], tmp_path: Path) -> Callable[..., Archivist]:
    def at(site: Site, name: str = "ecns") -> Archivist:
        environment = serve(site).environment()
        return Archivist(ArchivingCrawl(tmp_path / "data", environment, site=name), tmp_path / "out")

    return at


def test_all_saved_pages_of_ecns_make_the_same_records_in_the_same_order(archivist: Callable[..., Archivist]) -> None:
    user = archivist(fixture_site(FIXTURES))
    assert user.crawl.run().status == 0
    ended = user.reextract()
    assert ended.status == 0, ended.err
    user.assert_equal()
    assert records_in(user.out / "ecns") == records_in(user.crawl.folder)
    assert ended.last_line.startswith("reextract files=1 pages=")


def test_all_saved_pages_of_chinanews_make_the_same_records(archivist: Callable[..., Archivist]) -> None:
    (site,) = [site for site in saved_sites(FIXTURES) if "www.chinanews.com.cn" in site.hosts]
    user = archivist(site, "chinanews")
    urls = ",".join(expected_of(page)["url"] for page in articles() if page.site == "chinanews")
    user.crawl.scrapy(*user.crawl.command("-a", f"urls={urls}", spider="chinanews")[1:])
    assert user.reextract("--jobs", "1").status == 0
    user.assert_equal("chinanews")


@pytest.mark.parametrize("seed", [21])
def test_crawls_and_a_reextraction_that_are_killed_make_the_same_records(
    story_of: Callable[..., KilledStory], seed: int, tmp_path: Path
) -> None:
    story = story_of(seed=seed, corrects=True)
    story.crawl = ArchivingCrawl(story.crawl.data, story.crawl.environment)
    for requests in (25, 60, 40):
        story.killed_after(requests, 0.01)
    story.ends_well()
    user = Archivist(story.crawl, tmp_path / "out")
    process = user.crawl.start_scrapy(
        "reextract", *user.crawl.archives, "--out", str(user.out), "--jobs", "1", "-s", "COMMIT_RECORDS=3"
    )
    part = user.out / "ecns" / "articles"
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if any(path.stat().st_size > 20_000 for path in part.glob(".*.part")):
            break
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert user.reextract().status == 0
    user.assert_equal()
    assert len(user.crawl.archives) > 1


def test_pages_in_parts_copies_without_an_end_and_times_of_the_feed(archivist: Callable[..., Archivist]) -> None:
    stand = Newsstand()
    paged, torn, timeless, gone_part, moved, leads_away = (Story(number) for number in range(1, 7))
    elsewhere = moved.path().replace("/world/", "/business/")
    stand.site.put(moved.path(), Resource(status=301, location=elsewhere))
    stand.site.put(elsewhere, Resource(moved.page(), HTML))
    stand.site.put(leads_away.path(), Resource(status=302, location=paged.path()))
    for story in (paged, gone_part):
        for part in (1, 2, 3):
            stand.page(story, part, [story.path(2), story.path(3)])
    stand.site.remove(gone_part.path(3))
    without_end = torn.page().replace(b'<div id="function_code_page"></div>', b"").replace(b"</html>", b"")
    stand.site.put(torn.path(), Resource(without_end, HTML))
    without_time = timeless.page().replace(timeless.published.encode(), b"")
    stand.site.put(timeless.path(), Resource(without_time, HTML))
    stand.feed(timeless)
    stand.list("/world/", [story.path() for story in (leads_away, paged, torn, gone_part, moved)])
    user = archivist(stand.site)
    assert user.crawl.run().stats["new"] == "5"
    assert user.crawl.report["counts"]["failed"] == 1
    assert user.crawl.report["counts"]["end_not_seen"] >= 1
    ended = user.reextract()
    assert ended.status == 0, ended.err
    user.assert_equal()


def test_a_site_without_a_spider_makes_the_same_records_also_beside_walls_and_other_addresses(
    serve: Callable[[Site], Replica], tmp_path: Path
) -> None:
    gazette = Gazette()
    walled, timeless, reserved, twice, *plain = gazette_stories(12, datetime.now(UTC) - timedelta(hours=1))
    timeless = replace(timeless, published=None)
    own = f'<link rel="canonical" href="{gazette.url(twice.path)}">'
    gazette.publish(timeless, *plain, replace(twice, head=own), replace(twice, head=own, path="/print/481516"))
    gazette.publish(reserved, headers=(("X-Robots-Tag", "noarchive"),))
    walls = [walled, *plain[:3]]
    for each in walls:
        gazette.html(each.path, each.page(COOKIES))
    about = replace(plain[0], path="/our-house-and-its-long-history", published=None)
    gazette.publish(about)
    gazette.feed([replace(timeless, published=plain[0].published)], "/rss/all")
    hrefs = ["/print/481516", *(each.path for each in (walled, reserved, twice, about, *plain))]
    gazette.front(hrefs, FEED, sections=("/town/", "/harbour/"))
    gazette.front([plain[0].path], path="/town/")
    crawl = ArchivingCrawl(tmp_path / "data", serve(gazette.site).environment(), site=gazette.host)
    arguments = crawl.command(
        "-a", f"site={gazette.host}", "-a", "recheck=all", "-s", "PENDING_BACKOFF=0", spider="news"
    )
    crawl.scrapy(*arguments[1:])
    gazette.publish(*walls, replace(plain[3], paragraphs=["It was corrected.", *plain[3].paragraphs]))
    ended = crawl.scrapy(*arguments[1:])
    assert (ended.status, ended.stats["new"], ended.stats["updated"]) == (0, "4", "1"), ended.err
    user = Archivist(crawl, tmp_path / "out")
    assert gazette.url(reserved.path) not in {record.url for file in crawl.archives for record in archived(Path(file))}
    user.reextract()
    user.assert_equal(gazette.host)


@pytest.mark.parametrize("mode", ["auto", "always"])
def test_a_rendered_page_makes_the_same_record(archivist: Callable[..., Archivist], mode: str) -> None:
    chromium()
    stand, plain, scripted = Newsstand(), Story(1), Story(2)
    stand.publish(plain)
    publish(stand, scripted)
    user = archivist(stand.site)
    assert user.crawl.run("-a", f"urls={plain.url},{scripted.url}", "-a", f"render={mode}").stats["new"] == "2"
    (file,) = user.crawl.archives
    rendered = [record.url for record in archived(Path(file)) if record.type == "conversion"]
    assert sorted(rendered) == sorted([plain.url, scripted.url] if mode == "always" else [scripted.url])
    assert user.reextract().status == 0
    user.assert_equal()


def test_two_shards_make_all_records_and_none_twice(archivist: Callable[..., Archivist]) -> None:
    user = archivist(fixture_site(FIXTURES))
    user.crawl.run("-a", "sections=world,business")
    for number in (1, 2):
        assert replace(user, out=user.out / str(number)).reextract("--shard", f"{number}/2").status == 0
    shards = [records_in(user.out / str(number) / "ecns") for number in (1, 2)]
    assert all(shards)
    assert by_version([*shards[0], *shards[1]]) == by_version(records_in(user.crawl.folder))
