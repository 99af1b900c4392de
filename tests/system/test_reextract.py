"""`scrapy reextract` makes of an archive the records that the crawl has made, in every key, whatever was killed."""

import fcntl
import gzip
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
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
from tests.system.archives import DAY, ArchivingCrawl, Page, by_version, records_in, warc
from tests.system.chromium import chromium
from tests.system.crawling import Ended
from tests.system.killing import Story as KilledStory
from tests.system.news_user import COOKIES, FEED
from tests.system.newsstand import HTML, Newsstand, Story
from tests.system.rendering import publish

pytestmark = pytest.mark.system

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@dataclass(frozen=True)
class Archivist:
    """Somebody who crawls a site with its pages, and re-extracts them into another folder."""

    crawl: ArchivingCrawl
    out: Path

    def reextract(self, *words: str, files: list[str] | None = None) -> Ended:
        named = self.crawl.archives if files is None else files
        return self.crawl.scrapy("reextract", *named, "--out", str(self.out), *words)

    def assert_equal(self, site: str = "ecns") -> None:
        """Check that each stored version was made again, equal in every key, and nothing else."""
        stored, again = records_in(self.crawl.folder), records_in(self.out / site)
        assert by_version(again) == by_version(stored)
        assert len(stored) > 0


@pytest.fixture
def archivist(serve: Callable[[Site], Replica], tmp_path: Path) -> Callable[..., Archivist]:
    def at(site: Site, name: str = "ecns") -> Archivist:
        environment = serve(site).environment()
        return Archivist(ArchivingCrawl(tmp_path / "data", environment, site=name), tmp_path / "out")

    return at


# Our own archives.


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
    stand.site.put(torn.path(), Resource(torn.page().replace(b"</html>", b""), HTML))
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


# The archives of others.


STORY, OTHER = Story(7), Story(8)


def page_of(story: Story, paragraph: str | None = None, days: int = 0) -> Page:
    body = story.page() if paragraph is None else story.page().replace(story.paragraph().encode(), paragraph.encode())
    return Page(story.url, body, DAY + timedelta(days=days))


FOREIGN = Page(
    "https://www.gazette.example/2026/11/19/the-old-ferry-sails-again",
    b"<html><head><title>The old ferry sails again</title></head><body><article><h1>The old ferry sails again</h1>"
    b'<time datetime="2026-11-19T08:00:00Z">19 November</time><p>The ferry left the harbour at dawn with forty'
    b" passengers and a piano that nobody had asked for.</p><p>The captain said that the piano belonged to a school"
    b" on the other side of the bay, and that it was tuned by every wave.</p></article></body></html>",
)


@pytest.fixture
def reader(tmp_path: Path) -> Callable[..., Archivist]:
    """Somebody with a file of another maker, and no data folder."""

    def at(*contents: bytes) -> Archivist:
        for number, content in enumerate(contents):
            (tmp_path / f"{number}.warc.gz").write_bytes(content)
        return Archivist(ArchivingCrawl(tmp_path / "nowhere", {}), tmp_path / "out")

    return at


def files_of(user: Archivist) -> list[str]:
    return sorted(str(path) for path in user.out.parent.glob("*.warc.gz"))


def test_of_several_sites_one_can_be_chosen(reader: Callable[..., Archivist]) -> None:
    user = reader(
        warc([FOREIGN, page_of(STORY), Page("https://other.example/2026/1/1/a-story-that-is-none", b"<html>")])
    )
    assert user.reextract("--site", "ecns", files=files_of(user)).status == 0
    assert sorted(path.name for path in user.out.iterdir()) == ["ecns"]
    (record,) = records_in(user.out / "ecns")
    assert (record["id"], record["fetched_at"]) == (STORY.id, "2026-11-20T08:00:00Z")
    assert not user.crawl.data.exists()


def test_without_a_choice_every_site_gets_a_folder(reader: Callable[..., Archivist]) -> None:
    user = reader(warc([FOREIGN, page_of(STORY)]))
    assert user.reextract(files=files_of(user)).status == 0
    (record,) = records_in(user.out / "www.gazette.example")
    assert (record["title"], record["published_at"]) == ("The old ferry sails again", "2026-11-19T08:00:00Z")
    assert len(records_in(user.out / "ecns")) == 1


