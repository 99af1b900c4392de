"""The words and furniture of www.ecns.cn that no layout has changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ecnscrawl.pages.blocks import Verdict, text_of
from ecnscrawl.pages.document import Document

DATE = re.compile(r"\d{4}-\d\d?-\d\d? \d\d?:\d\d(?::\d\d)?")
_EDITOR = re.compile(r"(?:Web )?Editor ?[:：] ?(.*)", re.IGNORECASE)  # Editor : Huang Fang | Web Editor: Wang Fan
_SOURCE_LABEL = re.compile(r"^Source ?[:：] ?", re.IGNORECASE)
_NO_SOURCE = re.compile(r"ECNS App Download|Text ?:.*", re.IGNORECASE)
SITE_SUFFIX = re.compile(r"\s*[-_|–—]\s*ecns(?:\.cn)?\s*$", re.IGNORECASE)  # <title> on mobile pages
# <!--publish at 2025-01-10 16:52:22--> of the article; `published at … by` belongs to page parts
PUBLISHED = re.compile(r"<!--\s*publish at (\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)\s*-->")
# <!--[886,1,301274] published at 2018-05-03 16:06:55 from #10 by 谷丽萍 --> where the last number is the article's
PUBLISHED_OLD = re.compile(r"<!--\s*\[\d+,\d+,(\d+)\] published at (\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)")
_OLD_ID = re.compile(r"/(\d+)(?:[_-]p?\d+)?\.shtml$")

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
    return bool(_SOCIAL.match(anchor.get("href") or "")) and anchor.find(".//img") is not None and not text_of(anchor)


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
            if date is None and (match := DATE.match(text)):
                date, text = match[0], text[match.end() :].strip()
            if match := _EDITOR.fullmatch(text):
                editor = editor or match[1]
            elif text and source is None and not _NO_SOURCE.fullmatch(text):
                source = _SOURCE_LABEL.sub("", text)
        return cls(date, source or None, editor or None)


def headline(text: str) -> str:
    """A headline without the site's name behind it."""
    return SITE_SUFFIX.sub("", text)


def following(element: HtmlElement) -> Iterator[HtmlElement]:
    """What stands after an element, in page order."""
    at: HtmlElement | None = element
    while at is not None:
        yield from at.itersiblings()
        at = at.getparent()


def last_published(page: Document) -> str | None:
    if match := PUBLISHED.search(page.markup):
        return match[1]
    own = _OLD_ID.search(urlsplit(page.url).path)
    for match in PUBLISHED_OLD.finditer(page.markup):
        if own and match[1] == own[1]:
            return match[2]
    return None
