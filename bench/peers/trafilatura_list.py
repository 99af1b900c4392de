"""trafilatura over a list of addresses: `fetch_url` and `extract` in 16 threads.

Its own batch downloads wait between two requests to a host, so they are not used. It needs pycurl to use an HTTP proxy.
It trusts only Mozilla's certificate authorities, so the certificate of the test site is not verified.
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
