"""Which pages are not parsed; no tag has more attributes than are counted."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from ecnscrawl.exceptions import TooComplex
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.limits import MAX_ATTRIBUTES, MAX_TAG_ATTRIBUTES, MAX_TAGS, check

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


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<b>" * (MAX_TAGS + 1), f"{MAX_TAGS + 1} tags"),
        (f"<p {MANY}>{PADDING}", f"a tag of {MAX_TAG_ATTRIBUTES + 1} attributes"),
        (f"<p {BRACKETED}>{PADDING}", f"a tag of {MAX_TAG_ATTRIBUTES + 1} attributes"),
        ("<p a b c d e>" * (MAX_ATTRIBUTES // 5 + 1), f"more than {MAX_ATTRIBUTES} attributes"),
    ],
    ids=["tags", "attributes of a tag", "with brackets in them", "attributes of all"],
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
