"""Find the blocks of a page in the text that an extractor read from it."""

import re
from collections import Counter
from collections.abc import Sequence

from ecnscrawl.normalize.text import clean

_WORD = re.compile(r"[^\W_]+")
_RUN = 3  #: words; a block counts as read by the share of its runs of words that were read
_NEAR = 3  #: blocks before and after, which decide where a repeated text was read


def coverage(texts: Sequence[str], read: Sequence[str]) -> list[float]:
    """Return for each text of a page how far it was read, from 0 to 1; `read` are the paragraphs of an extractor.

    A text that stands on the page more often than it was read was read where more is read around it.

    >>> coverage(["Menu", "Snow fell in Harbin all day.", "Menu"], ["Snow fell in Harbin all day.", "(Xinhua)"])
    [0.0, 1.0, 0.0]
    """
    left = Counter(clean(line) for line in read)
    places: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        if text in left:
            places.setdefault(text, []).append(number)
    covered = [0.0] * len(texts)
    repeated = []
    for text, numbers in places.items():
        if len(numbers) <= left[text]:
            for number in numbers:
                covered[number] = 1.0
        else:
            repeated.append((numbers, left[text]))
    others = [text for text in left if text not in places]
    if others:
        _cover_parts(texts, others, covered, {number for numbers in places.values() for number in numbers})
    for numbers, count in repeated:
        around = [sum(covered[max(0, number - _NEAR) : number + _NEAR + 1]) for number in numbers]
        for at in sorted(range(len(numbers)), key=lambda at: (-around[at], at))[:count]:
            covered[numbers[at]] = 1.0
    return covered


def _cover_parts(texts: Sequence[str], read: Sequence[str], covered: list[float], done: set[int]) -> None:
    """Cover texts of which only a part was read, or which were read together with others."""
    words = [word for line in read for word in _WORD.findall(line.lower())]
    runs = set(zip(*(words[start:] for start in range(_RUN)), strict=False))
    for number, text in enumerate(texts):
        if number not in done:
            own = _WORD.findall(text.lower())
            if len(own) >= _RUN:
                mine = list(zip(*(own[start:] for start in range(_RUN)), strict=False))
                covered[number] = sum(run in runs for run in mine) / len(mine)
