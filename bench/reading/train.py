"""`python -m bench.reading.train FOLDER`: learn the model of the body's blocks from the public sets in the folder.

Needs lightgbm and numpy, which the project does not lock. To have them in a folder of their own:
`.venv/bin/uv pip install --target .peers/lightgbm lightgbm`, and `PYTHONPATH=.peers/lightgbm` before the command.
"""

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from bench.reading.sets import Sample, load_sets
from ecnscrawl.exceptions import TooComplex
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.generic.candidates import text_tree
from ecnscrawl.pages.generic.chooser import READINGS, describe_page
from ecnscrawl.pages.generic.coverage import coverage
from ecnscrawl.pages.generic.features import is_read
from ecnscrawl.pages.generic.visible import visible_text

OUT = Path(__file__).parents[2] / "ecnscrawl/pages/generic/body_model.json"
_PARAMETERS = {
    "objective": "cross_entropy",
    "learning_rate": 0.1,
    "num_leaves": 31,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "verbose": -1,
    "num_threads": 2,
    "seed": 1,
    "deterministic": True,
}
_TREES = 120
_EASY = 4  #: of the blocks that are clearly not the body, one in this many is learned from, with this weight


@dataclass
class Page:
    """The blocks of a page: their numbers, how far they belong to the body, and their weights."""

    set_name: str
    key: str
    host: str
    half: int
    rows: list[list[float]]
    labels: list[float]
    weights: list[float]


def page_of(job: tuple[str, Sample]) -> Page | None:
    """Return the blocks of a page of a set; None for a page that cannot be read, or that has no text."""
    set_name, sample = job
    try:
        page = Document(Source(sample.url, sample.markup, fallback_charset="gb18030"))
    except TooComplex:
        return None
    tree = text_tree(page.root)
    visible = visible_text(tree)
    if not visible.blocks:
        return None
    texts = [block.text for block in visible.blocks]
    labels = coverage(texts, [line for line in (sample.truth.body or "").split("\n") if line.strip()])
    letters = [len(text) ** 0.7 for text in texts]
    body = sum(length * label for length, label in zip(letters, labels, strict=True))
    weights = [
        length * 10 / max(body, 200) ** 0.5 for length in letters
    ]  # a long page counts more, but not as much more
    rows = describe_page(page, tree, visible)
    return Page(set_name, sample.key, sample.host, sample.half, rows, labels, weights)


def learn(pages: Sequence[Page]) -> Any:
    """Return the booster learned from these pages."""
    import lightgbm  # noqa: PLC0415 - only this function needs it
    import numpy as np  # noqa: PLC0415

    rows, labels, weights = [], [], []
    for page in pages:
        for number, (row, label, weight) in enumerate(zip(page.rows, page.labels, page.weights, strict=True)):
            is_easy = label < 0.05 and not is_read(row, READINGS)
            if is_easy and (number * 7919 + len(page.rows)) % _EASY:
                continue
            rows.append(row)
            labels.append(label)
            weights.append(weight * _EASY if is_easy else weight)
    data = lightgbm.Dataset(np.array(rows, dtype=np.float32), np.array(labels), weight=np.array(weights))
    return lightgbm.train(_PARAMETERS, data, _TREES)


def stored(booster: Any, trained_on: Sequence[str]) -> dict[str, Any]:
    """Return the model as its file has it: a leaf is a number, another node [feature, threshold, up to it, above]."""

    def node(tree: dict[str, Any]) -> Any:
        if "leaf_value" in tree:
            return float(f"{tree['leaf_value']:.4g}")
        threshold = float(f"{tree['threshold']:.6g}")
        return [tree["split_feature"], threshold, node(tree["left_child"]), node(tree["right_child"])]

    trees = booster.dump_model()["tree_info"]
    return {"trained_on": list(trained_on), "offset": 0.0, "trees": [node(tree["tree_structure"]) for tree in trees]}


def main() -> None:
    """Write the model, learned from all pages, or from those of one half or of all sets but one."""
    parser = argparse.ArgumentParser(prog="python -m bench.reading.train", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the sets lie")
    parser.add_argument("--out", type=Path, default=OUT, help="the file to write")
    parser.add_argument("--half", type=int, choices=(0, 1), help="learn from this half of the hosts only")
    parser.add_argument("--without", help="learn from all sets but this one")
    arguments = parser.parse_args()
    jobs = [(name, sample) for name, samples in load_sets(arguments.folder).items() for sample in samples]
    jobs = [
        (name, sample) for name, sample in jobs if name != arguments.without and arguments.half in (None, sample.half)
    ]
    random.Random(1).shuffle(jobs)
    with Pool(2) as pool:
        pages = [page for page in pool.imap(page_of, jobs, chunksize=4) if page]
    names = sorted({page.set_name for page in pages})
    arguments.out.write_text(json.dumps(stored(learn(pages), names), separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(pages)} pages, {sum(len(page.rows) for page in pages)} blocks: {arguments.out}")


if __name__ == "__main__":
    main()
