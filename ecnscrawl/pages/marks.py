"""The text's own marks: photo credits, bylines, datelines, as English news from China writes them."""

import re

_WORK = r"(?:photos?|pictures?|pics?|images?|graphics?|illustrations?|screenshots?|screengrabs?)"
# (Photo/Xinhua) [Photo: China News Service/Ke Ning] (Photo provided to chinadaily.com.cn) (Provided to China Daily)
# (File photo/VCG) (Photo by Li Wei/Xinhua) [Photo courtesy of the museum] (Xinhua/Zhang Ling)
_CREDIT = re.compile(
    rf"""[(\[（【]\s*(?:
        (?:(?:file|undated|combination|combo|aerial|drone)\s+)*{_WORK}
          \s*(?:/|:|：|\bcredit\b:?|\bby\b|\bfrom\b|\bvia\b|\bcourtesy\s+of\b|\b(?:is\s+)?(?:provided|taken|released)\s+(?:to|by)\b)
          \s*(?P<of>[^()\[\]（）【】]+?)
      | (?:provided|courtesy)\s+(?:to|by|of)\s+(?P<provided>[^()\[\]（）【】]+?)
      | (?P<agency>(?:Xinhua|CNS|China\ News\ Service|VCG|CFP|AFP|AP|Reuters)\s*/[^()\[\]（）【】]+?)
    )\s*[)\]）】]\s*\.?$""",
    re.IGNORECASE | re.VERBOSE,
)

# What stands round the names: By Xinhua writers Li Wei, Wu Hao | By Zhang Yi in Guangzhou | By Li Wei | China Daily
_BY = re.compile(
    r"by:?\s+(?:(?:xinhua|cns|ecns|china daily|our|staff)\s+)?(?:(?:staff\s+)?(?:writer|reporter|correspondent)s?\s+)?",
    re.IGNORECASE,
)
_OUTLET = re.compile(r"\s*[|/]\s*[\w. -]+$|\s*,?\s*\([\w.@ -]+\)$")
_IN_A_PLACE = re.compile(r"\s+in\s+[A-Z][\w' -]*(?:,\s*[A-Z][\w' -]*)?$")
_BETWEEN_NAMES = re.compile(r"\s*(?:,\s*and\b|,|\band\b|&|、|，)\s*", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w.'’·-]*(?: [^\W\d_][\w.'’·-]*){0,4}")
_PARTICLES = frozenset("al bin da de del der di du el ibn la le ul van von".split())
_NOT_NAMES = re.compile(
    r"(?:early|late|mid|the|end|now|then|this|that|next|last)\b.*|\w*day|january|february|march|april|may|june|july"
    r"|august|september|october|november|december",
    re.IGNORECASE,
)

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_AGENCY = r"\(\s*(?:Xinhua|ECNS|CNS|Ecns\.cn|China\ News\ Service|China\ Daily|Global\ Times|CGTN|AP|AFP|Reuters)\s*\)"
_DASH = r"(?:--?|—|–|―)"
# BEIJING, Sept. 30 (Xinhua) -- | UNITED NATIONS, Oct. 1 -- | Beijing (ECNS) -- | HARBIN, China, Jan. 5 (Xinhua) --
_WORD = r"(?!\d)[^\W_a-z][\w.'’/-]*"
_DATELINE = re.compile(
    rf"""^(?P<place>{_WORD}(?:\ {_WORD}){{0,3}}?)\ ?
    (?:,\s+[A-Z][\w.'’\ -]{{1,30}}?)?
    (?: ,\s+{_MONTH}\s+\d{{1,2}}(?:,\s+\d{{4}})?\s*(?:\([^()]{{2,40}}\))? | \s*,?\s*{_AGENCY} )
    \s*{_DASH}""",
    re.VERBOSE,
)


def credit(text: str) -> str | None:
    """Who is credited at the end of a caption, as written; None where nobody is.

    >>> credit("A panda eats snow in Chengdu. (Photo: China News Service/ Ke Ning)")
    'China News Service/ Ke Ning'
    """
    if not text.rstrip(" .").endswith((")", "]", "）", "】")):
        return None
    match = _CREDIT.search(text)
    return (match["of"] or match["provided"] or match["agency"]).strip() if match else None


def byline(text: str) -> list[str]:
    """The names of a paragraph that is only a byline, else none.

    >>> byline("By Zhao Lei and Xu Wei")
    ['Zhao Lei', 'Xu Wei']
    >>> byline("By October, China had signed 53 memoranda.")
    []
    """
    if len(text) > 200:
        return []
    inner = text.rstrip(".").strip("()[] ") if text[0] in "([" else text.rstrip(".")
    match = _BY.match(inner)
    if not match:
        return []
    names = _IN_A_PLACE.sub("", _OUTLET.sub("", inner[match.end() :]))
    found = [name for name in _BETWEEN_NAMES.split(names) if name]
    return found if all(_is_name(name) for name in found) else []


def _is_name(text: str) -> bool:
    if not _NAME.fullmatch(text) or _NOT_NAMES.fullmatch(text):
        return False
    return all(not word[0].islower() or word in _PARTICLES for word in text.split())


def dateline(text: str) -> str | None:
    """The place of the dateline that a paragraph begins with.

    >>> dateline("BEIJING, Sept. 30 (Xinhua) -- Flags were raised at dawn.")
    'BEIJING'
    """
    match = _DATELINE.match(text)
    return match["place"].strip(" ,") if match and match["place"][0].isupper() else None
