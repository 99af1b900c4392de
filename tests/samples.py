"""Made-up articles and times for tests that need any."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import structs

from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.items import Article, content_hash
from ecnscrawl.normalize.timestamps import from_text
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.visits import Comparison, FetchResult, Outcome, Visit

MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)

Begin = Callable[..., FileRun]  #: enters a run on a folder


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        """Set the clock forward, or back."""
        self.now += timedelta(seconds=seconds)


def address(number: int = 1) -> ArticleRef:
    """The address of an article."""
    path = f"world/2026-11-23/detail-ihtest{number}"
    return ArticleRef(f"ecns:ihtest{number}", f"https://www.ecns.cn/{path}.shtml", "article", MORNING.date())


def article(number: int = 1, **changes: Any) -> Article:
    """A whole record, with the digest that belongs to it."""
    where = address(number)
    made = Article(
        id=where.id,
        revision=1,
        url=where.url,
        site="ecns",
        title=f"Ferry number {number} is late again",
        body=f"It was late on {number} days.\n\nNobody minds.",
        published_at="2026-11-23T06:00:00Z",
        published_precision="second",
        fetched_at="2026-11-23T07:30:00Z",
        language="en",
        layout="2026",
    )
    changed = replace(made, **changes)
    return changed if "content_hash" in changes else replace(changed, content_hash=content_hash(changed))


def known(stored: Article, **changes: Any) -> StoredArticle:
    """Return the state's entry for a stored record."""
    seen = int(from_text(stored.fetched_at).timestamp())
    made = StoredArticle(
        id=stored.id,
        url=stored.url,
        listing="world",
        content_hash=bytes.fromhex(stored.content_hash),
        revision=stored.revision,
        alias_of=None,
        published_at=int(from_text(stored.published_at).timestamp()),
        first_seen=seen,
        first_run=1,
        last_checked=seen,
        next_check=seen + 3600,
        parts=(),
        gone_at=None,
        published_precision=stored.published_precision,
    )
    return structs.replace(made, **changes)


#: For each outcome the facts of a visit that it comes of; UPDATED and GONE need a stored article beside.
FACTS: dict[Outcome, dict[str, Any]] = {
    Outcome.READ: {"result": FetchResult.READ},
    Outcome.UNCHANGED: {"result": FetchResult.NOT_MODIFIED},
    Outcome.GONE: {"result": FetchResult.MISSING},
    Outcome.FAILED: {"result": FetchResult.FAILED},
    Outcome.OUTSIDE: {"result": FetchResult.READ, "is_outside": True},
    Outcome.SKIPPED: {"result": FetchResult.NO_ARTICLE, "reasons": ["no headline"]},
    Outcome.NEW: {"result": FetchResult.READ, "comparison": Comparison()},
    Outcome.UPDATED: {"result": FetchResult.READ, "comparison": Comparison()},
    Outcome.DUPLICATE: {"result": FetchResult.READ, "comparison": Comparison(is_copy=True)},
    Outcome.REJECTED: {"result": FetchResult.READ, "comparison": Comparison(), "reasons": ["no title"]},
}


def visit(outcome: Outcome, number: int = 1, **facts: Any) -> Visit:
    """A visit of an article with this outcome, by the facts that lead to it."""
    if outcome in (Outcome.UPDATED, Outcome.GONE):
        facts.setdefault("known", known(article(number)))
    given: dict[str, Any] = {"address": address(number), "at": MORNING} | FACTS[outcome] | facts
    made = Visit(**given)
    assert made.outcome is outcome
    return made
