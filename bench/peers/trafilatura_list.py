"""trafilatura over a list of addresses: downloads and extractions in 16 threads, as its own batches have one host wait.

With pycurl, as without it trafilatura knows no HTTP proxy. It trusts no certificate authority but Mozilla's, so the
test site's is not checked.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from trafilatura import extract, fetch_url

THREADS = 16


def read(url: str) -> bool:
    """Download and extract an article; return whether it has a text."""
    page = fetch_url(url, no_ssl=True)
    return bool(page and extract(page, output_format="json", with_metadata=True))


if __name__ == "__main__":
    with ThreadPoolExecutor(THREADS) as pool:
        print(sum(pool.map(read, Path(sys.argv[1]).read_text(encoding="utf-8").split())))
