"""`python -m bench.reading FOLDER`: score readers of news pages on the public sets that lie in the folder."""

import argparse
import logging
from collections.abc import Sequence
from importlib.metadata import version
from multiprocessing import Pool
from pathlib import Path
from statistics import median

from bench.reading.bodies import RULES
from bench.reading.readers import READERS, Reading
from bench.reading.sets import SETS, Sample, load_sets


def read_all(sample: Sample) -> list[Reading]:
    """Return what each reader makes of a page, one after the other, so that a slow moment is slow for all."""
    return [read(sample) for read in READERS.values()]


def body_table(found: dict[str, list[tuple[Sample, list[Reading]]]]) -> str:
    """Return the scores of the bodies on each set, and on both halves of its hosts."""
    lines = [f"| set | measure | pages | {' | '.join(READERS)} |", "| --- | --- | ---: |" + " ---: |" * len(READERS)]
    for name, pages in found.items():
        measure, score = RULES[name]
        parts: dict[str, list[tuple[Sample, list[Reading]]]] = {"": pages}
        parts |= {f", half {half + 1}": [page for page in pages if page[0].half == half] for half in (0, 1)}
        for label, part in parts.items():
            samples = [sample for sample, _ in part]
            scores = [score(samples, [readings[number].body for _, readings in part]) for number in range(len(READERS))]
            figures = " | ".join(f"{each:.4f}" for each in scores)
            lines.append(f"| {name}{label} | {measure} | {len(part)} | {figures} |")
    return "\n".join(lines)


def time_table(pages: Sequence[tuple[Sample, list[Reading]]]) -> str:
    """Return the times of each reader for all fields of a page."""
    lines = ["| reader | median ms | mean ms | median of the ratio to trafilatura |", "| --- | ---: | ---: | ---: |"]
    for number, name in enumerate(READERS):
        seconds = [readings[number].seconds for _, readings in pages]
        ratio = median(readings[number].seconds / (readings[1].seconds or 1e-9) for _, readings in pages)
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
    with Pool(arguments.jobs, initializer=read_all, initargs=(next(iter(sets.values()))[0],)) as pool:
        for name, samples in sets.items():
            found[name] = list(zip(samples, pool.map(read_all, samples, chunksize=4), strict=True))
    print(f"ecnscrawl {version('ecnscrawl')} and trafilatura {version('trafilatura')}\n")
    print(body_table(found) + "\n")
    print(time_table([page for pages in found.values() for page in pages]))


if __name__ == "__main__":
    main()
