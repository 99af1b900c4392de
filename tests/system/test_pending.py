"""A dead link, or a page that cannot be read, is retried after growing waits and then given up."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from replica import Fault, LoggedRequest, Replica, Site, StatusFault
from replica.generated_site import GeneratedSite
from replica.story import Story
from tests.system.crawling import Crawl
from tests.system.editing import articles_asked, put_long_listing
from tests.system.sabotage import at_another_time

pytestmark = pytest.mark.system

HOUR = 3600
ONE_LISTING = ("-a", "sections=world", "-s", "RETRY_ENABLED=0")
TWICE = ("-s", "PENDING_BACKOFF=10", "-s", "PENDING_ATTEMPTS=2")


class Patient:
    """The crawl of one listing, at any later time; gives how often it asked for one path."""

    def __init__(self, generated: GeneratedSite, replica: Replica, crawl: Crawl) -> None:
        self.generated, self.replica, self.crawl = generated, replica, crawl

    def asks(self, path: str, later: float, *arguments: str) -> int:
        """Crawl so many seconds later."""
        ended = at_another_time(self.crawl, later).run(*ONE_LISTING, *arguments)
        assert ended.status == 0, ended.err
        return [request.path for request in articles_asked(self.replica)].count(path)

    @property
    def rejected(self) -> list[dict[str, object]]:
        """All lines under rejected/, in the order of the runs."""
        files = sorted((self.crawl.folder / "rejected").glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]


@pytest.fixture
def patient(serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]) -> Patient:
    """A site of old articles on one listing, and its crawl."""
    generated = GeneratedSite(60, seed=61, now=datetime.now(UTC) - timedelta(days=3))
    put_long_listing(generated.site, list(generated.stories.values())[-14:])
    replica = serve(generated.site)
    return Patient(generated, replica, crawl_of(replica))


def any_path(patient: Patient) -> str:
    """The path of an article on the listing."""
    return list(patient.generated.stories.values())[-1].path


def test_a_dead_link_is_tried_after_one_hour_and_two_more_and_then_given_up(patient: Patient) -> None:
    path = any_path(patient)
    page = patient.generated.site.resource(path)
    patient.generated.site.remove(path)
    minute, thrice = 60, ("-s", "PENDING_ATTEMPTS=3")
    asked = {later: patient.asks(path, later * HOUR + minute, *thrice) for later in (0, 1, 2, 3, 400)}
    assert asked == {0: 1, 1: 1, 2: 0, 3: 1, 400: 0}

    patient.generated.site.put(path, page)
    patient.crawl.run(*ONE_LISTING, "-a", "full=1")
    assert not [request for request in articles_asked(patient.replica) if request.path == path]
    assert patient.crawl.run("-a", f"urls=https://www.ecns.cn{path}").stats["new"] == "1"


def test_each_attempt_at_a_page_that_makes_no_record_is_kept_with_its_reasons(patient: Patient) -> None:
    path = any_path(patient)
    patient.generated.site.replace(
        path, body=b"<html><head><title>Lanterns</title></head><body><p>&nbsp;</p></body></html>"
    )
    for later, attempts in ((0, 1), (60, 2), (3600, 2)):
        patient.asks(path, later, *TWICE)
        assert len(patient.rejected) == attempts
    for line in patient.rejected:
        record = line["record"]
        assert isinstance(record, dict)
        assert record["url"] == f"https://www.ecns.cn{path}"
        assert line["reasons"]
    assert path not in {record["url"].removeprefix("https://www.ecns.cn") for record in patient.crawl.records}


def test_a_304_that_nobody_requested_is_a_failure_at_each_attempt_and_then_given_up(patient: Patient) -> None:
    path = any_path(patient)
    patient.replica.fault = lambda request: StatusFault(304) if request.path == path else None
    for later, asked in ((0, 1), (60, 1), (400 * HOUR, 0)):
        assert patient.asks(path, later, *TWICE) == asked
        failing = [{"url": f"https://www.ecns.cn{path}", "reason": "HTTP 304, unasked"}] * asked
        assert patient.crawl.report["failing"] == failing


def lack_the_last_page(patient: Patient) -> Story:
    """An article of three pages, alone on the listing, whose third page cannot be had."""
    story = next(story for story in patient.generated.stories.values() if len(story.pages) == 3)
    put_long_listing(patient.generated.site, [story])

    def fail_on_the_last_page(request: LoggedRequest) -> Fault | None:
        return StatusFault(500) if request.path == story.page_path(3) else None

    patient.replica.fault = fail_on_the_last_page
    return story


def test_a_paged_article_that_never_gets_whole_is_stored_at_the_last_attempt_with_what_there_is(
    patient: Patient,
) -> None:
    story = lack_the_last_page(patient)
    assert patient.asks(story.path, 0, *TWICE) == 1
    assert not patient.crawl.files
    assert patient.asks(story.path, 60, *TWICE) == 1

    assert patient.crawl.report["incomplete"] == [f"https://www.ecns.cn{story.path}"]
    (record,) = patient.crawl.records
    whole = str(story.record()["body"])
    assert whole.startswith(str(record["body"]))
    assert len(str(record["body"])) < len(whole)


def test_a_paged_article_that_was_stored_without_its_last_page_is_completed_when_it_is_requested_again(
    patient: Patient,
) -> None:
    story = lack_the_last_page(patient)
    for later in (0, 60):
        patient.asks(story.path, later, *TWICE)
    patient.replica.fault = None

    patient.crawl.run("-a", f"urls=https://www.ecns.cn{story.path}")

    assert [record["revision"] for record in patient.crawl.records] == [1, 2]
    assert patient.crawl.records[-1]["body"] == story.record()["body"]
