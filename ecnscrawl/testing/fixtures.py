"""Save pages as fixtures, with their entries in the manifest and the records expected from them; and find them again.

An expected record is written from what is extracted, so it proves nothing until somebody has compared it with the page.
Until then `reviewed` is null in the article's entry of the manifest; then it is the day of the review. An entry without
the key was written by hand, from the page.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from ecnscrawl.exceptions import CannotStart, WrongUsage, suggestion
from ecnscrawl.hints import program
from ecnscrawl.items import Article
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Source
from ecnscrawl.safe_files import write_whole

#: Keys of a record that an expected file leaves out: the one is the time of reading, the other follows from the rest.
NOT_EXPECTED = ("fetched_at", "content_hash")
EXPECTED_KEYS = tuple(field.name for field in fields(Article) if field.name not in NOT_EXPECTED)


def default_name(address: ArticleRef) -> str:
    """Return the name of an article's fixture if the user gives none: its day, if the address has one, and its id.

    >>> default_name(ArticleRef("example:4711", "https://example.org/4711", "article", day=None))
    '4711'
    """
    key = address.id.partition(":")[2].replace(":", "-")
    return f"{address.day}-{key}" if address.day else key


@dataclass(frozen=True)
class SavedArticle:
    """An article among the fixtures."""

    site: str
    name: str
    files: tuple[Path, ...]  #: its pages, in order
    urls: tuple[str, ...]  #: of these pages
    expected_file: Path
    is_reviewed: bool

    def expected(self) -> dict[str, Any]:
        """Return the expected record, which has EXPECTED_KEYS. Raises CannotStart if it cannot be read or lacks one.

        So it does if a file of the fixture has been removed.
        """
        if missing := [str(file) for file in (*self.files, self.expected_file) if not file.exists()]:
            raise CannotStart(
                f"{self.site}/{self.name} is in the manifest, but {', '.join(missing)} is not there; remove the rest of"
                f" it and its entry in the manifest, and save it again with `{program()} fixture URL` if you need it"
            )
        try:
            record = json.loads(self.expected_file.read_bytes())
        except (OSError, ValueError) as error:
            raise CannotStart(f"{self.expected_file} cannot be read ({error}); mend it first") from None
        if not isinstance(record, dict):
            raise CannotStart(f"{self.expected_file} is not an object; mend it first")
        if lacking := [key for key in EXPECTED_KEYS if key not in record]:
            raise CannotStart(
                f"{self.expected_file} lacks {', '.join(lacking)}; add what the page shows, or null or []"
            )
        return record


@dataclass(frozen=True)
class SavedPages:
    """The fixtures folder of the project."""

    folder: Path

    def articles(self) -> list[SavedArticle]:
        """Return the saved articles of all sites, in the order of the manifest. Raises CannotStart if it is damaged."""
        return [
            self._article(site, entry, [other for other in entries if other.get("of") == entry["file"]])
            for site, entries in self._manifest().items()
            for entry in entries
            if entry["type"] == "article"
        ]

    def find(self, name: str) -> SavedArticle:
        """Return the saved article with this name, which may have its site and a slash before it.

        Raises WrongUsage if none or several have it.
        """
        articles = self.articles()
        names = {f"{article.site}/{article.name}": article for article in articles}
        found = [full for full, article in names.items() if name in (full, article.name)]
        if len(found) > 1:
            raise WrongUsage(f"several sites have a fixture {name!r}; write one of {', '.join(found)}")
        if not found:
            nearest = suggestion(name, [*names, *(article.name for article in articles)])
            raise WrongUsage(
                f"there is no fixture {name!r} in {self.folder}{nearest}; `{program()} fixture URL` saves one"
            )
        return names[found[0]]

    def _article(self, site: str, entry: dict[str, Any], parts: list[dict[str, Any]]) -> SavedArticle:
        pages = [entry, *parts]
        name = entry["file"].removesuffix(".html")
        return SavedArticle(
            site,
            name,
            tuple(self.folder / "html" / site / page["file"] for page in pages),
            tuple(page["url"] for page in pages),
            self.folder / "expected" / site / f"{name}.json",
            entry.get("reviewed", "") is not None,
        )

    @property
    def manifest_file(self) -> Path:
        """The manifest, which may not exist yet."""
        return self.folder / "manifest.json"

    def manifest_with(self, site: str) -> str:
        """Return the manifest with an entry for this site, empty if it is new. Raises CannotStart if it is damaged."""
        manifest = self._manifest()
        return _pretty({**manifest, site: manifest.get(site, [])}).decode()

    def mark_reviewed(self, article: SavedArticle, day: date) -> None:
        """Note in the manifest that the expected record was compared with the page on this day."""
        manifest = self._manifest()
        for entry in manifest[article.site]:
            if entry["file"] == article.files[0].name:
                entry["reviewed"] = day.isoformat()
        write_whole(self.manifest_file, _pretty(manifest))

    def save(self, site: str, name: str, sources: Sequence[Source], origin: str, day: date) -> list[Path]:
        """Save an article's pages, bytes as received, and enter them in the manifest; gives the files.

        Raises CannotStart where a fixture of this name is there already.
        """
        manifest = self._manifest()
        folder = self.folder / "html" / site
        folder.mkdir(parents=True, exist_ok=True)
        files = [folder / f"{name}{f'-p{number}' if number > 1 else ''}.html" for number in range(1, len(sources) + 1)]
        for file in files:
            if file.exists():
                raise CannotStart(f"{file} is there already; give this one another name with --name")
        for file, source in zip(files, sources, strict=True):
            write_whole(file, source.body)
            kind = {"type": "article"} if file is files[0] else {"type": "part", "of": files[0].name}
            entry = {
                "file": file.name,
                **kind,
                "url": source.url,
                "origin": origin,
                "date": day.isoformat(),
                "about": "",
                **({"reviewed": None} if file is files[0] else {}),
            }
            manifest.setdefault(site, []).append(entry)
        write_whole(self.manifest_file, _pretty(manifest))
        return files

    def write_expected(self, site: str, name: str, article: Article) -> Path:
        """Write what was read as the expected file, to be reviewed; gives its path."""
        path = self.folder / "expected" / site / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        record = msgspec.to_builtins(article)
        write_whole(path, _pretty({key: value for key, value in record.items() if key not in NOT_EXPECTED}))
        return path

    def _manifest(self) -> dict[str, list[dict[str, Any]]]:
        try:
            manifest: dict[str, list[dict[str, Any]]] = json.loads(self.manifest_file.read_bytes())
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise CannotStart(f"{self.manifest_file} is no JSON ({error}); mend it first") from None
        return manifest


def _pretty(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
