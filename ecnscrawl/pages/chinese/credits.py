"""Photo credits at the end of Chinese captions: `中新社记者 李维 摄`, `(图/视觉中国)`, `受访者供图`."""

import re

from ecnscrawl.pages.chinese.datelines import begins_with_dateline
from ecnscrawl.pages.chinese.names import HAN, NAME, OUTLET, REPORTER, is_name

_TOOK = r"(?<!拍)(?:摄影报道|航拍|摄|攝)"
_GAVE = r"(?:供图|供圖|提供图片|制图|製圖|绘图)"
_ENDS_SENTENCE = r"[。！？!?”」』）)]"
_NAMES = rf"{NAME}(?:[\s、，]+{NAME}){{0,5}}"
# 中新社记者 李维 摄 | 中新社发 李维 摄 | 中新网记者 李维 徐伟 航拍 | 记者 李维 摄
_BY_AGENCY = re.compile(
    rf"(?:^|(?<=[\s；;，,：:、])|(?<={_ENDS_SENTENCE}))"
    rf"(?P<credit>(?:{OUTLET}\s*(?:{REPORTER}|发|發)?|{REPORTER})(?:\s*{_NAMES})?)\s*{_TOOK}$"
)
# 新华社发（李维 摄）
_ISSUED = re.compile(rf"(?P<credit>{OUTLET}[发發]\s*[(（]\s*[^()（）]{{2,40}}?\s*(?:{_TOOK}|{_GAVE})\s*[)）])$")
# ……。李维摄 | …… 李维 徐伟 摄: without an agency, a blank or the end of a sentence stands before the names
_AFTER_SENTENCE = re.compile(rf"(?:^|(?<={_ENDS_SENTENCE}))\s?(?P<credit>{NAME}){_TOOK}$")
_AFTER_BLANK = re.compile(rf"(?:^|(?<=\s)|(?<={_ENDS_SENTENCE}))(?P<credit>{_NAMES})\s+{_TOOK}$")
# ……。受访者供图 | …… 哈尔滨市气象局 供图 | 央视新闻截图
_GIVEN = re.compile(
    rf"(?:^|(?<=\s)|(?<={_ENDS_SENTENCE}))"
    rf"(?P<credit>(?:{HAN}|[A-Za-z]){{2,20}}?(?=\s*{_GAVE}$)|{OUTLET}(?=\s*(?:视频)?截图$))"
)
_LAST_BRACKETS = re.compile(r"[(（\[【]\s*([^()（）\[\]【】]{2,60}?)\s*[)）\]】]$")
# 图/视觉中国 | 图片来源：视觉中国 | 照片：李维
_LABELLED = re.compile(
    rf"(?:^|(?<=\s)|(?<={_ENDS_SENTENCE}))(?:图片来源|圖片來源|图源|图片|图|圖|照片|摄影|攝影|供图|来源)"
    r"\s*(?:[:：/／|｜]|来自)\s*(?P<credit>\S.{0,40})$"
)
_MAX_LETTERS = 120


def credit(text: str) -> str | None:
    """Return the credit at the end of a caption, as written and without the word for "photo by", or None.

    >>> credit("哈尔滨的冰灯。(图/视觉中国)"), credit("他喜欢旅行和拍摄")
    ('视觉中国', None)
    """
    end = text[-_MAX_LETTERS:].rstrip(" 。.")
    if begins_with_dateline(text):
        return None  # a story, not a caption
    if match := _ISSUED.search(end):
        return match["credit"]
    brackets = _LAST_BRACKETS.search(end)
    return _credit_in(brackets[1] if brackets else end)


def _credit_in(text: str) -> str | None:
    for pattern in (_LABELLED, _BY_AGENCY, _GIVEN):
        if match := pattern.search(text):
            return match["credit"]
    if (match := _AFTER_SENTENCE.search(text)) and is_name(match["credit"]):
        return match["credit"]
    match = _AFTER_BLANK.search(text)
    return _last_names(match["credit"]) if match else None


def _last_names(text: str) -> str:
    """Return the names at the end of a text: of `古镇夜景 李维 徐伟` the last two."""
    words = text.split()
    first = len(words) - 1
    while first and is_name(words[first - 1]):
        first -= 1
    return " ".join(words[first:])
