"""Elements and words that are the same in all layouts of www.chinanews.com.cn: captions, end marks, editors, pagers."""

import re
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ecnscrawl.pages.document import Document, selector
from ecnscrawl.pages.element_roles import ElementRole

_CAPTIONS = frozenset({"pictext", "left_pt"})
_ADVERTISEMENTS = frozenset({"adInContent", "adhzh", "title-gg"})
# The pager, or the editor below every body.
_END = frozenset({"function_code_page", "adEditor", "left_name", "editor", "content_editor"})
_AFTER_THE_BODY = frozenset(
    "channel left_xq left_xgxw left_pl left_more guestbook friendlyReport download_wrapper comment_wrapper"
    " selected_news_wrapper banquan".split()
)
_PAGER = selector("//a[@href][ancestor::*[@id='function_code_page']]")
_PATH = re.compile(r"(?P<stem>.*?)(?:_(?P<part>[1-9]\d{0,2}))?(?P<ending>\.s?html)")
_AFTER_PATH = re.compile("[?#]")  # urlsplit raises ValueError for http://[

SITE_SUFFIX = re.compile(r" ?[-_|–—]{1,3} ?(?:中新网|中国新闻网)(?:视频)?$")  #: 大桥通车-中新网 | 大桥通车——中新网
#: 【编辑:李维】 | 责任编辑：李维 | 责任编辑：【李维】
EDITOR = re.compile(r"(?:责任)?编辑\s*[:：]\s*[【\[]?(?P<name>[^】\]]+?)\s*(?:[】\]]|$)")
AUTHOR = re.compile(r"作者\s*[:：]\s*(?P<names>.+)")  #: 作者：李维
SOURCE = re.compile(r"来源\s*[:：]\s*(?!发表评论|参与互动|【)(?P<name>[^\s【]+)")  #: 来源：中国新闻网 参与互动(0)
DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日(?: \d{1,2}:\d{2}(?::\d{2})?)?")  #: 2016年09月11日 14:38
# <!--[4,8,10210211] published at 2024-05-01 23:36:10 from #10 by …--> where the last number is the article's
_PUBLISHED = re.compile(r"<!--\s*\[\d+,\d+,(\d+)\] published at (\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)")


def classify(element: HtmlElement) -> ElementRole:
    """Decide whether an element belongs to the article, and whether the body ends at it."""
    if not isinstance(element.tag, str):
        return ElementRole.END if (element.text or "").strip() == "正文end" else ElementRole.KEEP
    names = {*(element.get("class") or "").split(), element.get("id")}
    if names & _CAPTIONS:
        return ElementRole.CAPTION
    if names & _ADVERTISEMENTS or (element.get("id") or "").startswith("ad_"):
        return ElementRole.SKIP
    if names & _END:
        return ElementRole.CLOSE
    return ElementRole.STOP if names & _AFTER_THE_BODY else ElementRole.KEEP


def last_published(page: Document) -> str | None:
    """Return when the CMS last published the page, by the comment that has the number of the page's address."""
    match = _PATH.fullmatch(urlsplit(page.url).path)
    number = re.search(r"\d+$", match["stem"]) if match else None
    stated = (found[2] for found in _PUBLISHED.finditer(page.markup) if number and found[1] == number[0])
    return next(stated, None)


def other_parts(page: Document) -> dict[int, str]:
    """Return the article's other pages that the pager links to, by number: `…/8000830_2.shtml`."""
    own = _PATH.fullmatch(urlsplit(page.url).path)
    parts: dict[int, str] = {}
    for anchor in page.all(_PAGER) if own else ():
        path = _PATH.fullmatch(_AFTER_PATH.split(anchor.get("href", ""), maxsplit=1)[0].strip())
        name = path["stem"].rsplit("/", 1)[-1] if path else ""
        if own and path and path["part"] and name == own["stem"].rsplit("/", 1)[-1]:
            number = int(path["part"])
            parts[number] = urlsplit(page.url)._replace(path=f"{own['stem']}_{number}{own['ending']}").geturl()
    return {number: parts[number] for number in sorted(parts) if number > 1}
