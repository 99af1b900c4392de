"""What is read of one page of an article: as `extract_sources` reads it, and as plain data."""

import pickle
from dataclasses import replace

import pytest

from ecnscrawl.exceptions import TooComplex
from ecnscrawl.extraction import extract_sources
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.ecns import EcnsPage
from ecnscrawl.pages.endings import Ending
from ecnscrawl.pages.limits import MAX_TAGS
from ecnscrawl.pages.reservations import StatedTerms
from ecnscrawl.reading.article_page import (
    ArticlePage,
    ArticleResponse,
    ArticleResponses,
    RecordTerms,
    read_article,
    read_article_page,
)
from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.sites.news import news_profile
from tests.samples import MORNING, address
from tests.saved_pages import FETCHED_AT, SavedPage, every_article, every_site, pages_of

FERRY = b"<html><h1>A ferry</h1><p>It was late.</p></html>"


def response_of(page: SavedPage, first: SavedPage) -> ArticleResponse:
    profile = every_site()[page.site].profile
    ref = profile.article_ref(first.url)
    assert ref is not None
    terms = RecordTerms(profile=profile, ref=ref, fetched_at=FETCHED_AT)
    url = ref.url if page is first else page.url
    return ArticleResponse(url=url, body=page.body, charset=None, terms=terms)


def ferry(body: bytes = FERRY, url: str = address().url) -> ArticleResponse:
    terms = RecordTerms(profile=ECNS, ref=address(), fetched_at=MORNING)
    return ArticleResponse(url=url, body=body, charset=None, terms=terms)


def story(body: bytes, *, may_rename: bool = True, stated: StatedTerms | None = None) -> ArticlePage:
    """A page of a site without a profile."""
    profile = news_profile("gazette.example")
    ref = profile.article_ref("https://gazette.example/2026/11/ferry-left")
    assert ref is not None
    terms = RecordTerms(profile=profile, ref=ref, fetched_at=MORNING, may_rename=may_rename)
    return read_article_page(ArticleResponse(url=ref.url, body=body, charset=None, terms=terms, stated=stated))


@pytest.mark.parametrize("article", every_article(), ids=str)
def test_the_record_is_that_of_the_saved_pages_and_the_input_and_the_result_can_be_sent(article: SavedPage) -> None:
    pages = [response_of(page, article) for page in pages_of(article)]
    terms = pages[0].terms
    sources = [terms.profile.source(page.url, page.body) for page in pages]
    extraction, expected = extract_sources(sources, terms.profile, terms.ref, fetched_at=FETCHED_AT)
    read = [pickle.loads(pickle.dumps(read_article_page(pickle.loads(pickle.dumps(page))))) for page in pages]
    if len(pages) == 1:
        record = read[0].record
    else:
        assert read[0].record is None
        sources = [replace(each.source, body=page.body) for each, page in zip(read, pages, strict=True)]
        record = read_article(ArticleResponses(sources, terms))
    assert record is not None
    assert record.article == expected
    assert record.extractors == extraction.extractors
    assert record.ref == terms.ref


def test_the_pages_of_an_article_are_parsed_once() -> None:
    parsed = []

    class Counted(EcnsPage):
        def __init__(self, source: Source) -> None:
            parsed.append(source.url)
            super().__init__(source)

    terms = replace(ferry().terms, profile=replace(ECNS, page_class=Counted))
    pages = [replace(ferry(url=f"{address().url}?{number}"), terms=terms, is_only=False) for number in (1, 2)]
    sources = [replace(read_article_page(page).source, body=page.body) for page in pages]
    record = read_article(ArticleResponses(sources, terms))
    assert record.article.body == "It was late.\n\nIt was late."
    assert parsed == [page.url for page in pages]
    assert read_article(ArticleResponses(sources, terms)) == record  # of pages that are not kept any more
    assert parsed == [page.url for page in pages] * 2


def test_a_page_that_names_others_gives_no_record_but_their_addresses() -> None:
    body = b"<html><script>detail-ihtest1-p2.shtml</script><h1>A ferry</h1><p>It was late.</p></html>"
    read = read_article_page(ferry(body))
    assert read.record is None
    assert dict(read.other_parts) == {2: address().url.replace(".shtml", "-p2.shtml")}


