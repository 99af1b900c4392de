"""Pages filled in by scripts, with a real browser: right records, and rendering only if it is needed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from replica import Fault, LoggedRequest, Replica, Resource, Site, Stall, StatusFault
from replica.generated_site import GeneratedSite
from replica.scripted_site import FONT, PICTURE, STYLE, TRACKER, script
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import HTML, Newsstand, Story
from tests.system.promises import without
from tests.system.rendering import JSON, CountedBrowser, publish

pytestmark = pytest.mark.system

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SECTIONS = "sections=world,business,travel,photo,video,voices"
DATA, STORY = "/data.json", Story(1)
BY_JSON = """const answer = await fetch("/data.json").then(answer => answer.json());
document.getElementById("yanse").insertAdjacentHTML("afterbegin", answer.body);"""


@dataclass(frozen=True)
class Reader:
    """A user whose browser's starts are counted, at a site."""

    crawl: Crawl
    replica: Replica
    browser: CountedBrowser

    def run(self, *arguments: str) -> Ended:
        """Crawl once more; the site's log then has this run only."""
        self.replica.requests.clear()
        return self.crawl.run(*arguments, timeout=180, CHROMIUM_PATH=str(self.browser.program))

    @property
    def rendered(self) -> int:
        """How many pages the last run gave to the browser."""
        pages: int = self.crawl.report["rendering"]["pages"]
        return pages


