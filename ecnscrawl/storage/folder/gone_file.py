"""`gone/<run>.jsonl`: the articles that the site has taken down, and those that are back, as a run found them."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.storage import jsonl
from ecnscrawl.storage.folder.record_file import OptionalFile


class GoneArticle(msgspec.Struct, frozen=True):
    """A line of the file; times in UTC."""

    id: str
    url: str
    first_gone_at: datetime  #: when it was first found gone
    last_gone_at: datetime  #: when it was last found gone
    back_at: datetime | None = None  #: when it was found to be back; None while it is gone


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(GoneArticle)


class GoneFile(OptionalFile):
    """The file that a run is writing; it is made for the first article. Every method may raise OSError."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder, name)
        self._ids: set[str] = set()

    def add_gone(self, known: StoredArticle, now: int) -> None:
        """Append that an article is gone, which the state knew as `known` before."""
        self._add(GoneArticle(known.id, known.url, _time(known.gone_at or now), _time(now)))

    def add_back(self, known: StoredArticle, now: int) -> None:
        """Append that an article is back, which the state knew as gone."""
        assert known.gone_at is not None
        self._add(GoneArticle(known.id, known.url, _time(known.gone_at), _time(known.last_checked), _time(now)))

    def _add(self, article: GoneArticle) -> None:
        if article.id not in self._ids:
            self._ids.add(article.id)
            self.append(_encoder.encode(article) + b"\n")


def read(folder: Path, name: str) -> list[GoneArticle]:
    """Return the articles of a published file, up to the first invalid line. Raises OSError, DamagedFile."""
    found = []
    for _, line in jsonl.lines(jsonl.path_of(folder, name)):
        try:
            found.append(_decoder.decode(line))
        except msgspec.MsgspecError:
            break
    return found


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
