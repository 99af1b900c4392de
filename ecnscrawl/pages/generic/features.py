"""Describe each block of a page by numbers, from which the model says how likely it belongs to the article's body."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log1p

from ecnscrawl.pages.generic.body_bylines import begins_like_byline
from ecnscrawl.pages.generic.page_lines import is_teaser
from ecnscrawl.pages.generic.places import Surroundings
from ecnscrawl.pages.generic.visible import TextBlock, VisibleText

PER_READING = 7  #: numbers for each reading, at the end of those of a block

_WORD = re.compile(r"[^\W_]+")
_END = re.compile(r"[.!?…。！？؟।][\"'”’»」』)\]]*$")
_STOP = re.compile(r"[.!?,;:。，、；：！？،؛]")
_QUOTE = re.compile(r"[\"“”«»„「」]")
_DIGIT = re.compile(r"\d")
# "Photo: Getty Images", "(AFP)"
_CREDIT = re.compile(
    r"\b(?:photo|image|picture|credit|getty|reuters|afp|file|courtesy|pictured|via|foto|bild)\b|©", re.IGNORECASE
)
# "Sign up for our newsletter", "Read more: …"
_CALL = re.compile(
    r"\b(?:sign up|subscrib\w*|newsletter|follow us|click here|read more|read also|also read|advertis\w*|copyright"
    r"|all rights reserved|cookies?|log ?in|share this|related|download|whatsapp|telegram|facebook|twitter|e-?mail"
    r"|comments?|report an? (?:error|typo)|see also|support us|donate|watch|listen|privacy|terms)\b|©|»|►|▶",
    re.IGNORECASE,
)
# "Updated 3 May 2021 14:05", "更新时间：2021-05-03 14:05"
_BY = re.compile(r"^(?:updated|published|posted|last modified)\b|\b(?:19|20)\d\d(?!\d).*\d:\d\d", re.IGNORECASE)
_KINDS = {
    tag: number
    for number, tags in enumerate(
        ("", "p", "li dd dt", "h1", "h2 h3", "h4 h5 h6", "div section article main body", "blockquote", "td th", "tr",
         "figcaption figure", "pre")
    )
    for tag in tags.split()
}  # fmt: skip
_LONG, _MEDIUM = 400, 200  #: letters; a longer text is no title, no call to subscribe, no byline
_FAR = 200  #: blocks


@dataclass(frozen=True, slots=True)
class _Span:
    """From where to where an extractor read."""

    first: int
    last: int
    letters: float

    @classmethod
    def of(cls, covered: Sequence[float], lengths: Sequence[int]) -> "_Span":
        at = [number for number, share in enumerate(covered) if share > 0.7 and lengths[number] > 20]
        if not at:
            return cls(-1, -1, 0.0)
        return cls(at[0], at[-1], log1p(sum(lengths[number] * covered[number] for number in at)))


def describe(visible: VisibleText, readings: Sequence[Sequence[float]], title: str, lead: str) -> list[list[float]]:
    """Return the numbers of each block. Of each reading is given how far it covers each block.

    `title` and `lead` are what the page's metadata states.
    """
    blocks, places = visible.blocks, visible.places
    count = len(blocks)
    lengths = [len(block.text) for block in blocks]
    before = [0, *accumulate(lengths)]
    total = before[-1] or 1
    surroundings = Surroundings(visible, total)
    times = Counter(block.text for block in blocks)
    title_words, lead_words = set(_WORD.findall(title.lower())), set(_WORD.findall(lead.lower()))
    headlines = [number for number, block in enumerate(blocks) if block.tag == "h1"]
    plain = [_plain(block) for block in blocks]
    spans = [_Span.of(covered, lengths) for covered in readings]
    nothing: list[float] = [0.0, 0.0, 0.0]
    rows: list[list[float]] = []
    for number, block in enumerate(blocks):
        words = set(_WORD.findall(block.text.lower())) if lengths[number] < _LONG else set()
        after_headline = bisect_right(headlines, number)
        row = [
            *plain[number],
            min(times[block.text], 4),
            _overlap(words, title_words),
            _overlap(words, lead_words),
            before[number] / total,
            number / count,
            min(number - headlines[after_headline - 1], _FAR) if after_headline else -1,
            *surroundings.numbers(block.place),
        ]
        for beside in (number - 2, number - 1, number + 1, number + 2):
            if 0 <= beside < count:
                other = blocks[beside].place
                row += plain[beside][:3]
                row.append(float(other == block.place))
                row.append(float(places[other].parent == places[block.place].parent))
            else:
                row += nothing
                row += (0.0, 0.0)
        for covered, span in zip(readings, spans, strict=True):
            window = covered[max(0, number - 3) : number + 4]
            row += (
                covered[number],
                covered[number - 1] if number else 0.0,
                covered[number + 1] if number + 1 < count else 0.0,
                sum(window) / len(window),
                float(span.first <= number <= span.last),
                min(max(span.first - number, number - span.last, 0), 50),
                span.letters,
            )
        rows.append(row)
    return rows


def _plain(block: TextBlock) -> list[float]:
    """What the text itself says: its length, links and punctuation, and what it looks like."""
    text = block.text
    length = len(text)
    return [
        log1p(length),
        min(1.0, block.link_letters / length),
        _KINDS.get(block.tag, 0),
        len(_STOP.findall(text)) / length * 20,
        float(_END.search(text, max(0, length - 8)) is not None),
        min(len(_QUOTE.findall(text)), 4),
        len(_DIGIT.findall(text)) / length,
        float(text[0].isupper()),
        float(text.isupper()),
        float(_CREDIT.search(text) is not None) if length < _LONG else 0.0,
        float(is_teaser(text) or _CALL.search(text) is not None) if length < _LONG else 0.0,
        float(begins_like_byline(text) or _BY.search(text) is not None) if length < _MEDIUM else 0.0,
        float(text[-1] in ":："),
    ]


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def is_read(row: Sequence[float], readings: int) -> bool:
    """Return whether any of the readings has more than a bit of the block."""
    return any(row[at] > 0.1 for at in range(-readings * PER_READING, 0, PER_READING))
