"""`python -m bench.reading FOLDER`: score readers of news pages on the public sets that lie in the folder."""

import argparse
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import Pool
from pathlib import Path
from statistics import median
from typing import Any

from bench.reading.bodies import RULES
from bench.reading.readers import READERS
from bench.reading.sets import SETS, Sample, load_sets


@dataclass(frozen=True)
class Outcome:
    """A page, the score of each reader's body, and the processor time of each reader for all fields, in seconds."""

    half: int
    scores: list[Any]
    seconds: list[float]


def outcome_of(job: tuple[str, Sample]) -> Outcome:
    """Let each reader read a page, one after the other, so that a slow moment is slow for all."""
    name, sample = job
    readings = [read(sample) for read in READERS.values()]
    scores = [RULES[name].page(sample, reading.body) for reading in readings]
    return Outcome(sample.half, scores, [reading.seconds for reading in readings])


def body_table(found: dict[str, list[Outcome]]) -> str:
    """Return the scores of the bodies on each set, and on both halves of its hosts."""
    lines = [f"| set | measure | pages | {' | '.join(READERS)} |", "| --- | --- | ---: |" + " ---: |" * len(READERS)]
    for name, pages in found.items():
        rule = RULES[name]
        parts = {"": pages} | {f", half {half}": [page for page in pages if page.half == half] for half in (0, 1)}
        for label, part in parts.items():
            scores = [rule.together([page.scores[number] for page in part]) for number in range(len(READERS))]
            figures = " | ".join(f"{each:.4f}" for each in scores)
            lines.append(f"| {name}{label} | {rule.measure} | {len(part)} | {figures} |")
    return "\n".join(lines)


def time_table(pages: Sequence[Outcome]) -> str:
    """Return the times of each reader for all fields of a page."""
    lines = ["| reader | median ms | mean ms | median of the ratio to trafilatura |", "| --- | ---: | ---: | ---: |"]
    for number, name in enumerate(READERS):
        seconds = [page.seconds[number] for page in pages]
        ratio = median(page.seconds[number] / (page.seconds[1] or 1e-9) for page in pages)
        mean = sum(seconds) / len(seconds)
        lines.append(f"| {name} | {median(seconds) * 1e3:.1f} | {mean * 1e3:.1f} | {ratio:.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.reading", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the sets lie, each as a folder owner+name")
    parser.add_argument("--set", action="append", choices=list(SETS), help="only this set; may be given again")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    sets = {n: samples for n, samples in load_sets(arguments.folder).items() if n in (arguments.set or SETS)}
    if not sets:
        places = ", ".join(place for place, _ in SETS.values())
        parser.error(f"{arguments.folder} has none of the sets: {places}")
    found = {}
    name, samples = next(iter(sets.items()))
    with Pool(arguments.jobs, initializer=outcome_of, initargs=((name, samples[0]),)) as pool:
        for name, samples in sets.items():
            found[name] = pool.map(outcome_of, [(name, sample) for sample in samples], chunksize=4)
    print(f"ecnscrawl {version('ecnscrawl')} and trafilatura {version('trafilatura')}\n")
    print(body_table(found) + "\n")
    print(time_table([page for pages in found.values() for page in pages]))


if __name__ == "__main__":
    main()
