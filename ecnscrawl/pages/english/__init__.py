"""Patterns of English news text: captions, bylines and datelines."""

from functools import cached_property

from ecnscrawl.pages.english.bylines import Bylines
from ecnscrawl.pages.english.credits import Credits
from ecnscrawl.pages.english.datelines import Datelines

#: Agencies that papers all over the world credit; a name that is not here is told by its form, `news.example.org`.
AGENCIES = (
    r"(?:Xinhua(?:\ News\ Agency)?|AFP|AP|EPA|Reuters|Agencies|Bloomberg|TASS|Sputnik|Yonhap|Kyodo|Getty\ Images"
    r"|[\w-]+(?:\.[\w-]+){0,3}\.(?:cn|com|net|org))"
)


class English:
    """The patterns of English text, compiled at the first use. A site adds the outlets that only it credits.

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
        self._outlets = outlets

    @cached_property
    def _datelines(self) -> Datelines:
        return Datelines(self._outlets)

    @cached_property
    def _bylines(self) -> Bylines:
        return Bylines(self._outlets, self._datelines)

    @cached_property
    def _credits(self) -> Credits:
        return Credits(self._outlets, self._datelines)

    def credit(self, text: str) -> str | None:
        """Return the credit at the end of a caption, as written, or None."""
        return self._credits.credit(text)

    def byline(self, text: str) -> list[str]:
        """Return the names of a paragraph that is only a byline; [] for any other."""
        return self._bylines.byline(text)

    def byline_before_dateline(self, text: str) -> tuple[list[str], str]:
        """Return the names of a byline before a dateline, and the paragraph without it; else ([], text)."""
        return self._bylines.byline_before_dateline(text)

    def dateline(self, text: str) -> str | None:
        """Return the place of the dateline at the start of a paragraph, or None."""
        return self._datelines.dateline(text)

    def begins_with_dateline(self, text: str) -> bool:
        """Whether a paragraph begins with a dateline."""
        return self._datelines.begins_with_dateline(text)
