"""Elements and words that are the same in all layouts of www.ecns.cn, such as share bars and players."""

import re
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ecnscrawl.pages.blocks import text_of
from ecnscrawl.pages.bodies import following
from ecnscrawl.pages.document import Document
from ecnscrawl.pages.ecns.pager import part_of
from ecnscrawl.pages.element_roles import ElementRole

SITE_SUFFIX = re.compile(r"\s*[-_|–—]\s*ecns(?:\.cn)?\s*$", re.IGNORECASE)  # <title> on mobile pages
_PICTURE_OF = re.compile(r"\s*\(\d{1,3}/\d{1,3}\)$")  # (4/16) of a gallery
_PART_OF = re.compile(r"\s*\((\d{1,3})\)$")  # (2) of an article's second page
GALLERY = re.compile(r"^/(?:m/)?(?:hd|photo|visual)/")  #: the path of a page that shows pictures above all
# <!--publish at 2025-01-10 16:52:22--> of the article; `published at … by` belongs to page parts
PUBLISHED = re.compile(r"<!--\s*publish at (\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)\s*-->")
# <!--[886,1,301274] published at 2018-05-03 16:06:55 from #10 by 谷丽萍 --> where the last number is the article's
PUBLISHED_OLD = re.compile(r"<!--\s*\[\d+,\d+,(\d+)\] published at (\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)")
_MOBILE_ADDRESS = re.compile(r"""wap_url\s*=\s*["']([^"']+)["']""")  # var wap_url = "http://www.ecns.cn/m/…";
_OLD_ID = re.compile(r"/(\d+)(?:[_-]p?\d+)?\.shtml$")

_SOCIAL = re.compile(r"^(?:https?:)?//(?:[\w-]+\.)*(?:facebook|twitter|x|weibo|instagram|youtube|tiktok)\.com(?:/|$)")
_CHROME_PICTURE = re.compile(r"^(?:(?:https?:)?//(?:www\.)?ecns\.cn)?/images/(?:bg|head)/")
_CAPTION_CLASS = "pictext"  # the CMS family's own
_PLAYER_CLASS = re.compile(r"(?:^|\s)vjs-(?!tech)")  # of video.js, but for its `<video>`
_SHARE_CLASS = re.compile(r"bshare|social-share|share-component")
_AFTER_THE_BODY = re.compile(r"(?:^|\s)(?:itemtit|newslst\d+|overhid|picshow\w*|linebox|webmap|foottip)(?:\s|$)")


def classify_media(element: HtmlElement) -> ElementRole:
    """Recognize captions, and the controls and messages of a video player."""
    classes = element.get("class") or ""
    if not classes:
        return ElementRole.KEEP
    if element.tag != "video" and _PLAYER_CLASS.search(classes):
        return ElementRole.SKIP
    return ElementRole.CAPTION if _CAPTION_CLASS in classes.split() else ElementRole.KEEP


def classify(element: HtmlElement) -> ElementRole:
    """Decide whether an element belongs to the article, and whether the body starts or ends at it."""
    if not isinstance(element.tag, str):
        return _classify_comment(element.text or "")
    classes = element.get("class") or ""
    if classes and (role := classify_media(element)) is not ElementRole.KEEP:
        return role
    if element.get("id") == "function_code_page" or (element.tag == "a" and _is_share_link(element)):
        return ElementRole.CLOSE
    if (classes and _SHARE_CLASS.search(classes)) or (
        element.tag == "img" and _CHROME_PICTURE.match(element.get("src") or "")
    ):
        return ElementRole.SKIP
    return ElementRole.STOP if classes and _AFTER_THE_BODY.search(classes) else ElementRole.KEEP


def _classify_comment(text: str) -> ElementRole:
    if "正文分页开始" in text:
        return ElementRole.START
    if "正文分页结束" in text:
        return ElementRole.END
    return ElementRole.STOP if "相关报道start" in text else ElementRole.KEEP


def _is_share_link(anchor: HtmlElement) -> bool:
    """Return whether a link is a picture that leads to a social network. A text link to one belongs to the article."""
    return bool(_SOCIAL.match(anchor.get("href") or "")) and anchor.find(".//img") is not None and not text_of(anchor)


def headline(text: str) -> str:
    """Return a headline without the site's name at its end."""
    return SITE_SUFFIX.sub("", text)


def headline_of(page: Document, text: str) -> str:
    """Return a page's headline without the site's name and without the number of the page or picture.

    Page 2 adds ` (2)`, a gallery's page ` (4/16)`; elsewhere a number in brackets is the headline's own.
    """
    title = headline(text)
    if (match := _PART_OF.search(title)) and 1 < int(match[1]) == part_of(page.url):
        return title[: match.start()]
    return _PICTURE_OF.sub("", title) if GALLERY.match(urlsplit(page.url).path) else title


def is_followed_by_furniture(element: HtmlElement) -> bool:
    """Return whether the element is followed by what stands below every article and its pager."""
    return any(
        _AFTER_THE_BODY.search(each.get("class") or "") for after in following(element) for each in after.iter("*")
    )


def mobile_address(page: Document) -> str | None:
    """Return the address of the mobile edition, which a script on the page names."""
    match = _MOBILE_ADDRESS.search(page.markup)
    return match[1] if match else None


def last_published(page: Document) -> str | None:
    if match := PUBLISHED.search(page.markup):
        return match[1]
    own = _OLD_ID.search(urlsplit(page.url).path)
    for match in PUBLISHED_OLD.finditer(page.markup):
        if own and match[1] == own[1]:
            return match[2]
    return None
