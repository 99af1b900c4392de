"""www.ecns.cn: one skeleton from 2013 to today, and the layouts that it has had.

Each layout is a class that inherits from the one before it and says only what changed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ecnscrawl.pages.base import Page, Rung
from ecnscrawl.pages.blocks import Block, BlockReader, Verdict, read_blocks
from ecnscrawl.pages.document import Document, Source, selector
from ecnscrawl.pages.metadata import Metadata
from ecnscrawl.text import clean
from ecnscrawl.urls import resolve

_TITLE = selector("//h1[@id='contitle']")
_SECTION = selector("(//h3[contains(@class, 'bitemblue')])[1]/span")
_INFO = selector("(//div[contains(@class, 'downinfo')])[1]/span")
_BODY = selector("//div[@id='yanse']")
_PAGER_LINKS = selector("//div[@id='function_code_page']//a[@href]")

_DATE = re.compile(r"\d{4}-\d\d?-\d\d? \d\d?:\d\d(?::\d\d)?")
_EDITOR = re.compile(r"(?:Web )?Editor ?[:：] ?(.*)", re.IGNORECASE)  # Editor : Huang Fang | Web Editor: Wang Fan
_SOURCE_LABEL = re.compile(r"Source ?[:：] ?", re.IGNORECASE)
_NO_SOURCE = re.compile(r"ECNS App Download|Text ?:.*", re.IGNORECASE)
_SITE_SUFFIX = re.compile(r"\s*[-_|–—]\s*ecns(?:\.cn)?\s*$", re.IGNORECASE)  # <title> on mobile pages
# <!--publish at 2025-01-10 16:52:22--> of the article; `published at … by` belongs to page parts
_PUBLISHED = re.compile(r"<!--\s*publish at (\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)\s*-->")
# <!--[886,1,301274] published at 2018-05-03 16:06:55 from #10 by 谷丽萍 --> where the last number is the article's
_PUBLISHED_OLD = re.compile(r"<!--\s*\[\d+,\d+,(\d+)\] published at (\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)")
_OLD_ID = re.compile(r"/(\d+)(?:[_-]p?\d+)?\.shtml$")
_PART = re.compile(r"[-_]p?(\d{1,3})\.s?html?$")  # detail-i….-p2.shtml | 301274_2.shtml
_GALLERY = re.compile(r"^/(?:m/)?(?:hd|photo|visual)/")
_BARE_NUMBER = re.compile(r"\d{1,3}")  # 2013 galleries count their pictures above the captions

_SOCIAL = re.compile(r"^(?:https?:)?//(?:[\w-]+\.)*(?:facebook|twitter|x|weibo|instagram|youtube|tiktok)\.com(?:/|$)")
_CHROME_PICTURE = re.compile(r"^(?:(?:https?:)?//(?:www\.)?ecns\.cn)?/images/(?:bg|head)/")
_SHARE_CLASS = re.compile(r"bshare|social-share|share-component")
_AFTER_THE_BODY = re.compile(r"(?:^|\s)(?:itemtit|newslst\d+|overhid|picshow\w*|linebox|webmap|foottip)(?:\s|$)")


def judge(element: HtmlElement) -> Verdict:
    """What is the article's in a body, and where a body begins and ends."""
    if not isinstance(element.tag, str):
        return _judge_comment(element.text or "")
    classes = element.get("class") or ""
    if element.get("id") == "function_code_page" or (element.tag == "a" and _is_share_link(element)):
        return Verdict.CLOSE
    if _SHARE_CLASS.search(classes) or (element.tag == "img" and _CHROME_PICTURE.match(element.get("src") or "")):
        return Verdict.SKIP
    return Verdict.STOP if classes and _AFTER_THE_BODY.search(classes) else Verdict.KEEP


def _judge_comment(text: str) -> Verdict:
    if "正文分页开始" in text:
        return Verdict.START
    if "正文分页结束" in text:
        return Verdict.END
    return Verdict.STOP if "相关报道start" in text else Verdict.KEEP


def _is_share_link(anchor: HtmlElement) -> bool:
    """A picture that links to a social network; a text that does is the article's."""
    return (
        bool(_SOCIAL.match(anchor.get("href") or ""))
        and anchor.find(".//img") is not None
        and not clean(anchor.text_content())
    )


@dataclass(frozen=True, slots=True)
class InfoLine:
    """The line under the headline: date, source, editor, app link."""

    date: str | None = None
    source: str | None = None
    editor: str | None = None

    @classmethod
    def of(cls, spans: Sequence[str]) -> "InfoLine":
        """What the texts of the line's spans say, told by their form, as any of them may be missing."""
        date = source = editor = None
        for span in spans:
            text = span
            if date is None and (match := _DATE.match(text)):
                date, text = match[0], text[match.end() :].strip()
            if match := _EDITOR.fullmatch(text):
                editor = editor or match[1]
            elif text and source is None and not _NO_SOURCE.fullmatch(text):
                source = _SOURCE_LABEL.sub("", text)
        return cls(date, source or None, editor or None)


