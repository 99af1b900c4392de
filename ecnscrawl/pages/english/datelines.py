"""Datelines of English news: `BEIJING, Sept. 30 (Xinhua) --`, `PARIS (AFP) -`."""

import re

_MONTH = r"(?i:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?)"
_DAY = rf"(?:{_MONTH},?\s*\d{{1,2}}|\d{{1,2}}\s+{_MONTH})(?:,?\s+\d{{4}})?"
_DASH = r"(?:-{1,3}|[—–―－]{1,2})"
_WORD = r"(?!\d)[^\W_a-z][\w.'’-]*"
_PLACE = rf"{_WORD}(?:\ (?:{_WORD}|(?:de|da|do|del|la|el|al|of|and|the)\ {_WORD})){{0,4}}?"
_REGION = r"(?:(?:the|(?:north|south|east|west|central)[a-z]*)\ )?[^\W\d_a-z][\w.'’&/\ -]{1,50}?"
_LAST_FULL_STOP = re.compile(r"(?<=[^\W\d_]{3})\.$")
_MAX_LETTERS = 400  # to the agency of a byline that shares its paragraph with a dateline


class Datelines:
    """Finds datelines; `outlets` is the pattern of an agency's name."""

    def __init__(self, outlets: str) -> None:
        agency = rf"[(（]\s*(?i:{outlets})(?:\s*/\s*[^()（）]{{2,30}})?\s*[)）]"
        self._is_agency = re.compile(agency, re.VERBOSE | re.IGNORECASE)
        # BEIJING, Sept. 30 (Xinhua) -- | UNITED NATIONS, Oct. 1 -- | Paris (AFP) -- | HARBIN, China, Jan. 5 (Xinhua) --
        # ANCHORAGE, the United States, March 19 (Xinhua) -- | MILAN/NANCHANG, Italy/China, April 20 (Xinhua) --
        # of a photo: (240418) -- KANDAHAR, April 18, 2024 (Xinhua) --
        # with slips: SYDNEY. Feb. 7 (Xinhua) -- | BEIJING, May, 12 (Xinhua ) --
        self._dateline = re.compile(
            rf"""(?:[(（]\d{{6}}[)）]\s*{_DASH}\s*)?
            (?P<place>(?!By\ ){_PLACE}(?:\ ?/\ ?{_PLACE}){{0,3}})
            (?:\ ?[(（][^()（）]{{2,30}}[)）])?
            (?:\ ?,\s*{_REGION}){{0,3}}?
            (?: \ ?(?P<comma>[,.，]?)\s*{_DAY}[^\w\s(（]{{0,2}}\s*[^\w\s(（]{{0,2}}(?P<by>[(（][^()（）]{{2,40}}[)）])?
              | \ ?[,.，]?\s*{agency} )
            \s*{_DASH}""",
            re.VERBOSE,
        )
        self._placeless = re.compile(rf"(?:{_DAY}\s*)?{agency}\s*{_DASH}", re.VERBOSE)
        self._first_agency = re.compile(rf"{agency}\s*{_DASH}", re.VERBOSE)

    def dateline(self, text: str) -> str | None:
        """Return the place of the dateline at the start of a paragraph, or None."""
        match = self._dateline.match(text)
        if not match or not match["place"][0].isupper():
            return None
        place = _LAST_FULL_STOP.sub("", match["place"].strip(" ,"))
        # Without an agency, capitals are required. This is a sentence: Beijing, Sept. 30 -- a holiday -- was dry.
        has_agency = match["comma"] is None or self._is_agency.fullmatch(match["by"] or "")
        return place if has_agency or (match["comma"] and place.isupper()) else None

    def begins_with_dateline(self, text: str) -> bool:
        """Return whether a paragraph begins with a dateline, even one without a place: `(AFP) --`."""
        return bool(self._placeless.match(text)) or self.dateline(text) is not None

    def agency_start(self, text: str) -> int | None:
        """Return where the agency of a dateline, `(AFP) --`, begins near the start of a paragraph, or None."""
        match = self._first_agency.search(text, 0, _MAX_LETTERS)
        return match.start() if match else None
