"""The rows of a run beside those of the state: records, rejected records, and articles that are gone or back.

Each statement may be carried out twice: a commit whose answer was lost is tried again. A run gives its rejected
records numbers for that.
"""

from datetime import UTC, datetime
from typing import Any

from ecnscrawl.frontier.columns import storable
from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.items import Article, to_json

Row = tuple[str, list[Any]]  #: a statement and its values

_RECORD = """
INSERT INTO ecnscrawl.records (site, id, revision, run, content_hash, record) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (site, id, revision) DO NOTHING
"""
_REJECTED = """
INSERT INTO ecnscrawl.rejected (site, run, place, id, reasons, record) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (site, run, place) DO NOTHING
"""
_GONE = """
INSERT INTO ecnscrawl.gone (site, run, id, url, first_gone_at, last_gone_at, back_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (site, run, id) DO NOTHING
"""


def record(site: str, run: str, article: Article) -> Row:
    """Return the row of a record: the line of the article file, without its end."""
    content_hash = bytes.fromhex(article.content_hash)
    return _RECORD, [site, article.id, article.revision, run, content_hash, to_json(article)]


def rejected(site: str, run: str, place: int, article: Article, reasons: list[str]) -> Row:
    """Return the row of a record that failed validation, the run's `place`-th."""
    return _REJECTED, [site, run, place, article.id, [storable(each) for each in reasons], to_json(article)]


def gone(site: str, run: str, known: StoredArticle, at: int) -> Row:
    """Return the row of an article that is gone, which the state knew as `known` before."""
    return _GONE, [site, run, known.id, known.url, _time(known.gone_at or at), _time(at), None]


def back(site: str, run: str, known: StoredArticle, at: int) -> Row:
    """Return the row of an article that is back, which the state knew as gone."""
    assert known.gone_at is not None
    return _GONE, [site, run, known.id, known.url, _time(known.gone_at), _time(known.last_checked), _time(at)]


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