class Layout(Rung):
    """The skeleton: `h1#contitle`, `div.downinfo`, `div#yanse`."""

    name = "layout"
    layout: str

    @classmethod
    def matches(cls, page: Document) -> bool:
        """Whether the page has this layout; asked newest first, of pages that have the skeleton."""
        raise NotImplementedError

    @cached_property
    def info(self) -> InfoLine:
        return InfoLine.of([_text(span) for span in _INFO(self.page.root)])

    def title(self) -> str | None:
        headings = _TITLE(self.page.root)
        return headline(_text(headings[0])) if headings else None

    def published_at(self) -> str | None:
        return self.info.date

    def updated_at(self) -> str | None:
        return _last_published(self.page)

    def source(self) -> str | None:
        return self.info.source

    def editor(self) -> str | None:
        return self.info.editor

    def section(self) -> str | None:
        """The last of the spans; since 2026 `Home /` stands before it."""
        spans = _SECTION(self.page.root)
        name = _text(spans[-1]).strip(" /") if spans else ""
        return name if name and name != "Home" else None

    def blocks(self) -> list[Block]:
        bodies = _BODY(self.page.root)
        if not bodies:
            return []
        blocks = read_body(bodies[0])
        if _GALLERY.match(urlsplit(self.page.url).path):
            blocks = [block for block in blocks if not _BARE_NUMBER.fullmatch(block.text)]
        return blocks


class OldCms(Layout):
    """2013 to May 2018: gb2312, minutes, `Web Editor` at first."""

    layout = "old-cms"

    @classmethod
    def matches(cls, page: Document) -> bool:
        return _PUBLISHED_OLD.search(page.markup) is not None and _PUBLISHED.search(page.markup) is None


class NewCms(Layout):
    """May 2018 to spring 2026: utf-8, seconds, comments round the body."""

    layout = "new-cms"

    @classmethod
    def matches(cls, _page: Document) -> bool:
        return True


class Redesign2026(NewCms):
    """Since spring 2026: a `<header>`, and `Home /` before the section."""

    layout = "2026"

    @classmethod
    def matches(cls, page: Document) -> bool:
        return len(_SECTION(page.root)) > 1


class Mobile(NewCms):
    """The mobile edition: the same skeleton, the site's name behind the title."""

    layout = "mobile"

    @classmethod
    def matches(cls, page: Document) -> bool:
        return urlsplit(page.url).path.startswith("/m/") or bool(_SITE_SUFFIX.search(page.title or ""))


LAYOUTS: tuple[type[Layout], ...] = (Mobile, Redesign2026, OldCms, NewCms)


class EcnsPage(Page):
    """A page of an article of www.ecns.cn."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        root = self.document.root
        self._layout = next((layout for layout in LAYOUTS if layout.matches(self.document)), NewCms)
        self._has_skeleton = bool(_TITLE(root) and _BODY(root))
        if self._has_skeleton:
            self.layout = self._layout.layout

    def rungs(self) -> Sequence[Rung]:
        return [*([self._layout(self.document)] if self._has_skeleton else []), Metadata(self.document)]

    def other_parts(self) -> dict[int, str]:
        """Old CMS: links inside the pager. New CMS: `…-p2.shtml`, wherever on the page such an address stands."""
        own = urlsplit(self.document.url)
        stem = _PART.sub("", own.path).removesuffix(".shtml")
        name = re.escape(stem.rsplit("/", 1)[1])
        parts = {int(n): f"{stem}-p{n}.shtml" for n in re.findall(name + r"-p(\d{1,3})\.shtml", self.document.markup)}
        for anchor in _PAGER_LINKS(self.document.root):
            path = urlsplit(resolve(self.document.url, anchor.get("href", "")) or "").path
            if path.startswith(stem) and (number := _PART.search(path)):
                parts.setdefault(int(number[1]), path)
        return {number: own._replace(path=parts[number]).geturl() for number in sorted(parts) if number > 1}


def headline(text: str) -> str:
    """A headline without the site's name behind it."""
    return _SITE_SUFFIX.sub("", text)


def read_body(body: HtmlElement) -> list[Block]:
    """The blocks of a body.

    A stray `</div>` ends the element early; what follows it up to the body's real end is the article's too,
    and that end is known: the comment or share bar that every body has.
    """
    reader = BlockReader(judge)
    reader.read(body)
    if reader.closed or reader.stopped:
        return reader.blocks
    rest = BlockReader(judge)
    rest.add_text(body.tail)
    for element in _following(body):
        rest.read(element)
        if rest.closed or rest.stopped:
            break
        rest.add_text(element.tail)
    return reader.blocks + (rest.blocks if rest.closed else [])


def _following(element: HtmlElement) -> Iterator[HtmlElement]:
    """What stands after an element, in page order."""
    at: HtmlElement | None = element
    while at is not None:
        yield from at.itersiblings()
        at = at.getparent()


def _last_published(page: Document) -> str | None:
    if match := _PUBLISHED.search(page.markup):
        return match[1]
    own = _OLD_ID.search(urlsplit(page.url).path)
    for match in _PUBLISHED_OLD.finditer(page.markup):
        if own and match[1] == own[1]:
            return match[2]
    return None


def _text(element: HtmlElement) -> str:
    return " ".join(block.text for block in read_blocks([element]) if block.text)
