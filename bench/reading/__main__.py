"""`python -m bench.reading FOLDER`: score readers of news pages on the public sets that lie in the folder."""

import sys
from pathlib import Path

from bench.reading.sets import load_sets


def main() -> None:
    """Print how many pages each set has, and how many of them state each field."""
    for name, samples in load_sets(Path(sys.argv[1])).items():
        fields = ("body", "title", "day", "authors", "pictures", "captions")
        stated = {field: sum(getattr(each.truth, field) is not None for each in samples) for field in fields}
        halves = [sum(each.half == half for each in samples) for half in (0, 1)]
        print(name, len(samples), halves, stated)


if __name__ == "__main__":
    main()