def test_a_page_of_an_article_whose_other_pages_are_known_gives_no_record() -> None:
    assert read_article_page(replace(ferry(), is_only=False)).record is None


@pytest.mark.parametrize(
    ("body", "is_closed", "ending"),
    [
        (FERRY, None, Ending.UNMARKED),
        (FERRY[:-7], None, Ending.UNSEEN),
        (FERRY[:-7], True, Ending.UNMARKED),
        (FERRY, False, Ending.UNSEEN),
    ],
)
def test_a_rendered_page_ends_as_the_response_before_rendering_did(
    body: bytes, is_closed: bool | None, ending: Ending
) -> None:
    assert read_article_page(replace(ferry(body), is_closed=is_closed)).ending is ending


def test_a_page_without_an_end_is_compared_by_its_text_and_its_last_bytes() -> None:
    one, other = (read_article_page(ferry(FERRY[:-7] + tail)) for tail in (b"", b"<!-- 7 -->"))
    assert one.copy != other.copy
    assert one.copy == read_article_page(replace(ferry(FERRY[:-7]), tail=FERRY[:-7])).copy
    assert read_article_page(ferry()).copy is None


def test_two_pages_with_the_same_body_have_the_same_digest() -> None:
    figure = (
        b"<html><h1>Snow</h1><figure><img src='/a.jpg'><figcaption>Snow</figcaption></figure><p>It was late.</p></html>"
    )
    same = read_article_page(ferry(figure)).digest
    assert same == read_article_page(ferry(figure.replace(b"<html>", b"<html><title>Two</title>"))).digest
    assert same != read_article_page(ferry(figure.replace(b"late", b"early"))).digest
    assert read_article_page(ferry(b"<html></html>")).digest == b""


def test_an_empty_page_with_scripts_says_so() -> None:
    read = read_article_page(ferry(b"<html><div id='app'></div><script src='/a.js'></script></html>"))
    assert (read.has_content, read.has_scripts, read.blocks) == (False, True, 0)


def test_a_new_article_is_recorded_under_the_address_that_its_page_names() -> None:
    canonical = b"<link rel='canonical' href='https://gazette.example/2026/11/the-ferry-left'>"
    body = b"<html><head>" + canonical + b"</head><h1>The ferry left</h1><p>It was late.</p></html>"
    renamed, kept = story(body), story(body, may_rename=False)
    assert renamed.record is not None
    assert kept.record is not None
    assert renamed.own_ref == kept.own_ref == renamed.record.ref
    assert renamed.record.article.url == "https://gazette.example/2026/11/the-ferry-left"
    assert kept.record.article.url == "https://gazette.example/2026/11/ferry-left"


def test_a_page_that_is_no_article_says_why() -> None:
    text = "<p>The ferry left the harbour at dawn with forty passengers on board.</p><p>Nobody on the quay waved.</p>"
    read = story(f"<html><body><article><h1>The ferry left</h1>{text}</article></body></html>".encode())
    assert read.record is not None
    assert read.record.why_no_article == "no time of publication"


def test_what_the_publisher_reserves_is_read_on_the_page_and_in_its_headers() -> None:
    page = b"<html><meta name='robots' content='noarchive'><h1>The ferry left</h1><p>It was late.</p></html>"
    stated = StatedTerms(["nofollow"], None, [], "ecnscrawl")
    assert story(page, stated=stated).reserved == {"noarchive", "nofollow"}
    assert story(page).reserved == frozenset()


def test_a_page_in_an_unnamed_charset_is_returned_with_the_one_that_was_found() -> None:
    text = "<html><h1>渡輪離開港口</h1><p>渡輪在黎明時分離開港口，船上載著四十名乘客，還有一架鋼琴。</p></html>".encode(
        "big5"
    )
    source = story(text * 3).source
    assert source == Source("https://gazette.example/2026/11/ferry-left", b"", None, "und", "big5")


def test_a_page_of_too_many_tags_is_not_read() -> None:
    with pytest.raises(TooComplex):
        read_article_page(ferry(b"<p>" * (MAX_TAGS + 1)))
