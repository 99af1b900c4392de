"""Score a body that was read against the one that a set of pages states, by the rules of the sets."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from statistics import mean

_WORD = re.compile(r"\w+")
_ROUGE_WORD = re.compile(r"[a-z0-9]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+")
_MAX_OPTIONAL = 4  # paragraphs: with more, only all and none of them are tried, as fundus-evaluation has it


def shingle_score(true: str, read: str) -> tuple[float | None, float | None]:
    """Return precision and recall over runs of four words, as article-extraction-benchmark counts them.

    One is None where nothing was read, or there is nothing to read.
    """
    wanted, found = _shingles(true), _shingles(read)
    both = sum((wanted & found).values())
    return (both / found.total() if found else None, both / wanted.total() if wanted else None)


def shingle_f1(scores: Iterable[tuple[float | None, float | None]]) -> float:
    """Return the F1 of the mean precision and the mean recall of all pages."""
    each = list(scores)
    precision = mean([one for one, _ in each if one is not None] or [0.0])
    recall = mean([one for _, one in each if one is not None] or [0.0])
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def word_f1(true: str, read: str) -> float:
    """Return the F1 over the words of a page, in any order, as web-content-extraction-benchmark counts it."""
    wanted, found = (Counter(_WORD.findall(text.lower())) for text in (true, read))
    both = (wanted & found).total()
    if not wanted or not found:
        return float(not wanted and not found)
    return 2 * both / (wanted.total() + found.total())


def rouge_lsum(paragraphs: Sequence[str], read: str) -> float:
    """Return the F1 of ROUGE-LSum, the best over the choices of optional paragraphs, as fundus-evaluation has it.

    Sentences end at a stop, a question mark or an exclamation mark; the set's own script splits them by a model.
    """
    found = _sentences(read)
    return max(_rouge(_sentences("\n\n".join(body)), found) for body in _choices(paragraphs))


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)) if words)


def _choices(paragraphs: Sequence[str]) -> Iterator[list[str]]:
    optional = [n for n, text in enumerate(paragraphs) if text.startswith("[") and text.endswith("]")]
    counts = (0, len(optional)) if len(optional) > _MAX_OPTIONAL else range(len(optional) + 1)
    for count in dict.fromkeys(counts):
        for left_out in combinations(optional, count):
            yield [text[1:-1] if n in optional else text for n, text in enumerate(paragraphs) if n not in left_out]


def _sentences(text: str) -> list[tuple[str, ...]]:
    return [words for each in _SENTENCE_END.split(text) if (words := tuple(_ROUGE_WORD.findall(each.lower())))]


def _rouge(true: list[tuple[str, ...]], read: list[tuple[str, ...]]) -> float:
    """Of each true sentence, the words that stand in a longest common subsequence with any sentence read."""
    left_true, left_read = (Counter(word for words in each for word in words) for each in (true, read))
    total = left_true.total() + left_read.total()
    hits = 0
    places: dict[str, set[int]] = {}
    for number, words in enumerate(read):
        for word in words:
            places.setdefault(word, set()).add(number)
    for words in true:
        beside = sorted(set().union(*(places.get(word, set()) for word in words)))
        union: set[int] = set()
        for number in beside:
            union.update(_common(words, read[number]))
        for at in sorted(union):
            word = words[at]
            if left_true[word] and left_read[word]:
                hits += 1
                left_true[word] -= 1
                left_read[word] -= 1
    return 2 * hits / total if total else 0.0


@lru_cache(maxsize=100_000)  # the choices of optional paragraphs have most sentences in common
def _common(one: tuple[str, ...], other: tuple[str, ...]) -> list[int]:
    """Return where the words of a longest common subsequence stand in `one`."""
    if one == other:
        return list(range(len(one)))
    lengths = [[0] * (len(other) + 1)]
    for word in one:
        above, row = lengths[-1], [0]
        for at, another in enumerate(other):
            row.append(above[at] + 1 if word == another else max(above[at + 1], row[at]))
        lengths.append(row)
    found: list[int] = []
    at, beside = len(one), len(other)
    while at and beside:
        if one[at - 1] == other[beside - 1]:
            at, beside = at - 1, beside - 1
            found.append(at)
        elif lengths[at][beside - 1] > lengths[at - 1][beside]:
            beside -= 1
        else:
            at -= 1
    return found[::-1]
