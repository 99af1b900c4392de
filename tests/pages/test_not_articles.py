"""Pages of unknown sites that a link has led to and that are no articles."""

from datetime import UTC, datetime

import pytest

from ecnscrawl.extraction import extract_pages
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.generic import GenericPage
from ecnscrawl.pages.not_articles import why_no_article
from ecnscrawl.sites.unknown import UnknownSite

URL = "https://gazette.example/harbour/a-ferry-of-many-years"
TIME = '<meta property="article:published_time" content="2026-11-20T08:00:00+01:00">'
TEXT = (
    "<p>The ferry left the harbour at dawn with forty passengers and a piano, which nobody had asked for.</p>"
    "<p>Its captain said that the piano belongs to a school on the other side, and that it sings in every wave.</p>"
    "<p>On the way back the deck was empty, and the captain had time to count the lamps along the shore.</p>"
)
SHORT = "<p>The ferry left at dawn, and took a piano along.</p>"
LINKS = "".join(
    f'<p><a href="/harbour/{number}">Ferry number {number} takes another piano to the school across the bay, and its'
    " captain, who has no ear for music, sings to forty passengers.</a></p>"
    for number in range(9)
)


def why(markup: str, head: str = "", title: str = "<h1>A ferry of many years</h1>") -> str | None:
    body = f"<html><head>{head}</head><body><main><article>{title}{markup}</article></main></body></html>"
    page = GenericPage(Source(URL, body.encode()))
    ref = ArticleRef("gazette.example:1", URL, "article", None)
    _, article = extract_pages(
        [page], UnknownSite("gazette.example"), ref, fetched_at=datetime(2026, 11, 24, tzinfo=UTC)
    )
    return why_no_article(page.document, article)


@pytest.mark.parametrize(
    ("markup", "head", "reason"),
    [
        (TEXT, TIME, None),
        (TEXT, "", "no time of publication"),
        (SHORT, TIME, "its text is too short"),
        (SHORT, TIME + '<meta property="og:type" content="article">', None),
        (TEXT, '<script type="application/ld+json">{"@type": "NewsArticle"}</script>', None),
        (TEXT, '<meta property="og:type" content="article">', "no time of publication"),
        ("", TIME, "neither text nor pictures"),
        (LINKS, TIME, "its text is a list of links"),
    ],
    ids=[
        "an article",
        "no time",
        "short",
        "short but declared",
        "declared, no time",
        "a page of a CMS",
        "empty",
        "links",
    ],
)
def test_a_page_is_no_article_for_one_reason(markup: str, head: str, reason: str | None) -> None:
    assert why(markup, head) == reason


def test_a_page_without_a_headline_is_no_article() -> None:
    assert why(TEXT, TIME, title="") == "no headline"


def test_a_short_text_in_ideographs_says_more() -> None:
    text = "渡輪在黎明時分離開港口，船上載著四十名乘客和一架沒有人要的鋼琴。船長說，這架鋼琴屬於海灣對岸的一所學校，每一個浪頭都會讓它發出聲音，回程時甲板空無一人。"
    assert why(f"<p>{text}</p>", TIME) is None
