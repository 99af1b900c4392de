"""Photo credits at the end of English captions: `(Photo: Agency/ Name)`, `(Name/Agency)`, `(Agency)`."""

import re

from ecnscrawl.pages.english.datelines import Datelines

_WORK = r"(?:photos?|pictures?|pics?|images?|graphics?|illustrations?|screenshots?|screengrabs?)"
_LAST_BRACKETS = re.compile(r"[(\[（【]\s*([^()\[\]（）【】]*[^()\[\]（）【】\s])\s*[)\]）】]\s*[.。]?$")
_SENTENCE_ENDS = (".", "!", "?", '"', "”", "。", "’", ")", "]")
_MAX_LETTERS = 250  # the longest of 4,000 real ones has 120


class Credits:
    """Finds who is credited; `outlets` is the pattern of an outlet's name."""

    def __init__(self, outlets: str, datelines: Datelines) -> None:
        self._datelines = datelines
        # What stands in brackets: (Photo/Xinhua) [Photo: Agency/Li Wei] (File photo/AFP) (Photo provided to agency.com)
        # (Provided to AFP) (Photo by Li Wei/Xinhua) [Photo courtesy of a museum]
        self._photo = re.compile(
            rf"""(?:(?:file|undated|combination|combo|aerial|drone)\s+)*{_WORK}
                  \s*(?:/|:|：|\b(?:credit|source)\b\s?[:：]?|\bby\b|\bfrom\b|\bvia\b|\bcourtesy\s+of\b
                    |\b(?:is\s+)?(?:provided|taken|released)\s+(?:to|by)\b)
                  \s*(?P<of>.+)
              | (?:provided|courtesy)\s+(?:to|by|of)\s+(?P<provided>.+)
              | (?P<outlet>{outlets})\s+(?:file\s+)?photos?""",
            re.IGNORECASE | re.VERBOSE,
        )
        # (Xinhua/Zhang Ling) (Str/Xinhua) (agency.com.cn/Li Wei) (Li Wei/JINI via Xinhua) (AP Photo/Li Wei)
        self._shared = re.compile(
            rf"{outlets}(?:\ photo)?\s*/\s*\S.*|\S.*?(?:/|\ /\ ?|\svia\s){outlets}|{outlets}\s+via\s\S.*",
            re.IGNORECASE,
        )
        # (Xinhua) (AFP) (XUE WEI/FOREIGN MINISTRY): only after the end of a sentence, or alone, else it is an
        # abbreviation of what stands before it: the Associated Press (AP).
        self._alone = re.compile(rf"{outlets}|(?-i:[A-Z][A-Z.'’ -]+/[A-Z][A-Z.'’ -]+)", re.IGNORECASE)

    def credit(self, text: str) -> str | None:
        """Return the credit at the end of a caption, as written, or None."""
        end = text[-_MAX_LETTERS:]
        if not end.rstrip(" .。").endswith((")", "]", "）", "】")):
            return None
        match = _LAST_BRACKETS.search(end)
        if not match:
            return None
        inside = match[1]
        if photo := self._photo.fullmatch(inside):
            return (photo["of"] or photo["provided"] or photo["outlet"]).strip()
        if self._shared.fullmatch(inside):
            return inside
        before = end[: match.start()].rstrip()
        if self._alone.fullmatch(inside) and (not before or before.endswith(_SENTENCE_ENDS)):
            # A wire story may sign off with its agency.
            return None if self._datelines.begins_with_dateline(text) else inside
        return None