def test_a_site_named_by_its_domain_has_ids_of_its_own_and_says_so(reader: Callable[..., Archivist]) -> None:
    user = reader(warc([FOREIGN]))
    ended = user.reextract("--site", "gazette.example", files=files_of(user))
    (record,) = records_in(user.out / "gazette.example")
    assert (ended.status, ended.err.count("\n")) == (0, 2), ended.err  # and the counts
    assert "www.gazette.example is read as a part of gazette.example" in ended.err
    assert record["id"].startswith("gazette.example:")
    ended = user.reextract("--site", "www.gazette.example", files=files_of(user))
    assert (ended.status, ended.err.count("\n")) == (0, 1), ended.err
    (alone,) = records_in(user.out / "www.gazette.example")
    assert alone["id"] == f"www.{record['id']}"


def test_a_site_of_which_the_files_have_nothing_is_named(reader: Callable[..., Archivist]) -> None:
    user = reader(warc([FOREIGN]))
    ended = user.reextract("--site", "chinanews", files=files_of(user))
    assert ended.status == 0
    assert ended.err.startswith("ecnscrawl: warning: the files have no page of chinanews\nreextract files=1 pages=0 ")


def in_form(form: str, page: Page) -> bytes:
    """A file with one page, in a form that others write."""
    version = "1.1" if form == "browsertrix" else "1.0"
    if form == "wget":  # version 1.21.3 writes `WARC-Target-URI: <https://…>`
        page = replace(page, url=f"<{page.url}>")
    if form == "chunked":
        half = len(page.body) // 2
        pieces = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (page.body[:half], page.body[half:])]
        headers = (*page.headers, ("Transfer-Encoding", "chunked"))
        page = replace(page, body=b"".join([*pieces, b"0\r\n\r\n"]), headers=headers)
    if form in ("encoded", "header left"):
        body = gzip.compress(page.body) if form == "encoded" else page.body
        page = replace(page, body=body, headers=(*page.headers, ("Content-Encoding", "gzip")))
    content = warc([page], is_compressed=form not in ("plain", "zstd"), version=version)
    return zstd.compress(content) if form == "zstd" else content


def test_each_form_of_archive_is_read(reader: Callable[..., Archivist]) -> None:
    forms = ("gzip", "plain", "zstd", "chunked", "encoded", "header left", "wget", "browsertrix")
    stories = [Story(number) for number in range(30, 30 + len(forms))]
    user = reader(*(in_form(form, page_of(story)) for form, story in zip(forms, stories, strict=True)))
    ended = user.reextract(files=files_of(user))
    assert (ended.status, ended.err.count("\n")) == (0, 1), ended.err
    assert [record["id"] for record in records_in(user.out / "ecns")] == [story.id for story in stories]


def test_revisions_count_over_the_archives_in_the_order_given(reader: Callable[..., Archivist]) -> None:
    user = reader(
        warc([page_of(STORY)]), warc([page_of(STORY, "It was corrected.", 2)]), warc([page_of(STORY, "Once more.", 1)])
    )
    assert user.reextract(files=files_of(user)).status == 0
    found = [
        (record["revision"], record["body"], record["fetched_at"][:10]) for record in records_in(user.out / "ecns")
    ]
    assert found == [
        (1, STORY.paragraph(), "2026-11-20"), (2, "It was corrected.", "2026-11-22"), (3, "Once more.", "2026-11-21"),
    ]  # fmt: skip


def test_a_second_reextraction_of_the_same_files_stores_nothing(reader: Callable[..., Archivist]) -> None:
    user = reader(warc([page_of(STORY), page_of(STORY, "It was corrected.", 2)]))
    first = user.reextract(files=files_of(user))
    again = user.reextract(files=files_of(user))
    assert " new=1 updated=1 " in first.last_line
    assert " new=0 updated=0 unchanged=1 " in again.last_line
    assert " older=1 " in again.last_line


