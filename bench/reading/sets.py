"""Load the public sets of news pages that lie in one folder, each in a folder `owner+name` as its repository has it.

A set says of each page what a reader should find there. The pages are not ours: they stay outside of it.
"""

import gzip
import html
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Truth:
    """The values that a set expects of a page; None for a field that the set does not annotate."""

    body: str | None = None
    #: The paragraphs of the body where the set names each. One in brackets may be read or not.
    paragraphs: tuple[str, ...] = ()
    title: str | None = None
    day: date | None = None
    authors: tuple[str, ...] | None = None  #: () where the page names none
    pictures: tuple[frozenset[str], ...] | None = None  #: of each picture the addresses of all its sizes
    captions: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()  #: texts of the page that do not belong to the body


@dataclass(frozen=True)
class Sample:
    """A page of a set."""

    key: str  #: its name in the set
    url: str
    path: Path
    truth: Truth

    @cached_property
    def markup(self) -> bytes:
        """The page as it was served, without its Content-Encoding."""
        raw = self.path.read_bytes()
        return gzip.decompress(raw) if self.path.suffix == ".gz" else raw

    @property
    def host(self) -> str:
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    @property
    def half(self) -> int:
        """0 or 1, the same for all pages of a host: what is learned on one half can be tested on the other."""
        return sha256(self.host.encode()).digest()[0] % 2


def load_sets(folder: Path) -> dict[str, list[Sample]]:
    """Return the pages of each set that lies in the folder, by the set's short name."""
    found = {name: list(load(folder / place)) for name, (place, load) in SETS.items() if (folder / place).is_dir()}
    return {name: samples for name, samples in found.items() if samples}


def _article_extraction_benchmark(folder: Path) -> Iterator[Sample]:
    for key, article in _json(folder / "ground-truth.json").items():
        yield Sample(key, article["url"], folder / f"html/{key}.html.gz", Truth(body=article.get("articleBody", "")))


def _article_extraction_dataset(folder: Path) -> Iterator[Sample]:
    for key, article in _json(folder / "articles.json").items():
        path = folder / f"html/{key}.html"
        if path.exists():  # the largest pages are missing in some copies
            authors = tuple(name for each in article["authors"].split(",") if (name := each.strip()))
            truth = Truth(
                body=article["articleBody"], title=article["title"], day=_day(article["date"]), authors=authors
            )
            yield Sample(key, article["url"], path, truth)


def _fundus_evaluation(folder: Path) -> Iterator[Sample]:
    for key, article in _json(folder / "dataset/ground_truth.json").items():
        paragraphs = tuple(article["body"])
        truth = Truth(body="\n\n".join(paragraphs), paragraphs=paragraphs)
        yield Sample(key, article["url"], folder / "dataset/html" / key, truth)


def _fundus(folder: Path) -> Iterator[Sample]:
    """The pages of the library's own tests. Each version of a parser has one page, the newest the newest."""
    for country in sorted((folder / "tests/resources/parser/test_data").iterdir()):
        if not (country / "meta.info").exists():
            continue
        described = _json(country / "meta.info")
        pages: dict[str, list[str]] = defaultdict(list)
        for name in sorted(described):
            pages[name.rsplit("_", 3)[0]].append(name)
        for path in sorted(country.glob("*.json")):
            versions = sorted(_json(path).items(), key=lambda version: [int(n) for n in re.findall(r"\d+", version[0])])
            for (_, article), name in zip(reversed(versions), reversed(pages[path.stem]), strict=False):
                yield Sample(name, described[name]["url"], country / name, _fundus_truth(article))


def _fundus_truth(article: dict[str, Any]) -> Truth:
    body = article["body"]
    paragraphs = list(body["summary"])
    for section in body["sections"]:
        paragraphs += [*section["headline"], *section["paragraphs"]]
    images = article.get("images")
    return Truth(
        body="\n\n".join(paragraphs),
        title=article["title"],
        day=_day(article["publishing_date"]),
        authors=None if article.get("authors") is None else tuple(article["authors"]),
        pictures=images
        and tuple(frozenset(html.unescape(version["url"]) for version in image["versions"]) for image in images),
        captions=images and tuple(image["caption"] for image in images if image["caption"]),
    )


def _web_content_benchmark(folder: Path, split: str = "dev") -> Iterator[Sample]:
    """The pages of the development half that are articles."""
    domains = _json(folder / "metadata.json")["files"]
    for path in sorted((folder / split / "ground-truth").glob("*.json")):
        page = _json(path)
        kind = (page.get("_internal") or {}).get("page_type")
        truth = page["ground_truth"]
        if (kind.get("primary") if isinstance(kind, dict) else kind) == "article":
            author = truth.get("author")
            yield Sample(
                path.stem,
                page.get("url") or f"https://{domains[path.stem]['domain'] or 'page.invalid'}/",
                folder / split / f"html/{path.stem}.html.gz",
                Truth(
                    body=truth.get("main_content") or "",
                    title=truth.get("title"),
                    day=_day(truth.get("publish_date")),
                    authors=(author,) if author else None,
                    without=tuple(truth.get("without") or ()),
                ),
            )


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _day(text: str | None) -> date | None:
    """Return the day of `2023-12-17` or `2025-05-21 14:19:07+02:00`, as the page's own clock has it."""
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None


#: Short name -> folder, loader.
SETS: dict[str, tuple[str, Callable[[Path], Iterator[Sample]]]] = {
    "article-extraction-benchmark": ("scrapinghub+article-extraction-benchmark", _article_extraction_benchmark),
    "article-extraction-dataset": ("AndyTheFactory+article-extraction-dataset", _article_extraction_dataset),
    "fundus-evaluation": ("dobbersc+fundus-evaluation", _fundus_evaluation),
    "fundus": ("flairNLP+fundus", _fundus),
    "web-content": ("Murrough-Foley+web-content-extraction-benchmark", _web_content_benchmark),
}
