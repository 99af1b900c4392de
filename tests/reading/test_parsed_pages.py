"""The parsed pages of articles that have several are kept until all have arrived, but never more than a few."""

from ecnscrawl.pages.document import Source
from ecnscrawl.pages.ecns import EcnsPage
from ecnscrawl.pages.generic import GenericPage
from ecnscrawl.reading.parsed_pages import ParsedPages
from tests.samples import address


def source(number: int, size: int = 100) -> Source:
    return Source(address(number).url, f"<p>{number}".encode().ljust(size))


def test_a_page_is_given_back_once_to_whoever_has_the_same_response() -> None:
    parsed, page = ParsedPages(), EcnsPage(source(1))
    parsed.keep(source(1), page)
    assert parsed.take(source(2), EcnsPage) is None
    assert parsed.take(source(1, 101), EcnsPage) is None
    assert parsed.take(source(1), EcnsPage) is page
    assert parsed.take(source(1), EcnsPage) is None


def test_a_page_is_that_of_its_class() -> None:
    parsed, page = ParsedPages(), EcnsPage(source(1))
    parsed.keep(source(1), page)
    assert parsed.take(source(1), GenericPage) is None
    assert parsed.take(source(1), EcnsPage) is page


def test_the_oldest_pages_are_dropped() -> None:
    parsed = ParsedPages(max_bytes=250)
    for number in (1, 2, 3):
        parsed.keep(source(number), EcnsPage(source(number)))
    assert [parsed.take(source(number), EcnsPage) is None for number in (1, 2, 3)] == [True, False, False]
    for number in (4, 5):
        parsed.keep(source(number), EcnsPage(source(number)))
    assert [parsed.take(source(number), EcnsPage) is None for number in (4, 5)] == [False, False]


def test_a_page_beyond_the_limit_is_not_kept() -> None:
    parsed = ParsedPages(max_bytes=250)
    parsed.keep(source(1), EcnsPage(source(1)))
    parsed.keep(source(2, 251), EcnsPage(source(2, 251)))
    assert parsed.take(source(2, 251), EcnsPage) is None
    assert parsed.take(source(1), EcnsPage) is not None


def test_a_page_that_is_read_again_counts_once() -> None:
    parsed = ParsedPages(max_bytes=250)
    for number in (1, 2, 2, 2):
        parsed.keep(source(number), EcnsPage(source(number)))
    assert [parsed.take(source(number), EcnsPage) is None for number in (1, 2)] == [False, False]
