"""`python -m bench.memory [N ...]`: measure the peak memory of crawls of N articles, by default 2,000 and 20,000.

The program fails if a crawl needs more than the project promises, or if the largest needs much more than the smallest.
"""

import sys
from collections.abc import Sequence

from bench.crawl import crawl_ours
from bench.site import served

SIZES = (2000, 20_000)
MAX_MB = 110
MAX_GROWTH = 1.1  #: from the smallest to the largest


def main(words: Sequence[str]) -> int:
    """Print the results; return the exit status."""
    peaks = []
    print("| articles | MB at the peak | CPU ms a page |")
    print("| ---: | ---: | ---: |")
    for size in [int(word) for word in words] or SIZES:
        with served(size) as site:
            speed = crawl_ours(site)
        peaks.append(speed.memory)
        print(f"| {size:,} | {speed.memory:.0f} | {speed.processor:.1f} |", flush=True)
    return int(max(peaks) >= MAX_MB or max(peaks) > MAX_GROWTH * min(peaks))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
