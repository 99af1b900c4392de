"""The line under the headline, with date, source and editor. Its markup has changed often."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean, has_words
from ecnscrawl.pages.ecns.outlets import OUTLET

_DATE = r"\d{4}-\d\d?-\d\d? \d\d?:\d\d(?::\d\d)?"
# 2026-10-03 09:34:32 | 2014-03-05 09:53 Xinhua Web Editor:Wang YuXia | 1 2015-07-10 08:54Xinhua, behind a share count
BEGINS_WITH_DATE = re.compile(rf"(?:\d{{1,6}} )?(?P<date>{_DATE})")  #: as the site writes it, wherever on the page
# In the line itself other forms count too: 2026-10-03 | 2026-10-03T09:34:32+08:00 | Oct 3, 2026 | 3 October 2026 |
# 2026年10月3日 09:34
_TIME = r"\d\d?:\d\d(?::\d\d(?:\.\d+)?)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_OTHER_DATE = re.compile(
    rf"""(?:\d{{1,6}}\ )?(?P<date>
    (?: \d{{4}}(?P<between>[-/.])\d\d?(?P=between)\d\d? (?: [T\ ]{_TIME} (?:Z|\ ?[+-]\d\d:?\d\d)? )?
      | \d{{4}}年\d\d?月\d\d?日 (?:\ ?{_TIME})?
      | (?: {_MONTH}\ \d\d?,?\ \d{{4}} | \d\d?\ {_MONTH}\ \d{{4}} ) (?:\ {_TIME})?
    ))(?![\d:])""",
    re.VERBOSE,
)
_ONLY_TIME = re.compile(_TIME)
_NUMBERS = re.compile(r"[\d\s:/.-]+")  # a share count, or a date that can be read in two ways
ENDS = re.compile(r"ECNS App Download|(?:Web ?)?Editor ?[:：]", re.IGNORECASE)  #: what only this line has
# Editor : Huang Fang | Web Editor: Wang Fan | Editor Wang Fan
_EDITOR = re.compile(r"(?:Web ?)?Editor ?[:：] ?|\b(?:Web )?Editor (?=(?-i:[A-Z]))", re.IGNORECASE)
_SOURCE_LABEL = re.compile(r"^Source ?[:：] ?", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[|｜]|ECNS App Download|\bText ?:(?:\s?A\b)*(?:\s?Print\b)?)\s*", re.IGNORECASE)
_SHARE_BOX = re.compile(r"bshare|social-share|share-component")
_NOT_TEXT = frozenset("a script style noscript template".split())  # links share, or lead to the app
_MAX_NODES = 400  # starts and ends of elements: an info line has some 30

# An outlet's name ends in one of these words, or is one that is known; the name of an editor has none of them.
_ENDS_AN_OUTLET = re.compile(
    r"""daily | news | times | post | online | agency | service | network | net | tv | television | radio | press
    | media | weekly | review | journal | magazine | herald | report | today | group | ministry | embassy | university
    | office | department | committee | association | institute | center | centre | government | .+\.\w{2,4}""",
    re.IGNORECASE | re.VERBOSE,
)
_IS_OUTLET = re.compile(rf"{OUTLET}|Ta\ Kung\ Pao|Wen\ Wei\ Po|Ming\ Pao", re.IGNORECASE)
_NAME = re.compile(rf"(?!(?i:{OUTLET})\b)[A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*){{1,2}}")
# Gu Liping, Mo Hong'e, Wang YuXia: one of the surnames that nearly all Chinese have, and a given name in pinyin.
_SURNAMES = frozenset(
    """Ai An Ao Bai Bao Bi Bian Cai Cao Cen Chai Chang Che Chen Cheng Chu Cong Cui Dai Deng Di Ding Dong Dou Du Duan Fan
    Fang Fei Feng Fu Gan Gao Ge Geng Gong Gu Guan Guo Han Hao He Hong Hou Hu Hua Huang Huo Ji Jia Jian Jiang Jiao Jin
    Jing Ju Kang Ke Kong Lai Lan Lang Lei Leng Li Lian Liang Liao Lin Ling Liu Long Lou Lu Luo Lv Lyu Ma Man Mao Mei
    Meng Mi Miao Min Mo Mu Nan Ni Nie Ning Niu Ou Ouyang Pan Pang Pei Peng Pi Pu Qi Qian Qiang Qiao Qin Qiu Qu Quan Ran
    Rao Ren Rong Ruan Sang Sha Shan Shang Shao She Shen Sheng Shi Shu Si Sima Song Su Sui Sun Tan Tang Tao Teng Tian
    Tong Tu Wan Wang Wei Wen Weng Wu Xi Xia Xian Xiang Xiao Xie Xin Xing Xiong Xu Xue Yan Yang Yao Ye Yi Yin Ying You Yu
    Yuan Yue Yun Zang Zeng Zha Zhai Zhan Zhang Zhao Zhen Zheng Zhong Zhou Zhu Zhuang Zhuge Zong Zou Zuo""".split()
)
_SYLLABLE = r"(?:[zcs]h|[bcdfghjklmnpqrstwxyz])?[aeiouv]{1,3}(?:ng|n|r)?"
_GIVEN_NAME = re.compile(rf"{_SYLLABLE}(?:['’ -]?{_SYLLABLE}){{0,2}}", re.IGNORECASE)
_PLACES = frozenset({"Hong Kong"})


@dataclass(frozen=True, slots=True)
class InfoLine:
    """The values found in the line under the headline."""

    date: str | None = None
    source: str | None = None
    editor: str | None = None

    @classmethod
    def of(cls, texts: Sequence[str]) -> "InfoLine":
        """Parse the texts of the line: one for each span or row, or a single one. Empty texts keep their place.

        The editor's name follows the label `Editor:`, in the same text or the next; an outlet there is the source
        instead. Otherwise the source is the first text before the label, or the one labelled `Source:`. Without
        the label `Editor:`:

        - two names are source and editor, in this order; but of a Chinese name and an outlet, the outlet is the source;
        - one name is the editor after an empty text, and the source before one;
        - an outlet followed by a Chinese name, `Xinhua Gu Liping`, gives both;
        - a Chinese name alone is the editor; any other name alone could be either, and is dropped.
        """
        date: str | None = None
        pieces: list[str] = []
        for text in texts:
            if date is None and (match := BEGINS_WITH_DATE.match(text) or _OTHER_DATE.match(text)):
                date, text = match["date"], text[match.end() :]  # noqa: PLW2901 - what is left of it
                if not text.strip():
                    continue
            elif date and ":" not in date and _ONLY_TIME.fullmatch(text):  # the day and the time in a span each
                date = f"{date} {text}"
                continue
            pieces += _pieces_of(text)
        for number, piece in enumerate(pieces):
            if label := _EDITOR.search(piece):
                before, behind = [*pieces[:number], piece[: label.start()].strip()], pieces[number + 1 :]
                return cls(date, *_labelled(before, piece[label.end() :].strip(), behind))
        return cls(date, *_unlabelled(pieces))


def _pieces_of(text: str) -> list[str]:
    """Split a text at bars and drop labels, buttons and numbers. An empty text is one empty piece."""
    if not text:
        return [""]
    pieces = (each.strip() for each in _BETWEEN.split(text))
    return [piece for piece in pieces if has_words(piece) and not _NUMBERS.fullmatch(piece)]


def _source(text: str) -> str | None:
    return _SOURCE_LABEL.sub("", text) or None


def _labelled(before: Sequence[str], name: str, behind: Sequence[str]) -> tuple[str | None, str | None]:
    """Return source and editor if there is the label `Editor`; `name` follows it in the same text."""
    if not name and (_is_name(after := next(filter(None, behind), "")) or _is_outlet(after)):
        name = after  # the label has an element of its own
    editor, outlet = (None, name) if _is_outlet(name) else (name or None, "")
    named = (text for text in behind if _SOURCE_LABEL.match(text))
    return _source(next(filter(None, (*before, *named, outlet)), "")), editor


def _unlabelled(places: Sequence[str]) -> tuple[str | None, str | None]:
    """Return source and editor if there is no label."""
    named = [place for place in places if place]
    if not named:
        return None, None
    if len(named) > 1 and places[0]:
        if _is_chinese_name(named[0]) and _is_outlet(named[1]):
            return named[1], named[0]
        return _source(named[0]), named[1] if _is_name(named[1]) else None
    return _both_in_one(named[0]) or _alone(named[0], after_empty=not places[0], before_empty="" in places[1:])


def _both_in_one(text: str) -> tuple[str | None, str | None] | None:
    """Return outlet and editor of a text like `Xinhua Gu Liping`; None if it does not end in a Chinese name."""
    words = text.split() if not _is_outlet(text) else []
    for count in (2, 3):
        outlet, name = " ".join(words[:-count]), " ".join(words[-count:])
        if outlet and _is_chinese_name(name):
            return (outlet, name) if _is_outlet(outlet) else (None, None)
    return None


def _alone(text: str, *, after_empty: bool, before_empty: bool) -> tuple[str | None, str | None]:
    """Return a single text as source or editor, decided by the empty pieces beside it, else by its form."""
    if not _is_name(text) or (before_empty and not after_empty):
        return _source(text), None
    return (None, text) if after_empty or _is_chinese_name(text) else (None, None)


def _is_outlet(text: str) -> bool:
    return bool(_IS_OUTLET.fullmatch(text) or _ENDS_AN_OUTLET.fullmatch(text.rsplit(" ", 1)[-1]))


def _is_name(text: str) -> bool:
    """Return whether the text may be a person's name."""
    return bool(_NAME.fullmatch(text)) and not _is_outlet(text) and text not in _PLACES


def _is_chinese_name(text: str) -> bool:
    surname, _, given = text.partition(" ")
    if surname not in _SURNAMES or text in _PLACES or _is_outlet(text):
        return False
    return given[:1].isupper() and _GIVEN_NAME.fullmatch(given) is not None


def texts_of(line: HtmlElement) -> Iterator[str]:
    """The texts in an element, without those of links and share boxes; an empty `span` is an empty text."""
    walk = etree.iterwalk(line, events=("start", "end", "comment", "pi"))
    for event, element in islice(walk, _MAX_NODES):
        if event == "start":
            if element.tag in _NOT_TEXT or _SHARE_BOX.search(element.get("class") or ""):
                walk.skip_subtree()
                continue
            text = element.text
            if element.tag == "span" and _is_empty(element):
                yield ""
        else:
            text = element.tail if element is not line else None
        if text and has_words(piece := clean(text)) and not piece.isdigit():
            yield piece


def _is_empty(span: HtmlElement) -> bool:
    """Return whether the span has only comments, scripts and white space."""
    return not any(
        (isinstance(child.tag, str) and child.tag not in ("script", "style")) or has_words(child.tail or "")
        for child in span
    ) and not has_words(span.text or "")
