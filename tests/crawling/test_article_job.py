"""The pages of one article on their way."""

from ecnscrawl.crawling.article_job import MAX_PARTS, Assembly
from ecnscrawl.frontier.records import Known, Validators
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.ecns import EcnsPage
from tests.samples import address, article, known

FIRST = address().url
STEM = FIRST.removesuffix(".shtml")


def source(number: int, *named: int) -> Source:
    """A page of the article that names these pages."""
    names = " ".join(f"detail-ihtest1-p{other}.shtml" for other in named)
    return Source(url(number), f"<script>{names}</script><p>{number}</p>".encode())


def url(number: int) -> str:
    return FIRST if number == 1 else f"{STEM}-p{number}.shtml"


def validators(number: int) -> Validators:
    return Validators(url(number), f'"{number}"')


def come(assembly: Assembly, number: int, *named: int) -> None:
    page = source(number, *named)
    assembly.add(number, page, EcnsPage(page), validators(number))


def known_with(parts: int) -> Known:
    return known(article(), parts=tuple(validators(number) for number in range(1, parts + 1)))


def test_the_first_page_is_asked_for_first() -> None:
    assembly = Assembly(address(), "world")
    assert assembly.next_part() == 1
    assert assembly.named == {1: FIRST}
    assert assembly.condition(1) is None


def test_an_article_of_one_page_is_complete_with_it() -> None:
    assembly = Assembly(address(), "world")
    come(assembly, 1)
    assert assembly.next_part() is None
    assert assembly.parts == (validators(1),)


def test_pages_are_asked_for_in_order_as_they_are_named() -> None:
    assembly = Assembly(address(), "world")
    asked = []
    names: dict[int, tuple[int, ...]] = {1: (2, 3), 2: (3, 4), 3: (), 4: ()}
    while (number := assembly.next_part()) is not None:
        asked.append(assembly.named[number])
        come(assembly, number, *names[number])
    assert asked == [url(1), url(2), url(3), url(4)]
    assert sorted(assembly.pages) == [1, 2, 3, 4]
    assert assembly.parts == tuple(validators(number) for number in (1, 2, 3, 4))


def test_the_response_of_the_first_page_is_kept() -> None:
    assembly = Assembly(address(), "world")
    come(assembly, 1, 2)
    come(assembly, 2)
    assert assembly.first_source == source(1, 2)


def test_a_missing_page_ends_the_pager() -> None:
    assembly = Assembly(address(), "world")
    come(assembly, 1, 2, 3)
    assembly.end_at(2)
    assert assembly.next_part() is None
    assert assembly.parts == (validators(1),)


def test_a_pager_without_end_is_a_trap() -> None:
    assembly = Assembly(address(), "world")
    come(assembly, 1, *range(2, 400))
    asked = 1
    while (number := assembly.next_part()) is not None:
        come(assembly, number)
        asked += 1
    assert asked == MAX_PARTS


def test_a_known_article_is_asked_for_conditionally_page_by_page() -> None:
    assembly = Assembly(address(), "world", known_with(2))
    assert [assembly.condition(number) for number in (1, 2, 3)] == [validators(1), validators(2), None]
    assert assembly.named == {1: url(1), 2: url(2)}


def test_an_article_of_which_no_page_has_changed_is_unchanged() -> None:
    assembly = Assembly(address(), "world", known_with(2))
    assembly.keep(1)
    assert assembly.next_part() == 2
    assembly.keep(2)
    assert assembly.next_part() is None
    assert assembly.pages == {}
    assert assembly.parts == (validators(1), validators(2))


def test_where_one_page_has_changed_the_others_are_asked_for_once_more_without_condition() -> None:
    assembly = Assembly(address(), "world", known_with(3))
    assembly.keep(1)
    come(assembly, 2)
    assembly.keep(3)
    asked = []
    while (number := assembly.next_part()) is not None:
        asked.append((number, assembly.condition(number)))
        come(assembly, number)
    assert asked == [(1, None), (3, None)]
    assert sorted(assembly.pages) == [1, 2, 3]


def test_a_page_that_is_gone_from_a_known_article_is_not_waited_for() -> None:
    assembly = Assembly(address(), "world", known_with(3))
    come(assembly, 1)
    assembly.keep(2)
    assembly.end_at(3)
    assert assembly.next_part() == 2
    come(assembly, 2)
    assert assembly.next_part() is None
    assert assembly.parts == (validators(1), validators(2))
