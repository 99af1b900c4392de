"""The text's own marks: photo credits, bylines, datelines, as English news from China writes them."""

import re

#: Outlets and agencies that stand beside names and places; one that is not here is told by its form, `chinamil.com.cn`.
OUTLET = (
    r"(?:Xinhua(?:\ News\ Agency)?|E?CNS|ECNS\s?Wire|Ecns\.cn|China\ News\ Service|China\ Daily|Global\ Times"
    r"|People['’]s\ Daily(?:\ Online)?|CGTN|CCTV|CRI|CNR|China\ Plus|Shanghai\ Daily|Shine|China\.org\.cn"
    r"|VCG|CFP|AFP|AP|EPA|Reuters|Agencies|Bloomberg|TASS|Sputnik|Yonhap|Kyodo|Getty\ Images"
    r"|[\w-]+(?:\.[\w-]+){0,3}\.(?:cn|com|net|org))"
)

_IS_OUTLET = re.compile(OUTLET, re.IGNORECASE)
_WORK = r"(?:photos?|pictures?|pics?|images?|graphics?|illustrations?|screenshots?|screengrabs?)"
# What stands in brackets at the end of a caption: (Photo/Xinhua) [Photo: China News Service/Ke Ning] (File photo/VCG)
# (Photo provided to chinadaily.com.cn) (Provided to China Daily) (Photo by Li Wei/Xinhua) [Photo courtesy of a museum]
_PHOTO_CREDIT = re.compile(
    rf"""(?:(?:file|undated|combination|combo|aerial|drone)\s+)*{_WORK}
          \s*(?:/|:|：|\b(?:credit|source)\b\s?[:：]?|\bby\b|\bfrom\b|\bvia\b|\bcourtesy\s+of\b
            |\b(?:is\s+)?(?:provided|taken|released)\s+(?:to|by)\b)
          \s*(?P<of>.+)
      | (?:provided|courtesy)\s+(?:to|by|of)\s+(?P<provided>.+)
      | (?P<outlet>{OUTLET})\s+(?:file\s+)?photos?""",
    re.IGNORECASE | re.VERBOSE,
)
# (Xinhua/Zhang Ling) (Str/Xinhua) (chinamil.com.cn/Li Zhikai) (Li Wei/JINI via Xinhua) (AP Photo/Li Wei)
_SHARED_CREDIT = re.compile(
    rf"{OUTLET}(?:\ photo)?\s*/\s*\S.*|\S.*?(?:/|\ /\ ?|\svia\s){OUTLET}|{OUTLET}\s+via\s\S.*", re.IGNORECASE
)
_LAST_BRACKETS = re.compile(r"[(\[（【]\s*([^()\[\]（）【】]*[^()\[\]（）【】\s])\s*[)\]）】]\s*[.。]?$")
# (Xinhua) (CHINA DAILY) (XUE WEI/FOREIGN MINISTRY): only after the end of a sentence, or alone, else it is an
# abbreviation of what stands before it: the Associated Press (AP).
_OUTLET_ALONE = re.compile(rf"{OUTLET}|(?-i:[A-Z][A-Z.'’ -]+/[A-Z][A-Z.'’ -]+)", re.IGNORECASE)
_SENTENCE_ENDS = (".", "!", "?", '"', "”", "。", "’", ")", "]")
_MOST_OF_A_CREDIT = 250  # letters; the longest of 4,000 real ones has 120

# What stands round the names: By Xinhua writers Li Wei, Wu Hao | By Zhang Yi in Guangzhou | By Li Wei | China Daily
_BY = re.compile(
    rf"""(?:(?:written|reported|story|text)\s+)?by:?\s+
    (?:(?:(?:{OUTLET}|our|staff|senior|special|contributing|guest|chief|intern|sports|foreign)(?:['’]s)?\s+){{0,3}}
       (?:sports?\s?writer|writer|reporter|correspondent|journalist|commentator|columnist|intern)s?:?\s+
     | (?:{OUTLET}|our|staff)\s+)?""",
    re.IGNORECASE | re.VERBOSE,
)
_OUTLET_BEHIND = re.compile(
    rf"\s*[|/]\s*[\w. -]+$|\s*,?\s*\([\w.@ -]+\)$|,?\s+[\w.-]+@[\w.-]+$|\s*,\s*(?:(?:for|of)\s+)?{OUTLET}$",
    re.IGNORECASE,
)
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
_NOT_NAMES = re.compile(
    rf"""(?:early|late|mid|the|end|now|then|this|that|next|last)\b.* | (?:mon|tues|wednes|thurs|fri|satur|sun)day\b.*
    | \w*day | january | february | march | april | may | june | july | august
    | september | october | november | december
    | spring | summer | autumn | winter | christmas | easter | (?:\S+\ )*(?:festival|new\ year|season|decade|century)
    | (?:\S+\ )?(?:air|bus|train|rail|railway|sea|road|car|plane|ship|boat|ferry|subway|metro|taxi|land|water|bike|foot)
    | (?:sports?\ ?)?(?:writer|reporter|correspondent)s? | {OUTLET}""",
    re.IGNORECASE | re.VERBOSE,
)
_MOST_OF_A_BYLINE = 200  # letters