@pytest.fixture
def reader_of(
    tmp_path: Path, serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> Callable[[Site], Reader]:
    """The reader of a site."""

    def reader(site: Site) -> Reader:
        replica = serve(site)
        return Reader(crawl_of(replica), replica, CountedBrowser(tmp_path))

    return reader


@pytest.mark.parametrize(
    ("listings", "bodies"), [(True, False), (False, True), (False, False)], ids=["listings", "bodies", "plain"]
)
def test_all_articles_are_exact(reader_of: Callable[[Site], Reader], *, listings: bool, bodies: bool) -> None:
    generated = GeneratedSite(30, seed=5, now=NOW)
    script(generated.site, listings=listings, bodies=bodies)
    reader = reader_of(generated.site)
    ended = reader.run("-a", SECTIONS, "-s", "HEALTH_RENDERED_SHARE=1")
    assert ended.status == 0, ended.err
    truth = generated.truth
    records = reader.crawl.records
    assert len(records) >= 8
    for record in records:
        assert without(record) == without(truth[record["id"]])
    report = reader.crawl.report
    assert report["requests"]["total"] == len(reader.replica.requests)
    shown = {request.path for request in reader.replica.requests}
    hosts = {request.host for request in reader.replica.requests}
    assert not {PICTURE, FONT, STYLE} & shown
    assert TRACKER.split("/")[2] not in hosts
    assert reader.browser.starts == (1 if listings or bodies else 0)
    kinds = {kind for kind, here in (("listing", listings), ("article", bodies)) if here}
    assert set(report["rendering"]["by_kind"]) - {"part"} == kinds
    gained = {what for what, here in (("links", listings), ("blocks", bodies)) if here}
    assert set(report["rendering"]["gained"]) == gained
    assert sum(report["rendering"]["gained"].values()) >= len(records) * bool(gained)


def json_story(stand: Newsstand, text: str) -> None:
    """A story whose page and validators do not change, whatever its script loads."""
    publish(stand, STORY, BY_JSON, writes=False)
    stand.site.replace(STORY.path(), etag='"same"')
    put_text(stand.site, text)


def put_text(site: Site, text: str) -> None:
    site.put(DATA, Resource(f'{{"body": "<p>{text}</p>"}}'.encode(), JSON))


def test_a_correction_behind_an_unchanged_page_is_stored(reader_of: Callable[[Site], Reader]) -> None:
    stand = Newsstand()
    json_story(stand, "At first.")
    reader = reader_of(stand.site)
    named = ("-a", f"urls={STORY.url}")
    assert reader.run(*named).status == 0
    assert "updated=0 unchanged=1" in reader.run(*named).last_line
    put_text(stand.site, "Corrected.")
    assert "updated=1" in reader.run(*named).last_line
    assert [(record["revision"], record["body"]) for record in reader.crawl.records] == [
        (1, "At first."),
        (2, "Corrected."),
    ]
    assert {request.status for request in reader.replica.requests} == {200}


def test_new_links_behind_an_unchanged_listing_are_found(reader_of: Callable[[Site], Reader]) -> None:
    stand, stories = Newsstand(), [Story(1), Story(2)]
    stand.publish(*stories)
    stand.list("/world/", [stories[0].url])
    script(stand.site, listings=True)
    shell = stand.site.replace("/world/", etag='"same"')
    reader = reader_of(stand.site)
    assert "new=1 " in reader.run("-a", "sections=world").last_line
    assert "new=0 " in reader.run("-a", "sections=world").last_line
    stand.list("/world/", [story.url for story in stories])
    script(stand.site, listings=True)
    stand.site.put("/world/", shell)
    assert "new=1 " in reader.run("-a", "sections=world").last_line


def test_an_hourly_run_with_nothing_to_render_starts_no_browser(reader_of: Callable[[Site], Reader]) -> None:
    generated = GeneratedSite(20, seed=6, now=NOW)
    reader = reader_of(generated.site)
    for _ in range(2):
        assert reader.run("-a", SECTIONS).status == 0
        assert (reader.rendered, reader.browser.starts) == (0, 0)


def test_a_page_without_scripts_is_not_rendered(reader_of: Callable[[Site], Reader]) -> None:
    stand = Newsstand()
    stand.site.put(STORY.path(), Resource(STORY.page().replace(STORY.paragraph().encode(), b""), HTML))
    reader = reader_of(stand.site)
    reader.run("-a", f"urls={STORY.url}")
    assert (reader.rendered, reader.browser.starts) == (0, 0)


def test_rendering_can_be_switched_off(reader_of: Callable[[Site], Reader]) -> None:
    stand = Newsstand()
    publish(stand, STORY)
    reader = reader_of(stand.site)
    assert "failed=0" in reader.run("-a", f"urls={STORY.url}", "-a", "render=off").last_line
    assert (reader.crawl.report["counts"]["rejected"], reader.browser.starts) == (1, 0)


@pytest.mark.parametrize("how", [("-a", "render=always"), ("-s", "RENDER=always")], ids=["argument", "setting"])
def test_everything_can_be_rendered(reader_of: Callable[[Site], Reader], how: tuple[str, str]) -> None:
    stand, second = Newsstand(), Story(2)
    stand.publish(STORY)
    publish(stand, second)
    stand.list("/world/", [STORY.url, second.url, Story(3).url])
    reader = reader_of(stand.site)
    assert reader.run("-a", "sections=world", *how).status == 0
    assert {record["body"] for record in reader.crawl.records} == {STORY.paragraph(), second.paragraph()}
    report = reader.crawl.report
    assert report["rendering"]["by_kind"] == {"article": 2, "listing": 1}  # what was not there needs no browser
    assert report["requests"]["total"] == len(reader.replica.requests)
    assert report["failures"] == {"HTTP 404": 1}


def test_more_than_a_tenth_of_the_articles_rendered_is_an_alarm(reader_of: Callable[[Site], Reader]) -> None:
    stand, stories = Newsstand(), [Story(number) for number in range(1, 13)]
    stand.publish(*stories[2:])
    for story in stories[:2]:
        publish(stand, story)
    stand.list("/world/", [story.url for story in stories])
    reader = reader_of(stand.site)
    ended = reader.run("-a", "sections=world")
    assert ended.status == 3
    assert [alarm["code"] for alarm in reader.crawl.report["alarms"]] == ["rendered"]
    assert "2 of 12 articles came empty" in ended.last_line
    assert len(reader.crawl.records) == 12


def test_politeness_holds_for_the_requests_of_a_page(reader_of: Callable[[Site], Reader]) -> None:
    stand = Newsstand()
    asks = "for (const name of ['a', 'b', 'c']) await fetch(`/${name}.json`);"
    publish(stand, STORY, asks)
    reader = reader_of(stand.site)
    reader.run("-a", f"urls={STORY.url}", "-s", "DOWNLOAD_DELAY=0.5")
    times = [request.time for request in reader.replica.requests]
    assert len(times) == 5
    assert (
        min(later - earlier for earlier, later in pairwise(times)) >= 0.3
    )  # a connection that is made first takes its time, so arrivals are nearer than sendings


def test_waiting_for_politeness_does_not_count_as_the_page_s_time(reader_of: Callable[[Site], Reader]) -> None:
    stand = Newsstand()
    publish(stand, STORY, "for (const name of ['a', 'b', 'c', 'd']) await fetch(`/${name}.json`);")
    reader = reader_of(stand.site)
    reader.run("-a", f"urls={STORY.url}", "-s", "DOWNLOAD_DELAY=1.5", "-s", "RENDER_SECONDS=4")
    assert [record["body"] for record in reader.crawl.records] == [STORY.paragraph()]


def test_refused_requests_of_scripts_do_not_count_as_failures_of_the_host(reader_of: Callable[[Site], Reader]) -> None:
    stand, others = Newsstand(), [Story(number) for number in range(2, 5)]
    stand.publish(*others)
    publish(stand, STORY, "for (let i = 0; i < 8; i++) await fetch(`/api/${i}`).catch(() => 0);")
    reader = reader_of(stand.site)
    reader.replica.fault = lambda request: StatusFault(403) if request.path.startswith("/api/") else None
    urls = ",".join(story.url for story in (STORY, *others))
    ended = reader.run("-a", f"urls={urls}", "-s", "HOST_MAX_CONSECUTIVE_FAILURES=4", "-s", "CONCURRENT_REQUESTS=1")
    assert len([request for request in reader.replica.requests if request.path.startswith("/api/")]) == 8
    assert (ended.status, reader.crawl.report["hosts_left"], len(reader.crawl.records)) == (0, {}, 4)


def test_requests_of_a_closed_page_are_dropped(reader_of: Callable[[Site], Reader]) -> None:
    stand = Newsstand()
    publish(stand, STORY, "await fetch('/api.json');")
    reader = reader_of(stand.site)
    busy = StatusFault(429, (("Retry-After", "300"),))
    reader.replica.fault = lambda request: busy if request.path == "/api.json" else None
    settings = ("-s", "RENDER_SECONDS=2", "-s", "RETRY_AFTER_MAX=300")
    reader.crawl.run("-a", f"urls={STORY.url}", *settings, timeout=90)
    assert [request.path for request in reader.replica.requests].count("/api.json") == 1


def test_a_redirected_request_waits_no_longer_than_another(reader_of: Callable[[Site], Reader]) -> None:
    faults: dict[str, Fault] = {
        "/to-slow.json": StatusFault(302, (("Location", "/slow.json"),)),
        "/slow.json": Stall(60),
    }

    def fault(request: LoggedRequest) -> Fault | None:
        return faults.get(request.path)

    stand = Newsstand()
    publish(stand, STORY, "fetch('/to-slow.json'); await new Promise(done => setTimeout(done, 6000));")
    reader = reader_of(stand.site)
    reader.replica.fault = fault
    reader.run("-a", f"urls={STORY.url}", "-s", "RENDER_SECONDS=2", "-s", "DOWNLOAD_TIMEOUT=12")
    assert "/slow.json" in [request.path for request in reader.replica.requests]
    assert reader.crawl.records == []  # what was written after six seconds came too late


LIE = "Object.defineProperty(document, 'documentElement', {get() { return {outerHTML: ''}; }});"
GROW = (
    "document.body.append(Object.assign(document.createElement('div'), {hidden: true, textContent: TEXT.repeat(5e5)}));"
)


@pytest.mark.parametrize(
    "script", [LIE + GROW.replace("TEXT", "'long '"), GROW.replace("TEXT", "'\u4e2d'")], ids=["lie", "bytes"]
)
def test_a_rendered_page_has_the_size_that_it_has_in_bytes_whatever_it_says(
    reader_of: Callable[[Site], Reader], script: str
) -> None:
    stand = Newsstand()
    publish(stand, STORY, script)
    reader = reader_of(stand.site)
    reader.run("-a", f"urls={STORY.url}", "-s", "DOWNLOAD_MAXSIZE=1000000")
    assert reader.crawl.report["rendering"]["failed"] == {"the rendered page is too large": 1}
    assert reader.crawl.records == []


def test_without_a_limit_on_sizes_a_rendered_page_has_none(reader_of: Callable[[Site], Reader]) -> None:
    stand = Newsstand()
    grow = "document.body.append(Object.assign(document.createElement('div'), {hidden: true, textContent: LONG}));"
    publish(stand, STORY, grow.replace("LONG", "'x'.repeat(2e6)"))
    reader = reader_of(stand.site)
    assert reader.run("-a", f"urls={STORY.url}", "-s", "DOWNLOAD_MAXSIZE=0").status == 0
    assert [record["body"] for record in reader.crawl.records] == [STORY.paragraph()]


def test_a_page_that_cannot_be_rendered_counts_as_one_failure_of_its_host(reader_of: Callable[[Site], Reader]) -> None:
    stand, stories = Newsstand(), [Story(number) for number in range(1, 11)]
    stand.publish(*stories)
    reader = reader_of(stand.site)
    reader.replica.fault = lambda request: StatusFault(403) if "/detail-" in request.path else None
    urls = ",".join(story.url for story in stories)
    reader.run(
        "-a",
        f"urls={urls}",
        "-a",
        "render=always",
        "-s",
        "HOST_MAX_CONSECUTIVE_FAILURES=6",
        "-s",
        "CONCURRENT_REQUESTS=1",
    )
    assert reader.crawl.report["hosts_left"] == {"www.ecns.cn": "6 failures in a row, mostly HTTP 403"}
    assert len([request for request in reader.replica.requests if "/detail-" in request.path]) == 6