def test_pages_are_those_of_articles_and_in_each_shard_the_feeds(reader: Callable[..., Archivist]) -> None:
    feed = Page("https://www.ecns.cn/rss/rss.xml", b"<rss/>", headers=(("Content-Type", "text/xml"),))
    stories = [page_of(Story(number)) for number in range(20, 26)]
    moved, gone = replace(stories[0], status="301 Moved"), replace(stories[1], status="404 Not Found")
    image = Page("https://www.ecns.cn/a.jpg", b"jpeg", headers=(("Content-Type", "image/jpeg"),))
    user = reader(warc([feed, moved, gone, image, *stories]))
    pages: list[int] = []
    for words in ([], ["--shard", "1/2"], ["--shard", "2/2"]):
        part = replace(user, out=user.out / str(len(pages)))
        ended = part.reextract(*words, files=files_of(user))
        pages.append(int(ended.last_line.split("pages=")[1].split()[0]))
    assert pages[0] == len(stories) + 1
    assert pages[1] + pages[2] == len(stories) + 2


def test_only_what_was_published_since_a_day_is_stored(reader: Callable[..., Archivist]) -> None:
    old = Story(9, published="2019-03-10 09:30:00")
    user = reader(warc([page_of(STORY), page_of(old)]))
    assert user.reextract("--since", "2025-01-01", files=files_of(user)).status == 0
    assert [record["id"] for record in records_in(user.out / "ecns")] == [STORY.id]


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("PAGE_SECONDS=0.000001", "page-timeout: reading it takes longer than 1e-06 seconds"),
        ("PAGE_MEMORY_MB=4", "page-memory: reading it takes more than 4 MB"),
    ],
)
def test_a_page_that_takes_more_than_the_settings_allow_is_given_up(
    reader: Callable[..., Archivist], setting: str, reason: str
) -> None:
    large = page_of(STORY, "An avalanche of words. " * 100_000)
    user = reader(warc([large]))
    ended = user.reextract("-s", setting, files=files_of(user))
    assert (ended.status, ended.err.count("\n")) == (3, 2)
    assert f"{STORY.url}: {reason}\n" in ended.err


# Bad input: named, counted, and the rest is read.