# BEIJING, Sept. 30 (Xinhua) -- | UNITED NATIONS, Oct. 1 -- | Beijing (ECNS) -- | HARBIN, China, Jan. 5 (Xinhua) --
# ANCHORAGE, the United States, March 19 (Xinhua) -- | MILAN/NANCHANG, Italy/China, April 20 (Xinhua) --
# of a photo: (240418) -- KANDAHAR, April 18, 2024 (Xinhua) --
# with slips: SYDNEY. Feb. 7 (Xinhua) -- | BEIJING, May, 12 (Xinhua ) --
_MONTH = r"(?i:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?)"
_DAY = rf"(?:{_MONTH},?\s*\d{{1,2}}|\d{{1,2}}\s+{_MONTH})(?:,?\s+\d{{4}})?"
_AGENCY = rf"[(（]\s*(?i:{OUTLET})(?:\s*/\s*[^()（）]{{2,30}})?\s*[)）]"
_IS_AGENCY = re.compile(_AGENCY, re.VERBOSE | re.IGNORECASE)
_DASH = r"(?:-{1,3}|[—–―－]{1,2})"
_WORD = r"(?!\d)[^\W_a-z][\w.'’-]*"
_PLACE = rf"{_WORD}(?:\ (?:{_WORD}|(?:de|da|do|del|la|el|al|of|and|the)\ {_WORD})){{0,4}}?"
_REGION = r"(?:(?:the|(?:north|south|east|west|central)[a-z]*)\ )?[^\W\d_a-z][\w.'’&/\ -]{1,50}?"
_DATELINE = re.compile(
    rf"""(?:[(（]\d{{6}}[)）]\s*{_DASH}\s*)?
    (?P<place>(?!By\ ){_PLACE}(?:\ ?/\ ?{_PLACE}){{0,3}})
    (?:\ ?[(（][^()（）]{{2,30}}[)）])?
    (?:\ ?,\s*{_REGION}){{0,3}}?
    (?: \ ?(?P<comma>[,.，]?)\s*{_DAY}[^\w\s(（]{{0,2}}\s*[^\w\s(（]{{0,2}}(?P<by>[(（][^()（）]{{2,40}}[)）])?
      | \ ?[,.，]?\s*{_AGENCY} )
    \s*{_DASH}""",
    re.VERBOSE,
)
_PLACELESS = re.compile(rf"(?:{_DAY}\s*)?{_AGENCY}\s*{_DASH}", re.VERBOSE)
_FIRST_AGENCY = re.compile(rf"{_AGENCY}\s*{_DASH}", re.VERBOSE)
_LAST_FULL_STOP = re.compile(r"(?<=[^\W\d_]{3})\.$")


def credit(text: str) -> str | None:
    """Who is credited at the end of a caption, as written; None where nobody is.

    >>> credit("A panda eats snow in Chengdu. (Photo: China News Service/ Ke Ning)")
    'China News Service/ Ke Ning'
    >>> credit("A panda eats snow in Chengdu. (Li Wei/JINI via Xinhua)")
    'Li Wei/JINI via Xinhua'
    """
    end = text[-_MOST_OF_A_CREDIT:]
    if not end.rstrip(" .。").endswith((")", "]", "）", "】")):
        return None
    match = _LAST_BRACKETS.search(end)
    if not match:
        return None
    inside = match[1]
    if photo := _PHOTO_CREDIT.fullmatch(inside):
        return (photo["of"] or photo["provided"] or photo["outlet"]).strip()
    if _SHARED_CREDIT.fullmatch(inside):
        return inside
    before = end[: match.start()].rstrip()
    if _OUTLET_ALONE.fullmatch(inside) and (not before or before.endswith(_SENTENCE_ENDS)):
        return None if begins_with_dateline(text) else inside  # a wire story may sign off with its agency
    return None


