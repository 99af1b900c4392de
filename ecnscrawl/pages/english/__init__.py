"""Patterns of English news text: captions, bylines and datelines."""

from ecnscrawl.pages.english.bylines import Bylines
from ecnscrawl.pages.english.credits import Credits
from ecnscrawl.pages.english.datelines import Datelines

#: Agencies that papers all over the world credit; a name that is not here is told by its form, `news.example.org`.
AGENCIES = (
    r"(?:Xinhua(?:\ News\ Agency)?|AFP|AP|EPA|Reuters|Agencies|Bloomberg|TASS|Sputnik|Yonhap|Kyodo|Getty\ Images"
    r"|[\w-]+(?:\.[\w-]+){0,3}\.(?:cn|com|net|org))"
)


class English:
    """The patterns of English text. A site adds the outlets that only it credits.

    >>> english = English()
    >>> english.credit("A panda eats snow in Chengdu. (Li Wei/JINI via Xinhua)")
    'Li Wei/JINI via Xinhua'
    >>> english.byline("By Zhao Lei and Xu Wei"), english.byline("By October, China had signed 53 memoranda.")
    (['Zhao Lei', 'Xu Wei'], [])
    >>> english.byline_before_dateline("By John Lee (AFP) -- Snow fell in Harbin.")
    (['John Lee'], '(AFP) -- Snow fell in Harbin.')
    >>> english.dateline("MILAN/NANCHANG, Italy/China, April 20 (Xinhua) -- Robots pick the timber.")
    'MILAN/NANCHANG'
    """

    def __init__(self, outlets: str = AGENCIES) -> None:
        """`outlets` is a pattern of names, to be compiled with re.VERBOSE: a space in it is written `\\ `."""
        datelines = Datelines(outlets)
        bylines = Bylines(outlets, datelines)
        self.credit = Credits(outlets, datelines).credit
        self.dateline = datelines.dateline
        self.begins_with_dateline = datelines.begins_with_dateline
        self.byline = bylines.byline
        self.byline_before_dateline = bylines.byline_before_dateline
