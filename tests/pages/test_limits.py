"""Which pages are not parsed; no tag has more attributes than are counted."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from ecnscrawl.exceptions import TooComplex
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.limits import MAX_ATTRIBUTES, MAX_TAG_ATTRIBUTES, MAX_TAGS, check, count_attributes, has_short_tags
from tests.fuzz.effort import in_time

PADDING = "word " * 12_000  # a short page is let pass: it cannot have enough of them
SOUP = st.lists(
    st.sampled_from([
        "<p ", "</p ", "<script", "<script>", "<script f=1/>", "<script/>", "</script>", "</script", "<style a/>", "</style>", "<title>", "</title>", "<textarea>",
        "</textarea>", "<xmp>", "<iframe>", "</iframe>", "<noscript>", "<plaintext>", "<svg>", "<math>", "<!--", "-->", "--!>", "<!", "<?", "<![CDATA[", "]]>", ">", "/>",
        "/", " ", "\n", "=", '"', "'", "a", "c=", 'd="', "e='", "f=1", ' i="x"', " <", "x y z", "</", "<1", "&", "-",
    ]),
    max_size=25,
).map("".join)  # fmt: skip
MANY = " ".join(f"a{number}" for number in range(MAX_TAG_ATTRIBUTES + 1))
BRACKETED = " ".join(f'a{number}=">"' for number in range(MAX_TAG_ATTRIBUTES + 1))
TOO_MANY = [
    MANY, BRACKETED, "a " * 501, "a/" * 501, "a=''" * 501, 'a = ">"' * 501, f"x='>' {'a ' * 501}", f'x=">" y {"a " * 499}',
]  # fmt: skip
UNCLOSED = f"x='>{'a ' * 501}"  # one attribute, unless a quote follows
HTML = Path(__file__).parents[2] / "fixtures" / "html"


def attributes_found(markup: str) -> int:
    """The most that a tag has, as the parser sees it."""
    root = etree.fromstring(markup, etree.HTMLParser(encoding="utf-8", huge_tree=True))
    if root is None:  # all of it is a comment
        return 0
    return max((len(element.attrib) for element in root.iter() if isinstance(element.tag, str)), default=0)


@given(SOUP, SOUP)
@example("<!<style>", "</script>")
@example("<script/>", "</script>")
@example("<script>", "</script>")
@example('<!-- <p a=" -->', "")
@example('<script f=1/> <p a="</script>', "")
def test_no_tag_with_too_many_attributes_is_hidden_from_the_count(before: str, after: str) -> None:
    markup = f"{before}<p {MANY}>{after}"
    try:
        check(markup + PADDING)
    except TooComplex:
        return
    assert attributes_found(markup) <= MAX_TAG_ATTRIBUTES


@given(SOUP, st.sampled_from([*TOO_MANY, UNCLOSED]), SOUP)
@example("<a ", "a " * 501, ">")
@example("<a ", "a/" * 501, ">")
@example("<a ", "a=''" * 501, ">")
@example("<a ", f"x='>' {'a ' * 501}", ">")
@example("<a x='<b y=\">", "a " * 501, "'>")
@example("c='<a x=\">", "a " * 501, '">')
def test_a_page_with_short_tags_has_no_tag_with_too_many_attributes(before: str, many: str, after: str) -> None:
    markup = before + many + after
    if has_short_tags(markup):
        count_attributes(markup)


@pytest.mark.parametrize(
    "markup",
    [*(f"<p>words</p><p {many}>" for many in TOO_MANY), f"</p {MANY}>", f'<title>a <b c="</title d=">" {MANY}>'],
    ids=range(len(TOO_MANY) + 2),
)
def test_all_tags_are_counted_where_one_may_be_too_long(markup: str) -> None:
    assert not has_short_tags(markup)
    with pytest.raises(TooComplex, match="a tag of"):
        count_attributes(markup)


@pytest.mark.parametrize(
    "markup",
    ['<img src="data:image/png;base64,AA==">', '<script>a = "<b>"</script>', f"<p title='{'word ' * 90}'>", f"<a href={'x' * 9000}>"],
    ids=["quote after =", "in a script", "long text", "long address"],
)  # fmt: skip
def test_what_pages_often_have_does_not_make_their_tags_be_counted(markup: str) -> None:
    assert has_short_tags(markup)


def test_the_tags_of_the_saved_pages_need_not_be_counted() -> None:
    for path in HTML.glob("*/*.html"):
        assert has_short_tags(path.read_text(encoding="latin-1")), path.name


@pytest.mark.parametrize("piece", ["<a", "<a ", '<a="', "='=\"", "= ", '=">', '<a =">', "</", "<b a='"])
def test_short_tags_are_known_in_time_that_grows_with_the_page(piece: str) -> None:
    with in_time():
        has_short_tags("<a " + piece * (390_000 // len(piece)))
        has_short_tags(piece * (390_000 // len(piece)))


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<b>" * (MAX_TAGS + 1), f"{MAX_TAGS + 1} tags"),
        (f"<p {MANY}>{PADDING}", f"a tag of {MAX_TAG_ATTRIBUTES + 1} attributes"),
        (f"<p {BRACKETED}>{PADDING}", f"a tag of {MAX_TAG_ATTRIBUTES + 1} attributes"),
        (f"<\0p {MANY}>{PADDING}", f"a tag of {MAX_TAG_ATTRIBUTES + 1} attributes"),
        ("<p a b c d e>" * (MAX_ATTRIBUTES // 5 + 1), f"more than {MAX_ATTRIBUTES} attributes"),
    ],
    ids=["tags", "attributes of a tag", "with brackets in them", "hidden by a NUL", "attributes of all"],
)  # fmt: skip
def test_a_page_with_too_much_markup_is_not_parsed(markup: str, reason: str) -> None:
    with pytest.raises(TooComplex, match=reason):
        Document(Source("https://www.ecns.cn/", markup.encode()))


@pytest.mark.parametrize(
    "markup",
    [
        "<b>" * MAX_TAGS, f"<p {MANY.rpartition(' ')[0]}>{PADDING}", f"<script>if (a <p && {MANY}) </script>{PADDING}", f"<!-- <p {MANY}> -->{PADDING}",
        f"<title>a <p {MANY}</title>{PADDING}", f"<p>{MANY}</p>{PADDING}", f"<p title='{MANY}'>{PADDING}", f"<p title={'x' * 100_000}>",
    ],
    ids=["tags", "attributes", "in a script", "in a comment", "in a title", "words", "in a value", "long"],
)  # fmt: skip
def test_a_page_with_less_markup_or_with_text_that_looks_like_markup_is_parsed(markup: str) -> None:
    check(markup)
