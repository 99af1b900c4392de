"""The pages of one article on their way."""

from dataclasses import replace

from ecnscrawl.crawling.article_job import MAX_PARTS, ArticleJob
from ecnscrawl.frontier.records import CacheValidators, StoredArticle
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Ending
from ecnscrawl.reading.article_page import ArticlePage
from tests.samples import address, article, known

FIRST = address().url
STEM = FIRST.removesuffix(".shtml")


def source(number: int) -> Source:
    """What has arrived as a page of the article."""
    return Source(url(number), str(number).encode())


def page(number: int, *named: int) -> ArticlePage:
    """What was read of a page of the article, which names these pages."""
    return ArticlePage(
        source=source(number),
        ending=Ending.PLAIN,
        copy=None,
        has_content=True,
        has_scripts=False,
        blocks=1,
        digest=bytes([number % 256]),
        other_parts={other: url(other) for other in named},
    )


def url(number: int) -> str:
    return FIRST if number == 1 else f"{STEM}-p{number}.shtml"


def validators(number: int) -> CacheValidators:
    return CacheValidators(url(number), f'"{number}"')


def come(job: ArticleJob, number: int, *named: int) -> None:
    job.add(number, page(number, *named), validators(number))


def known_with(parts: int) -> StoredArticle:
    return known(article(), parts=tuple(validators(number) for number in range(1, parts + 1)))


def test_the_first_page_is_requested_first() -> None:
    job = ArticleJob(address(), "world")
    assert job.next_part() == 1
    assert job.named == {1: FIRST}
    assert job.condition(1) is None


def test_an_article_of_one_page_is_complete_with_it() -> None:
    job = ArticleJob(address(), "world")
    come(job, 1)
    assert job.next_part() is None
    assert job.parts == (validators(1),)


def test_pages_are_requested_in_order_as_they_are_named() -> None:
    job = ArticleJob(address(), "world")
    asked = []
    names: dict[int, tuple[int, ...]] = {1: (2, 3), 2: (3, 4), 3: (), 4: ()}
    while (number := job.next_part()) is not None:
        asked.append(job.named[number])
        come(job, number, *names[number])
    assert asked == [url(1), url(2), url(3), url(4)]
    assert sorted(job.pages) == [1, 2, 3, 4]
    assert job.parts == tuple(validators(number) for number in (1, 2, 3, 4))


def test_the_response_of_the_first_page_is_kept() -> None:
    job = ArticleJob(address(), "world")
    come(job, 1, 2)
    come(job, 2)
    assert job.first_source == source(1)


def test_a_missing_page_ends_the_pager() -> None:
    job = ArticleJob(address(), "world")
    come(job, 1, 2, 3)
    job.end_at(2)
    assert job.next_part() is None
    assert job.parts == (validators(1),)


def test_an_endless_pager_is_a_trap() -> None:
    job = ArticleJob(address(), "world")
    come(job, 1, *range(2, 400))
    asked = 1
    while (number := job.next_part()) is not None:
        come(job, number)
        asked += 1
    assert asked == MAX_PARTS


def test_a_known_article_is_requested_conditionally_page_by_page() -> None:
    job = ArticleJob(address(), "world", known_with(2))
    assert [job.condition(number) for number in (1, 2, 3)] == [validators(1), validators(2), None]
    assert job.named == {1: url(1), 2: url(2)}


def test_an_article_of_which_no_page_has_changed_is_unchanged() -> None:
    job = ArticleJob(address(), "world", known_with(2))
    job.mark_not_modified(1)
    assert job.next_part() == 2
    job.mark_not_modified(2)
    assert job.next_part() is None
    assert job.pages == {}
    assert job.parts == (validators(1), validators(2))


def test_if_one_page_has_changed_the_others_are_requested_once_more_without_condition() -> None:
    job = ArticleJob(address(), "world", known_with(3))
    job.mark_not_modified(1)
    come(job, 2)
    job.mark_not_modified(3)
    asked = []
    while (number := job.next_part()) is not None:
        asked.append((number, job.condition(number)))
        come(job, number)
    assert asked == [(1, None), (3, None)]
    assert sorted(job.pages) == [1, 2, 3]


def test_a_page_that_is_gone_from_a_known_article_is_not_waited_for() -> None:
    job = ArticleJob(address(), "world", known_with(3))
    come(job, 1)
    job.mark_not_modified(2)
    job.end_at(3)
    assert job.next_part() == 2
    come(job, 2)
    assert job.next_part() is None
    assert job.parts == (validators(1), validators(2))


def test_a_page_with_the_same_body_as_another_one_is_a_repeat() -> None:
    job = ArticleJob(address(), "world")
    come(job, 1, 2)
    assert not job.is_repeat(page(2))
    assert job.is_repeat(replace(page(2), digest=page(1).digest))
    assert not job.is_repeat(replace(page(2), digest=b""))
