"""newspaper4k: downloads and parses each article, in eight threads."""
# mypy: disable-error-code="import-not-found"

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import newspaper

THREADS = 8


def read(url: str) -> bool:
    """Download and parse an article; return whether it has a text."""
    article = newspaper.Article(url)
    article.download()
    article.parse()
    return bool(article.text)


if __name__ == "__main__":
    with ThreadPoolExecutor(THREADS) as pool:
        print(sum(pool.map(read, Path(sys.argv[1]).read_text(encoding="utf-8").split())))
