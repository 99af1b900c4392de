"""Score the bodies that readers found on a set of pages, by the set's own rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from bench.reading.scores import rouge_lsum, shingle_f1, shingle_score, word_f1
from bench.reading.sets import Sample


@dataclass(frozen=True)
class Rule:
    """The rule by which a set is scored: each page, and all pages together."""

    measure: str
    page: Callable[[Sample, str], Any]
    together: Callable[[Sequence[Any]], float]


_SHINGLES = Rule("4-gram F1", lambda sample, body: shingle_score(sample.truth.body or "", body), shingle_f1)

RULES: dict[str, Rule] = {
    "article-extraction-benchmark": _SHINGLES,
    "article-extraction-dataset": _SHINGLES,
    "fundus-evaluation": Rule("ROUGE-LSum", lambda sample, body: rouge_lsum(sample.truth.paragraphs, body), mean),
    "fundus": _SHINGLES,
    "web-content": Rule("word F1", lambda sample, body: word_f1(sample.truth.body or "", body), mean),
}
