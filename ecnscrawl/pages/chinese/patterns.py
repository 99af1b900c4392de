"""All patterns of Chinese text together, which take 25 ms to compile: a site may need only the names."""

from ecnscrawl.pages.chinese.bylines import byline
from ecnscrawl.pages.chinese.credits import credit
from ecnscrawl.pages.chinese.datelines import dateline


class Chinese:
    """The patterns of Chinese text, in simplified and in traditional characters.

    >>> chinese = Chinese()
    >>> chinese.credit("图为游客在哈尔滨看冰灯。 中新社记者 李维 摄")
    '中新社记者 李维'
    >>> chinese.byline("中新社记者 赵蕾 徐伟"), chinese.byline("记者观察")
    (['赵蕾', '徐伟'], [])
    >>> chinese.dateline("新华社西藏吉隆9月2日电 (记者 赵蕾)雪停了。")
    '吉隆'
    """

    credit = staticmethod(credit)
    byline = staticmethod(byline)
    dateline = staticmethod(dateline)

    def byline_before_dateline(self, text: str) -> tuple[list[str], str]:
        """Return ([], text): in Chinese, reporters are named inside the dateline, which is part of the body."""
        return [], text
