"""Score the bodies that readers found on a set of pages, by the set's own rule."""

from collections.abc import Callable, Sequence
from statistics import mean

from bench.reading.scores import rouge_lsum, shingle_f1, shingle_score, word_f1
from bench.reading.sets import Sample

Score = Callable[[Sequence[Sample], Sequence[str]], float]


def _shingles(samples: Sequence[Sample], bodies: Sequence[str]) -> float:
    scores = [shingle_score(sample.truth.body or "", body) for sample, body in zip(samples, bodies, strict=True)]
    return shingle_f1(scores)


def _words(samples: Sequence[Sample], bodies: Sequence[str]) -> float:
    return mean(word_f1(sample.truth.body or "", body) for sample, body in zip(samples, bodies, strict=True))


def _rouge(samples: Sequence[Sample], bodies: Sequence[str]) -> float:
    return mean(rouge_lsum(sample.truth.paragraphs, body) for sample, body in zip(samples, bodies, strict=True))


#: Set -> its rule, and the name of the measure.
RULES: dict[str, tuple[str, Score]] = {
    "article-extraction-benchmark": ("4-gram F1", _shingles),
    "article-extraction-dataset": ("4-gram F1", _shingles),
    "fundus-evaluation": ("ROUGE-LSum", _rouge),
    "fundus": ("4-gram F1", _shingles),
    "web-content": ("word F1", _words),
}
