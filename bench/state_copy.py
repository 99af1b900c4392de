"""`python -m bench.state_copy [IDS]`: `scrapy state copy` of a site with so many known ids (100,000), there and back.

The folder has a state without article files, as after years in which readers have moved them away. The server is
Debian's, on the same machine, and writes to the disk as usual. docs/scaling.md has figures.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.ours import ROOT, SCRAPY, numbers
from bench.state import fill
from bench.whole_process import measured
from tests.postgres import new_database, postgres

IDS = 100_000


def copy(source: str, target: str, ids: int) -> str:
    """Copy, and return the cells of a row. Ends the program if it fails."""
    run = measured([SCRAPY, "state", "copy", source, target], os.environ, ROOT)
    if run.status:
        sys.exit(run.err[-2000:])
    return f"{ids / run.seconds:,.0f} | {run.processor * 1e6 / ids:,.0f} | {run.peak_memory / 1e6:.0f}"


def main(words: Sequence[str]) -> None:
    """Print a row for each direction."""
    (ids,) = numbers(words, IDS)
    print(f"{ids:,} known ids\n\n| copy | ids/s | CPU us an id | MB |\n| --- | ---: | ---: | ---: |")
    with postgres(synced=True) as server, tempfile.TemporaryDirectory() as name:
        folder, back, address = Path(name) / "data", Path(name) / "back", new_database(server)
        fill(folder, ids).close()
        print(f"| a folder into a database | {copy(str(folder), address, ids)} |", flush=True)
        print(f"| a database into a folder | {copy(address, str(back), ids)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
