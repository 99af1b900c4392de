"""Datelines of Chinese news: `中新社北京6月21日电 (记者 李维)`, `本报讯`."""

import re

from ecnscrawl.pages.chinese.names import HAN, OUTLET

_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DAY = rf"(?:\d{{4}}年)?{_NUMBER}月{_NUMBER}日(?:{_NUMBER}时)?"
_SENT = r"(?:专|综合|特|急)?(?:电|電|讯|訊|消息)"
# 中新社北京6月21日电 | 据新华社约翰内斯堡5月1日电 | 中新网6月21日电 | 中新社北京/香港九月二十七日电 题：
_DATELINE = re.compile(
    rf"[(（【\[]?据?{OUTLET}(?:客户端|记者)?\s*(?P<place>(?:(?!记者){HAN}|[·、/]){{2,16}}?)?(?:新闻)?\s*{_DAY}\s*{_SENT}"
)
# A place is written after its province, 西藏吉隆, but 吉林 alone is a town.
_REGION = re.compile(
    "(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西"
    "|西藏|宁夏|新疆)(?:省|自治区|壮族自治区|回族自治区|维吾尔自治区)?(?=..)"
)


def dateline(text: str) -> str | None:
    """Return the place of the dateline at the start of a paragraph, without its province, or None.

    >>> dateline("中新网约翰内斯堡5月1日电 (记者 赵蕾)雪停了。"), dateline("中新网5月1日电 雪停了。")
    ('约翰内斯堡', None)
    """
    match = _DATELINE.match(text)
    if not match or not match["place"]:
        return None
    return _REGION.sub("", match["place"], count=1)


def begins_with_dateline(text: str) -> bool:
    """Return whether a paragraph begins with a dateline, even one without a place."""
    return _DATELINE.match(text) is not None
