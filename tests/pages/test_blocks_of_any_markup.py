"""In blocks of any markup, every visible word is there once, in order, and nothing else."""

import re
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.blocks import Block, read_blocks
from ecnscrawl.pages.document import Document, Source


def blocks(markup: str) -> list[Block]:
    root = Document(Source("https://www.ecns.cn/x.shtml", f'<div id="b">{markup}</div>'.encode())).root
    return read_blocks(element for element in root.iter("div") if element.get("id") == "b")


def texts(markup: str) -> list[str]:
    return [block.text for block in blocks(markup) if block.text]


@dataclass
class Written:
    """Markup, and the words in it that a reader sees."""

    markup: str = ""
    seen: list[str] = field(default_factory=list)


INLINE = ("b", "i", "em", "strong", "span", "font", "u", "sub", "small", "mark")
BLOCK = ("div", "section", "blockquote", "center", "article", "h2", "ul", "figure")
UNSEEN = (
    "<script>{}</script>", "<style>{}</style>", "<!-- {} -->", "<noscript>{}</noscript>", "<template>{}</template>",
    "<span style='display:none'>{}</span>", "<textarea>{}</textarea>",
)  # fmt: skip
TREES = st.recursive(
    st.just("word")
    | st.sampled_from(UNSEEN)
    | st.sampled_from(["<br>", "<br/>\n", "<img src='/a.jpg'>", "&nbsp;", "\n"]),
    lambda children: st.tuples(st.sampled_from(INLINE), st.lists(children, max_size=4)),
    max_leaves=12,
)
BODIES = st.recursive(
    st.tuples(st.just("p"), st.lists(TREES, max_size=4)) | TREES,
    lambda children: st.tuples(st.sampled_from(BLOCK), st.lists(children, max_size=4)) | st.tuples(st.just("row"), children, children),
    max_leaves=20,
)  # fmt: skip


def write(tree: object, into: Written) -> None:
    """Write a tree as markup, each word with a number of its own."""
    number = len(into.markup)
    match tree:
        case "word":
            into.markup += f" w{number} "
            into.seen.append(f"w{number}")
        case str():
            into.markup += tree.format(f" w{number} ")
        case ("row", one, other):
            into.markup += "<table><tr><td>"
            write(one, into)
            into.markup += "</td><td>"
            write(other, into)
            into.markup += "</td></tr></table>"
        case (str() as tag, list() as children):
            into.markup += f"<{tag}>"
            for child in children:
                write(child, into)
            into.markup += f"</{tag}>"


@given(st.lists(BODIES, max_size=4))
def test_every_visible_word_is_there_once_and_in_order_and_no_other(trees: list[object]) -> None:
    written = Written()
    for tree in trees:
        write(tree, written)
    assert re.findall(r"w\d+", " ".join(texts(written.markup))) == written.seen


@given(st.lists(BODIES, max_size=4))
def test_a_paragraph_is_clean_and_never_empty(trees: list[object]) -> None:
    written = Written()
    for tree in trees:
        write(tree, written)
    for block in blocks(written.markup):
        assert block.text == " ".join(block.text.split())
        assert bool(block.text) != bool(block.picture)


TAGS = "p div b br table tr td li ul figure figcaption img video source script style center a h2 svg form".split()
SCRAPS = st.lists(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS] + ["word", "<!--", "-->", "<img src=x>", "<", "&"])
    | st.text(max_size=5),
    max_size=30,
).map("".join)  # fmt: skip


@given(SCRAPS)
def test_any_markup_can_be_read(markup: str) -> None:
    root = Document(Source("https://www.ecns.cn/x.shtml", markup.encode())).root
    for block in read_blocks([root]):
        assert block.text or block.picture or block.video
