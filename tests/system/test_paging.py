"""Articles of several pages are joined in order, with one request for each page, wherever the pager leads."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from replica import LoggedRequest, Replica, Resource, StatusFault
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import HTML, Newsstand, Story, article

pytestmark = pytest.mark.system

NEW_CMS, WITHOUT_PART_2, BROKEN_PART_2, REPEATED, LOOP, REDIRECTED, LINKED_BY_PART, NAMED_AGAIN, PLAIN = (
    Story(number) for number in range(9)
)
ENDLESS = Story(20)
ENDLESS_PARTS = 120
OLD_CMS_PATH, OLD_CMS_ID = "/business/2014/05-06/112233", "ecns:112233"


@dataclass(frozen=True)
class Job:
    """A crawl that has ended, and what the site was asked for meanwhile, in order."""

    crawl: Crawl
    ended: Ended
    requests: list[LoggedRequest]

    def body(self, record_id: str) -> list[str]:
        """The paragraphs of a record; fails where it was not stored once."""
        (record,) = [record for record in self.crawl.records if record["id"] == record_id]
        return str(record["body"]).split("\n\n")

    def times(self, story: Story) -> dict[str, int]:
        """How often each page of a story was asked for."""
        return dict(Counter(request.path for request in self.requests if story.cms_id in request.path))


def newsstand() -> Newsstand:
    stand = Newsstand()
    stand.publish(PLAIN)
    for story in (NEW_CMS, WITHOUT_PART_2, BROKEN_PART_2, REPEATED, REDIRECTED, LINKED_BY_PART):
        pager = [story.path(part) for part in (2, 3)]
        for part in (1, 2, 3):
            stand.page(story, part, pager)
    for part in (2, 3):
        stand.site.remove(WITHOUT_PART_2.path(part))
        stand.site.put(REPEATED.path(part), Resource(REPEATED.page(1, [REPEATED.path(2)]), HTML))
        stand.site.put(REDIRECTED.path(part), Resource(status=302, location=REDIRECTED.path()))
    stand.page(LOOP, 1, [LOOP.path(2)])
    stand.page(LOOP, 2, [LOOP.path(3)])
    stand.page(LOOP, 3, [LOOP.path(), LOOP.path(2)])
    stand.page(
        NAMED_AGAIN, 1, [NAMED_AGAIN.path(1), f"{NAMED_AGAIN.path(2)}?x=1", f"http://ecns.cn{NAMED_AGAIN.path(2)}"]
    )
    stand.page(NAMED_AGAIN, 2, [])
    for part in range(1, ENDLESS_PARTS + 1):
        stand.page(ENDLESS, part, [ENDLESS.path(part + 1)])
    for part, path in enumerate((f"{OLD_CMS_PATH}.shtml", f"{OLD_CMS_PATH}_2.shtml"), 1):
        comment = "<!--[886,1,112233] published at 2014-05-06 09:06:55 from #10 by X -->"
        page = article(
            "From the old CMS", "2014-05-06 09:05", f"Old part {part}.", [f"{OLD_CMS_PATH}_2.shtml"], comment
        )
        stand.site.put(path, Resource(page))
    stories = (NEW_CMS, WITHOUT_PART_2, BROKEN_PART_2, REPEATED, LOOP, REDIRECTED, NAMED_AGAIN, ENDLESS, PLAIN)
    stand.list("/world/", [LINKED_BY_PART.path(2), f"{OLD_CMS_PATH}.shtml", *(story.path() for story in stories)])
    return stand


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    with Replica(newsstand().site, fault=break_part_2) as replica:
        crawl = Crawl(tmp_path_factory.mktemp("paging") / "data", replica.environment())
        yield Job(crawl, crawl.run("-a", "sections=world"), replica.requests)


def break_part_2(request: LoggedRequest) -> StatusFault | None:
    return StatusFault(500) if request.path == BROKEN_PART_2.path(2) else None


def paragraphs(story: Story, *parts: int) -> list[str]:
    return [story.paragraph(part) for part in parts]


def test_the_pages_of_an_article_of_the_new_cms_are_joined_in_order(job: Job) -> None:
    assert job.body(NEW_CMS.id) == paragraphs(NEW_CMS, 1, 2, 3)
    assert job.times(NEW_CMS) == {NEW_CMS.path(part): 1 for part in (1, 2, 3)}


def test_the_pages_of_an_article_of_the_old_cms_are_joined_in_order(job: Job) -> None:
    assert job.body(OLD_CMS_ID) == ["Old part 1.", "Old part 2."]
    pages = [request.path for request in job.requests if request.path.startswith(OLD_CMS_PATH)]
    assert pages == [f"{OLD_CMS_PATH}.shtml", f"{OLD_CMS_PATH}_2.shtml"]


def test_an_article_that_is_linked_by_a_later_page_is_read_from_its_first(job: Job) -> None:
    assert job.body(LINKED_BY_PART.id) == paragraphs(LINKED_BY_PART, 1, 2, 3)
    assert job.times(LINKED_BY_PART) == {LINKED_BY_PART.path(part): 1 for part in (1, 2, 3)}


def test_a_missing_page_ends_the_pager(job: Job) -> None:
    assert job.body(WITHOUT_PART_2.id) == paragraphs(WITHOUT_PART_2, 1)
    assert WITHOUT_PART_2.path(3) not in job.times(WITHOUT_PART_2)


def test_an_article_whose_second_page_cannot_be_fetched_fails_and_nothing_of_it_is_stored(job: Job) -> None:
    assert job.ended.stats["failed"] == "1"
    assert [failing["url"] for failing in job.crawl.report["failing"]] == [BROKEN_PART_2.url]
    assert BROKEN_PART_2.id not in {record["id"] for record in job.crawl.records}


def test_the_others_are_stored_anyway(job: Job) -> None:
    assert job.ended.status == 0
    assert job.body(PLAIN.id) == paragraphs(PLAIN, 1)
    assert int(job.ended.stats["new"]) == len(job.crawl.records) == 10


def test_a_page_that_is_the_first_one_again_adds_nothing(job: Job) -> None:
    assert job.body(REPEATED.id) == paragraphs(REPEATED, 1)


def test_a_page_that_is_redirected_to_the_first_one_ends_the_pager(job: Job) -> None:
    assert job.body(REDIRECTED.id) == paragraphs(REDIRECTED, 1)
    assert REDIRECTED.path(3) not in job.times(REDIRECTED)


def test_a_pager_that_leads_back_is_read_once(job: Job) -> None:
    assert job.body(LOOP.id) == paragraphs(LOOP, 1, 2, 3)
    assert job.times(LOOP) == {LOOP.path(part): 1 for part in (1, 2, 3)}


def test_a_page_that_is_named_in_several_spellings_is_requested_once(job: Job) -> None:
    assert job.body(NAMED_AGAIN.id) == paragraphs(NAMED_AGAIN, 1, 2)
    assert job.times(NAMED_AGAIN) == {NAMED_AGAIN.path(part): 1 for part in (1, 2)}


def test_an_endless_pager_is_given_up(job: Job) -> None:
    asked = job.times(ENDLESS)
    assert set(asked.values()) == {1}
    assert len(asked) < ENDLESS_PARTS / 2
