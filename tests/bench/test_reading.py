"""The rules by which readings of public pages are scored, and the loaders of the sets."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from bench.reading.scores import rouge_lsum, shingle_f1, shingle_score, word_f1
from bench.reading.sets import load_sets


def test_runs_of_four_words_are_counted_in_both_directions() -> None:
    # Of the five words there are two runs, of the six three; two are the same.
    assert shingle_score("the ferry stops in March", "the ferry stops in March again") == (2 / 3, 1.0)
    assert shingle_score("the ferry stops in March", "") == (None, 0.0)


def test_the_f1_is_that_of_the_mean_precision_and_the_mean_recall() -> None:
    assert shingle_f1([(1.0, 0.5), (None, 0.0)]) == pytest.approx(2 * 1.0 * 0.25 / 1.25)


def test_words_count_in_any_order() -> None:
    assert word_f1("The ferry stops", "stops the FERRY") == 1.0
    assert word_f1("one two three four", "one two") == pytest.approx(2 / 3)


def test_rouge_takes_the_longest_common_subsequences_of_sentences() -> None:
    # Of "a b c d" the read sentence has "a b d"; all seven words count: 2 * 3 / 7.
    assert rouge_lsum(["a b c d."], "a b d.") == pytest.approx(6 / 7)


def test_a_paragraph_in_brackets_may_be_read_or_not() -> None:
    truth = ["The ferry stops in March.", "[Read more about ferries.]"]
    assert rouge_lsum(truth, "The ferry stops in March.") == 1.0
    assert rouge_lsum(truth, "The ferry stops in March. Read more about ferries.") == 1.0


def test_sets_are_found_by_the_names_of_their_folders(tmp_path: Path) -> None:
    folder = tmp_path / "AndyTheFactory+article-extraction-dataset"
    (folder / "html").mkdir(parents=True)
    (folder / "html/a1.html").write_bytes(b"<p>The ferry stops.</p>")
    article = {
        "title": "Ferry stops",
        "authors": "Ana Lind, Jo Berg",
        "date": "2026-03-01",
        "articleBody": "The ferry stops.",
        "url": "https://www.sound.example/ferry",
    }
    (folder / "articles.json").write_text(json.dumps({"a1": article, "missing": article}), "utf-8")
    (sample,) = load_sets(tmp_path)["article-extraction-dataset"]
    assert (sample.markup, sample.host) == (b"<p>The ferry stops.</p>", "sound.example")
    assert (sample.truth.day, sample.truth.authors) == (date(2026, 3, 1), ("Ana Lind", "Jo Berg"))


def test_compressed_pages_are_unpacked(tmp_path: Path) -> None:
    folder = tmp_path / "scrapinghub+article-extraction-benchmark"
    (folder / "html").mkdir(parents=True)
    (folder / "html/a1.html.gz").write_bytes(gzip.compress(b"<p>The ferry stops.</p>"))
    truth = {"a1": {"articleBody": "The ferry stops.", "url": "https://sound.example/ferry"}}
    (folder / "ground-truth.json").write_text(json.dumps(truth), "utf-8")
    (sample,) = load_sets(tmp_path)["article-extraction-benchmark"]
    assert sample.markup == b"<p>The ferry stops.</p>"