def byline(text: str) -> list[str]:
    """The names of a paragraph that is only a byline, else none.

    >>> byline("By Zhao Lei and Xu Wei")
    ['Zhao Lei', 'Xu Wei']
    >>> byline("By Gong Zhe, CNS")
    ['Gong Zhe']
    >>> byline("By October, China had signed 53 memoranda.")
    []
    """
    if len(text) > _MOST_OF_A_BYLINE:
        return []
    inner = text.rstrip(".").strip("()[] ") if text[0] in "([" else text.rstrip(".")
    match = _BY.match(inner)
    if not match:
        return []
    names = _IN_A_PLACE.sub("", _OUTLET_BEHIND.sub("", inner[match.end() :]))
    found = [name for each in _BETWEEN_NAMES.split(names) if (name := _IN_A_PLACE.sub("", each))]
    return found if all(_is_name(name) for name in found) else []


def _is_name(text: str) -> bool:
    if not _NAME.fullmatch(text) or _NOT_NAMES.fullmatch(text):
        return False
    return all(not word[0].islower() or word in _PARTICLES for word in text.split())


def byline_before_dateline(text: str) -> tuple[list[str], str]:
    """The names of a byline that shares its paragraph with a dateline, and the paragraph without it.

    >>> byline_before_dateline("By John Lee (ECNS) -- Snow fell in Harbin.")
    (['John Lee'], '(ECNS) -- Snow fell in Harbin.')
    """
    match = _FIRST_AGENCY.search(text, 0, 2 * _MOST_OF_A_BYLINE)
    if not match or not _BY.match(text):
        return [], text
    words = text[: match.start()].split()
    for number in range(3, len(words)):
        # By John Lee NEW YORK, Sept. 30 (Xinhua) -- where the capitals begin, the place does.
        before, word = (each.rstrip(",") for each in words[number - 1 : number + 1])
        if word.isupper() and not _IS_OUTLET.fullmatch(word) and (not before.isupper() or _IS_OUTLET.fullmatch(before)):
            names, rest = byline(" ".join(words[:number])), " ".join(words[number:]) + " " + text[match.start() :]
            if names and all(" " in name for name in names) and dateline(rest):
                return names, rest
    before = " ".join(words)
    for comma in _COMMA.finditer(before):
        # By John Lee, Beijing (ECNS) -- where no "and" stands before the last of several names, a town does.
        town = _COMMA.split(before[comma.end() :])[0]
        if (" " not in town or town in _TOWNS) and not _NOT_NAMES.fullmatch(town):
            names, rest = byline(before[: comma.start()]), f"{before[comma.end() :]} {text[match.start() :]}"
            if names and all(" " in name for name in names) and dateline(rest):
                return names, rest
    names = byline(before)
    names = [name for name in names if " " in name] or names  # By John Lee, Beijing and Wu Hao, Harbin (ECNS) --
    return (names, text[match.start() :]) if names else ([], text)


def dateline(text: str) -> str | None:
    """The place of the dateline that a paragraph begins with.

    >>> dateline("BEIJING, Sept. 30 (Xinhua) -- Flags were raised at dawn.")
    'BEIJING'
    >>> dateline("MILAN/NANCHANG, Italy/China, April 20 (Xinhua) -- Robots pick the timber.")
    'MILAN/NANCHANG'
    """
    match = _DATELINE.match(text)
    if not match or not match["place"][0].isupper():
        return None
    place = _LAST_FULL_STOP.sub("", match["place"].strip(" ,"))
    # Without an agency only capitals tell it from a sentence: Beijing, Sept. 30 -- a holiday -- was dry.
    has_agency = match["comma"] is None or _IS_AGENCY.fullmatch(match["by"] or "")
    return place if has_agency or (match["comma"] and place.isupper()) else None


def begins_with_dateline(text: str) -> bool:
    """Whether a paragraph begins with a dateline, be it one without a place: `(ECNS) --`."""
    return bool(_PLACELESS.match(text)) or dateline(text) is not None
