"""Bylines of English news: `By Zhao Lei and Xu Wei`, also before a dateline: `By John Lee (AFP) -- …`."""

import re

from ecnscrawl.pages.english.datelines import Datelines

_TOWN = r"[A-Z][\w.'-]*(?: (?:of )?[A-Z][\w.'-]*){0,4}"
_IN_A_PLACE = re.compile(rf"(?:^|,?\s+)(?:in|from)\s+(?:the\s+)?{_TOWN}(?:,\s*{_TOWN})?$")
_BETWEEN_NAMES = re.compile(r"\s*(?:,\s*and\b|,|\band\b|&|、|，)\s*", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w.'’·-]*(?: [^\W\d_][\w.'’·-]*){0,4}")
_COMMA = re.compile(r"\s*[,，]\s*")
# Towns of several words, as news is often dated from; one of a single word is no name of an author's.
_TOWNS = frozenset(
    """Hong Kong|New York|Los Angeles|San Francisco|United Nations|New Delhi|Kuala Lumpur|Phnom Penh|Abu Dhabi|Tel Aviv
    |Cape Town|Mexico City|Buenos Aires|Rio de Janeiro|Sao Paulo|Addis Ababa|Dar es Salaam|San Diego|Las Vegas
    |Ho Chi Minh City|Kuwait City|Vatican City|St. Petersburg""".replace("\n    ", "").split("|")
)
_PARTICLES = frozenset("al bin da de del der di du el ibn la le ul van von".split())
_MAX_LETTERS = 200


class Bylines:
    """Finds the names in bylines; `outlets` is a pattern of outlets' names, which are not names of people."""

    def __init__(self, outlets: str, datelines: Datelines) -> None:
        self._datelines = datelines
        self._is_outlet = re.compile(outlets, re.IGNORECASE)
        # What stands round the names: By Xinhua writers Li Wei, Wu Hao | By Zhang Yi in Guangzhou | By Li Wei | Reuters
        self._by = re.compile(
            rf"""(?:(?:written|reported|story|text)\s+)?by:?\s+
            (?:(?:(?:{outlets}|our|staff|senior|special|contributing|guest|chief|intern|sports|foreign)(?:['’]s)?\s+){{0,3}}
               (?:sports?\s?writer|writer|reporter|correspondent|journalist|commentator|columnist|intern)s?:?\s+
             | (?:{outlets}|our|staff)\s+)?""",
            re.IGNORECASE | re.VERBOSE,
        )
        self._outlet_behind = re.compile(
            rf"\s*[|/]\s*[\w. -]+$|\s*,?\s*\([\w.@ -]+\)$|,?\s+[\w.-]+@[\w.-]+$"
            rf"|\s*,\s*(?:(?:for|of)\s+)?{outlets}$",
            re.IGNORECASE,
        )
        self._not_names = re.compile(
            rf"""(?:early|late|mid|the|end|now|then|this|that|next|last)\b.*
            | (?:mon|tues|wednes|thurs|fri|satur|sun)day\b.*
            | \w*day | january | february | march | april | may | june | july | august
            | september | october | november | december
            | spring | summer | autumn | winter | christmas | easter
            | (?:\S+\ )*(?:festival|new\ year|season|decade|century)
            | (?:\S+\ )?(?:air|bus|train|rail|railway|sea|road|car|plane|ship|boat|ferry|subway|metro|taxi|land|water
                           |bike|foot)
            | (?:sports?\ ?)?(?:writer|reporter|correspondent)s? | {outlets}""",
            re.IGNORECASE | re.VERBOSE,
        )

    def byline(self, text: str) -> list[str]:
        """The names of a paragraph that is only a byline; [] for any other."""
        if len(text) > _MAX_LETTERS:
            return []
        inner = text.rstrip(".").strip("()[] ") if text[0] in "([" else text.rstrip(".")
        match = self._by.match(inner)
        if not match:
            return []
        names = _IN_A_PLACE.sub("", self._outlet_behind.sub("", inner[match.end() :]))
        found = [name for each in _BETWEEN_NAMES.split(names) if (name := _IN_A_PLACE.sub("", each))]
        return found if all(self._is_name(name) for name in found) else []

    def _is_name(self, text: str) -> bool:
        if not _NAME.fullmatch(text) or self._not_names.fullmatch(text):
            return False
        return all(not word[0].islower() or word in _PARTICLES for word in text.split())

    def byline_before_dateline(self, text: str) -> tuple[list[str], str]:
        """The names of a byline that shares its paragraph with a dateline, and the paragraph without it.

        The names are [] and the paragraph stays as it is where it has not both.
        """
        start = self._datelines.agency_start(text)
        if start is None or not self._by.match(text):
            return [], text
        words = text[:start].split()
        for number in range(3, len(words)):
            # By John Lee NEW YORK, Sept. 30 (Xinhua) -- where the capitals begin, the place does.
            before, word = (each.rstrip(",") for each in words[number - 1 : number + 1])
            if self._begins_place(before, word):
                names, rest = self.byline(" ".join(words[:number])), " ".join(words[number:]) + " " + text[start:]
                if self._are_both(names, rest):
                    return names, rest
        before = " ".join(words)
        for comma in _COMMA.finditer(before):
            # By John Lee, Beijing (AFP) -- where no "and" stands before the last of several names, a town does.
            town = _COMMA.split(before[comma.end() :])[0]
            if (" " not in town or town in _TOWNS) and not self._not_names.fullmatch(town):
                names, rest = self.byline(before[: comma.start()]), f"{before[comma.end() :]} {text[start:]}"
                if self._are_both(names, rest):
                    return names, rest
        names = self.byline(before)
        names = [name for name in names if " " in name] or names  # By John Lee, Beijing and Wu Hao, Harbin (AFP) --
        return (names, text[start:]) if names else ([], text)

    def _begins_place(self, before: str, word: str) -> bool:
        """Return whether a place in capitals begins with this word, after a name in small letters or an outlet."""
        is_after_name = not before.isupper() or bool(self._is_outlet.fullmatch(before))
        return word.isupper() and not self._is_outlet.fullmatch(word) and is_after_name

    def _are_both(self, names: list[str], rest: str) -> bool:
        """Return whether these are whole names, followed by a dateline."""
        return bool(names) and all(" " in name for name in names) and self._datelines.dateline(rest) is not None
