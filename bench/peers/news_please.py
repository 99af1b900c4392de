"""news-please: `NewsPlease.from_url` for each article, in eight threads."""
# mypy: disable-error-code="import-not-found"

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from newsplease import NewsPlease

THREADS = 8


def read(url: str) -> bool:
    """Download and extract an article; return whether it has a text."""
    article = NewsPlease.from_url(url)
    return bool(article and article.maintext)


if __name__ == "__main__":
    with ThreadPoolExecutor(THREADS) as pool:
        print(sum(pool.map(read, Path(sys.argv[1]).read_text(encoding="utf-8").split())))
