"""How a page ends, and what to do with a page without an end."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.base import read
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import (
    ROW,
    TAIL,
    Copy,
    Decision,
    Ending,
    decide,
    ending_of,
    ends_in_html,
    ends_in_root,
    row_after,
)
from ecnscrawl.pages.generic import GenericPage
from tests.fuzz.effort import in_time
from tests.saved_pages import SavedPage, manifest, spiders

PAGES = [page for page in manifest() if page.type in ("article", "part")]
CUTS = 40  # of each page; a thousand of each were tried, and none was taken for whole that is not
ONE, OTHER = Copy(b"1", b"</p>"), Copy(b"2", b"</p>")
PLAIN = [Ending.MARKED, Ending.UNMARKED, Ending.PLAIN]


@pytest.mark.parametrize(
    "behind", ["", "\n\n", " <!--published at 2026-10-03 10:34:03 by-->\n", "<!-- a --><!-- b -->", "\0", "\r\n\ufeff"]
)
@pytest.mark.parametrize("tag", ["</html>", "</HTML>", "</html >", "</html\n>"])
def test_a_page_ends_in_its_end_tag_whatever_white_space_and_comments_follow(tag: str, behind: str) -> None:
    assert ends_in_html(f"<html><body><p>Snow</p></body>{tag}{behind}")


@pytest.mark.parametrize(
    "page",
    ["", "Snow", "<html><p>Snow", "<html></html", "<html></html><p>More", "<html></html><!-- cut", "</xhtml>", "-->"],
)
def test_any_other_page_does_not_end_in_its_end_tag(page: str) -> None:
    assert not ends_in_html(page)


@given(st.text(alphabet="<>!-/ahtml \n"))
def test_the_end_of_any_text_can_be_checked(text: str) -> None:
    comment = text.replace("<", "").replace("-", "")
    assert ends_in_html(f"{text}</html><!--{comment}-->")
    ends_in_root(text)


def test_megabytes_of_white_space_and_comments_are_read_fast() -> None:
    assert ends_in_html("<html></html>" + " <!-- -->" * 200_000 + " " * 5_000_000)
    assert not ends_in_html("<html>" + "-->" * 500_000)


@pytest.mark.parametrize(
    "feed",
    [
        "<?xml version='1.0'?><rss><channel></channel></rss>\n",
        "\n<rdf:RDF xmlns:rdf='x'><item/></rdf:RDF><!-- made in 3 ms -->",
        "<!-- <b>not the root</b> --><feed xmlns='x'><entry/></feed>",
        "<!DOCTYPE rss [<!ENTITY a '<b>'>]><rss></rss>",
        "<urlset xmlns='x'><url/></urlset>",
        "<sitemapindex/>",
        "<rss title='a>b' />\n",
        "<RSS><channel/></rss\n>",
        "<?xml version='1.0'?><?xml-stylesheet href='a<b'?><rss></rss>",
        "<?xml version='1.0'><rss></rss>",
        "<!DOCTYPE rss><rss></rss>",
        "<rss></rss>\n<script>x</script>",
        "<rss></rss><!-- cut",
        "<rss><![CDATA[<!-- ]]></rss>",
    ],
)
def test_a_feed_or_sitemap_ends_in_its_root_s_end_tag(feed: str) -> None:
    assert ends_in_root(feed)


@pytest.mark.parametrize(
    "feed",
    [
        "",
        "not now",
        "<rss><channel></channel>",
        "<rss><channel></channel></rss",
        "<rss><item></item>",
        "<rss>",
        "<rss",
        "<rss><item></item></rs",
        "<rss title='/>'><item></item>",
        "<rss><item><![CDATA[It ends in </rss>, as each",
        "<rss><item/><!-- </rss> -->",
        "<rss></rssx>",
        "<!DOCTYPE rss [<!ENTITY a '<b></b>'>",
        "<?xml-stylesheet href='a<b></b>",
    ],
)
def test_a_feed_that_is_cut_off_does_not_end_in_its_roots_end_tag(feed: str) -> None:
    assert not ends_in_root(feed)


@pytest.mark.parametrize(
    "part",
    ["<!DOCTYPE", "<!DOCTYPE[", "<!DOCTYPE[]", "<!DOCTYPE[] ", "<!--", "<!---->", "<?", "<?xml ", "<![CDATA[", "<a ",
     "</a", "</a ", "</b>", "<", "]", " ", "a", "=''"],
)  # fmt: skip
@pytest.mark.parametrize("before", ["", "<a>", "<a x='", "<a ", "<a></a", "<!DOCTYPE[]"])
def test_the_root_is_found_fast_in_a_megabyte(before: str, part: str) -> None:
    feed = before + part * (1_000_000 // len(part))
    with in_time(0.5):  # a tenth of that, but on a busy machine
        ends_in_root(feed)


def test_a_root_with_a_name_of_megabytes_is_read_fast_too() -> None:
    name = "a" * 3_500_000
    with in_time(0.5):
        assert not ends_in_root(f"<{name}></{name}>")


@pytest.mark.parametrize(
    ("has_mark", "mark_seen", "is_closed", "ending"),
    [
        (True, True, True, Ending.MARKED),
        (True, True, False, Ending.MARKED),
        (True, False, True, Ending.UNMARKED),
        (True, False, False, Ending.UNSEEN),
        (False, False, True, Ending.PLAIN),
        (False, False, False, Ending.UNSEEN),
    ],
)
def test_the_ending_follows_from_mark_and_end_tag(
    has_mark: bool, mark_seen: bool, is_closed: bool, ending: Ending
) -> None:
    assert ending_of(has_mark=has_mark, mark_seen=mark_seen, is_closed=is_closed) is ending
    assert ending.is_whole == (mark_seen or is_closed)


@pytest.mark.parametrize("ending", PLAIN)
@pytest.mark.parametrize("first", [None, ONE])
@pytest.mark.parametrize("has_no_end", [False, True])
def test_a_whole_page_is_taken(ending: Ending, first: Copy | None, has_no_end: bool) -> None:
    assert decide(ending, None, first, has_no_end=has_no_end) is Decision.TAKE


def test_a_page_without_an_end_is_requested_once_more_and_taken_where_both_are_the_same() -> None:
    assert decide(Ending.UNSEEN, ONE, None, has_no_end=False) is Decision.ASK_AGAIN
    assert decide(Ending.UNSEEN, ONE, ONE, has_no_end=False) is Decision.TAKE
    assert decide(Ending.UNSEEN, OTHER, ONE, has_no_end=False) is Decision.REFUSE
    assert decide(Ending.UNSEEN, replace(ONE, tail=b"</div>"), ONE, has_no_end=False) is Decision.REFUSE


def test_if_no_page_of_a_site_has_an_end_no_page_is_requested_twice() -> None:
    assert decide(Ending.UNSEEN, ONE, None, has_no_end=True) is Decision.TAKE


def test_a_row_of_pages_without_an_end_counts_to_ten_and_a_page_with_an_end_resets_it() -> None:
    assert row_after(0, [Ending.UNSEEN] * 3) == 3
    assert row_after(8, [Ending.UNSEEN] * 5) == ROW == 10
    for ending in PLAIN:
        assert row_after(ROW, [Ending.UNSEEN, ending]) == 0
        assert row_after(4, [ending, Ending.UNSEEN]) == 1


def test_two_copies_are_told_apart_by_what_is_read_and_by_their_last_bytes() -> None:
    page = b"<p>" + b"x" * 300 + b"</p>"
    assert Copy.of("Snow", page) == Copy.of("Snow", b"another nonce" + page)
    assert Copy.of("Snow", page) != Copy.of("Snow", page[:-1])
    assert Copy.of("Snow", page) != Copy.of("Sun", page)
    assert len(Copy.of("Snow", page).tail) == TAIL


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_saved_page_shows_its_end_and_its_end_mark_if_the_site_has_one(page: SavedPage) -> None:
    page_class = spiders()[page.site].profile.page_class
    ending = page_class(Source(page.url, page.body)).ending()
    assert ending is Ending.MARKED if page_class.has_end_mark else ending.is_whole


def test_the_pages_of_the_first_site_have_an_end_mark() -> None:
    assert spiders()["ecns"].profile.page_class.has_end_mark
    assert any(page.site == "ecns" for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_saved_page_that_is_cut_off_is_in_doubt_or_reads_as_the_whole(page: SavedPage) -> None:
    kind, body = spiders()[page.site].profile.page_class, page.body
    whole = kind(Source(page.url, body))
    read_whole, other_parts = read([whole]), whole.other_parts()
    doubtful = 0
    for number in range(1, CUTS):
        cut = kind(Source(page.url, body[: len(body) * number // CUTS]))
        if cut.ending().is_whole:
            assert read([cut]) == read_whole
            assert cut.other_parts() == other_parts
        else:
            doubtful += 1
    assert doubtful > CUTS / 10  # the article itself is in some of them


def test_a_pager_that_is_cut_off_is_no_end_mark() -> None:
    (paged,) = [page for page in PAGES if str(page) == "2014-paged-old"]
    pager = paged.body.index(b'id="function_code_page"')
    link = paged.body.index(b"_2.shtml", pager)
    cut = spiders()["ecns"].profile.page_class(Source(paged.url, paged.body[: link - 3]))
    assert cut.other_parts() == {}
    assert cut.ending() is Ending.UNSEEN


def test_elements_within_a_pager_that_is_cut_off_do_not_end_it() -> None:
    (paged,) = [page for page in PAGES if str(page) == "2014-paged-old"]
    link = paged.body.index(b"_2.shtml", paged.body.index(b'id="function_code_page"'))
    before = paged.body.rindex(b"<a", 0, link)
    numbers = b"<div>1</div><div>2</div>"
    cut = spiders()["ecns"].profile.page_class(
        Source(paged.url, paged.body[:before] + numbers + paged.body[before : link - 3])
    )
    assert cut.other_parts() == {}
    assert cut.ending() is Ending.UNSEEN


@pytest.mark.parametrize("name", ["2014-paged-old", "2013-web-editor"])
def test_a_page_with_its_whole_pager_and_share_bar_is_whole_without_an_end_tag(name: str) -> None:
    (saved,) = [page for page in PAGES if str(page) == name]
    share = saved.body.index(b"facebook.com/echinanews")
    end = saved.body.index(b"</div>", share) + len(b"</div>")
    cut = spiders()["ecns"].profile.page_class(Source(saved.url, saved.body[:end]))
    assert cut.ending() is Ending.MARKED
    whole = spiders()["ecns"].profile.page_class(Source(saved.url, saved.body))
    assert read([cut]) == read([whole])
    assert cut.other_parts() == whole.other_parts()


def test_a_share_bar_is_no_end_mark_where_text_follows_and_the_page_does_not_end() -> None:
    share = '<a href="//www.facebook.com/x"><img src="f.png"></a>'
    cut = f'<h1 id="contitle">Snow</h1><div id="yanse"><p>It snowed.</p><p>{share}</p><p>And sno'
    page = spiders()["ecns"].profile.page_class(
        Source("https://www.ecns.cn/world/2025-03-10/detail-ihx1.shtml", cut.encode())
    )
    assert page.ending() is Ending.UNSEEN
    whole = cut.replace("sno", "snowed again.</p></div></body></html>")
    page = spiders()["ecns"].profile.page_class(
        Source("https://www.ecns.cn/world/2025-03-10/detail-ihx1.shtml", whole.encode())
    )
    assert page.ending() is Ending.MARKED


def test_a_page_of_an_unknown_layout_that_is_closed_lacks_the_mark() -> None:
    body = b"<html><head><title>Snow</title></head><body><main><p>It snowed.</p></main></body></html>"
    url = "https://www.ecns.cn/world/2025-03-10/detail-ihx1.shtml"
    assert spiders()["ecns"].profile.page_class(Source(url, body)).ending() is Ending.UNMARKED
    assert GenericPage(Source(url, body)).ending() is Ending.PLAIN
    assert GenericPage(Source(url, body[:-8])).ending() is Ending.UNSEEN


def test_the_markup_of_a_browser_does_not_show_whether_the_response_was_complete() -> None:
    body = b"<html><head><title>Snow</title></head><body><p>It snowed.</p></body></html>"
    page = GenericPage(Source("https://example.org/1", body))
    assert page.ending(is_closed=False) is Ending.UNSEEN
    assert page.ending(is_closed=True) is Ending.PLAIN
