"""Save pages as fixtures, with their entries in the manifest and the records expected from them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.items import Article
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Source
from ecnscrawl.safe_files import write_whole

#: Keys of a record that an expected file leaves out: the one is the time of reading, the other follows from the rest.
NOT_EXPECTED = ("fetched_at", "content_hash")


def default_name(address: ArticleRef) -> str:
    """Return the name of an article's fixture if the user gives none: its day, if the address has one, and its id.

    >>> default_name(ArticleRef("example:4711", "https://example.org/4711", "article", day=None))
    '4711'
    """
    key = address.id.partition(":")[2].replace(":", "-")
    return f"{address.day}-{key}" if address.day else key


@dataclass(frozen=True)
class SavedPages:
    """The fixtures folder of the project."""

    folder: Path

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
            }
            manifest.setdefault(site, []).append(entry)
        write_whole(self.folder / "manifest.json", _pretty(manifest))
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
            manifest: dict[str, list[dict[str, Any]]] = json.loads((self.folder / "manifest.json").read_bytes())
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise CannotStart(f"{self.folder / 'manifest.json'} is no JSON ({error}); mend it first") from None
        return manifest


def _pretty(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