def test_what_is_bad_is_named_and_the_rest_is_read(reader: Callable[..., Archivist]) -> None:
    wrong = warc([replace(page_of(Story(11)), body=Story(11).page())], is_compressed=False)
    wrong = wrong.replace(b"story number 11", b"story number 12")  # the digests are the old ones
    large = warc([replace(page_of(Story(13)), body=b" " * 200_000_000)])
    cut = warc([page_of(Story(14)), page_of(Story(15))])
    bomb = replace(
        page_of(Story(16)), body=gzip.compress(b" " * 50_000_000), headers=(("Content-Encoding", "gzip"),)
    )  # fmt: skip
    user = reader(
        warc([page_of(STORY)]) + gzip.compress(wrong) + large + warc([page_of(OTHER)]),
        b"<html>no archive</html>" * 100,
        cut[:-400],
        cut[: len(cut) // 2] + warc([page_of(Story(17))]),
        warc([bomb, page_of(Story(18))]),
        b"",
    )
    ended = user.reextract(files=files_of(user))
    assert ended.status == 3
    assert {record["id"] for record in records_in(user.out / "ecns")} == {
        story.id for story in (STORY, OTHER, *(Story(number) for number in (14, 17, 18)))
    }
    for what in (
        ": wrong digest",
        ": too large",
        "not a WARC file",
        "cut off",
        ": too large when decompressed",
        "empty",
    ):
        assert what in ended.err, what
    assert Story(11).url in ended.err
    assert " bad=" in ended.last_line
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("words", "status", "what"),
    [
        ([], 2, "name one or more WARC files"),
        (["nowhere.warc.gz", "--out", "x"], 1, "nowhere.warc.gz: No such file or directory"),
        (["-", "--out", "x"], 1, "-: an archive cannot be read from a pipe; save it to a file and name that"),
        (["README.md"], 2, "write either --out DIR, --store or --diff"),
        (["README.md", "--out", "x", "--diff"], 2, "write either --out DIR, --store or --diff"),
        (["README.md", "--diff", "--since", "today"], 2, "--diff compares all articles; leave --since out"),
        (["README.md", "--out", "x", "--shard", "3/2"], 2, "--shard '3/2' is not a part"),
        (["README.md", "--out", "x", "--jobs", "0"], 2, "--jobs 0 is less than one"),
        (["README.md", "--out", "x", "--since", "soon"], 2, "since='soon'"),
        (["README.md", "--out", "x", "--since", "soon"], 2, "error: --since='soon' is not a date"),
        (["README.md", "--out", "README.md"], 1, "README.md is a file, not a folder; name a folder with --out"),
        (["README.md", "--out", "x", "--site", "nosuch"], 2, "unknown site 'nosuch'; known are chinanews, ecns"),
        (["README.md", "--out", "x", "--site", "../x"], 2, "../x"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    reader: Callable[..., Archivist], words: list[str], status: int, what: str
) -> None:
    ended = reader().crawl.scrapy("reextract", *words)
    assert (ended.status, ended.err.count("\n")) == (status, 1), ended.err
    assert what in ended.err


# Into the store.


@pytest.fixture
def stored(serve: Callable[[Site], Replica], tmp_path: Path) -> ArchivingCrawl:
    """Somebody who has crawled one article."""
    stand = Newsstand()
    stand.publish(STORY)
    crawl = ArchivingCrawl(tmp_path / "data", serve(stand.site).environment())
    assert crawl.run("-a", f"urls={STORY.url}").stats["new"] == "1"
    return crawl


def test_the_own_archive_changes_nothing_in_the_store(stored: ArchivingCrawl) -> None:
    before = records_in(stored.folder)
    ended = stored.scrapy("reextract", *stored.archives, "--store")
    assert (ended.status, " unchanged=1 " in ended.last_line) == (0, True), ended.err
    assert records_in(stored.folder) == before


def test_the_folder_of_a_crawl_is_no_folder_for_out(stored: ArchivingCrawl) -> None:
    ended = stored.scrapy("reextract", *stored.archives, "--out", str(stored.data))
    assert (ended.status, ended.err.count("\n")) == (2, 1), ended.err
    assert f"{stored.folder} belongs to a crawl; write --store, or name another folder with --out" in ended.err


def test_a_bad_line_is_seen_by_diff_not_by_store_and_repaired_from_another_folder(
    stored: ArchivingCrawl, tmp_path: Path
) -> None:
    (path,) = (stored.folder / "articles").glob("*.jsonl")
    before = path.read_bytes()
    title = records_in(stored.folder)[0]["title"].encode()
    path.write_bytes(before.replace(title, b"Edited", 1))
    assert " unchanged=1 " in stored.scrapy("reextract", *stored.archives, "--store").last_line
    assert stored.scrapy("reextract", *stored.archives, "--diff").status == 3
    stored.scrapy("reextract", *stored.archives, "--out", str(tmp_path / "again"))
    (again,) = (tmp_path / "again" / "ecns" / "articles").glob("*.jsonl")
    assert again.read_bytes() == before
    path.write_bytes(again.read_bytes())
    assert stored.scrapy("reextract", *stored.archives, "--diff").status == 0


def test_a_newer_page_becomes_a_revision_and_an_older_one_does_not(stored: ArchivingCrawl, tmp_path: Path) -> None:
    (before,) = records_in(stored.folder)
    for name, days in (("older", -4000), ("newer", 4000)):
        path = tmp_path / f"{name}.warc.gz"
        path.write_bytes(warc([page_of(STORY, f"It is {name}.", days)]))
        assert stored.scrapy("reextract", str(path), "--store").status == 0
    records = records_in(stored.folder)
    assert [(record["revision"], record["body"]) for record in records] == [(1, STORY.paragraph()), (2, "It is newer.")]
    assert records[0] == before
    assert records[1]["fetched_at"] == "2037-11-02T08:00:00Z"


def test_while_a_crawl_is_under_way_nothing_is_stored(stored: ArchivingCrawl) -> None:
    with (stored.folder / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = stored.scrapy("reextract", *stored.archives, "--store")
    assert ended.status == 4
