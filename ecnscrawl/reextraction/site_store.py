"""Store what is re-extracted of one site, by the rules of a crawl, together with the progress."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ecnscrawl.crawling.arguments import parse
from ecnscrawl.frontier.changes import AddAlias, MarkPending, WriteRecord
from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.frontier.transitions import Before, Limits, Seen, changes
from ecnscrawl.normalize import timestamps
from ecnscrawl.pages.endings import ROW, row_after
from ecnscrawl.pipelines.dedupe import DedupePipeline
from ecnscrawl.pipelines.validate import ValidatePipeline
from ecnscrawl.reextraction.assembly import Assembled, Assembler, Place
from ecnscrawl.reextraction.judge import ArchiveJudge
from ecnscrawl.reextraction.page import PageRead, PageToRead
from ecnscrawl.reextraction.progress import Progress
from ecnscrawl.reextraction.sites import SiteKey, profile_for
from ecnscrawl.storage import ids_file
from ecnscrawl.storage.run import Run
from ecnscrawl.storage.run_settings import Clock, RunSettings
from ecnscrawl.visits import FetchResult, Outcome, Visit

OLDER = "older"  #: counted: a page that is older than what was stored before
NO_ARTICLE = "no article"
_ENDINGS = "articles"  # the name under which the state counts pages without an end


@dataclass(slots=True)
class _Held:
    visit: Visit
    places: frozenset[Place]


class SiteStore:
    """The site's folder, and the articles that are not complete yet. Its lock is held until `finish`."""

    def __init__(self, folder: Path, key: SiteKey, clock: Clock, settings: RunSettings, since: str | None) -> None:
        """Raises AlreadyRunning and CannotStart, and WrongUsage for a `since` that is no time."""
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []  #: what failed in which article, for the user; taken by the caller
        self._key = key
        dates = {"since": since} if since is not None else {}
        self._arguments = parse(profile_for(key), dates, now=clock())
        self._run = Run(folder, clock, settings)
        self._run.enter()
        self._state = self._run.state
        self.progress = Progress.of(self._state, self._run.id)
        self._before = _fetched_before(folder, self.progress.since_run)
        self._assembler = Assembler(lambda: self._state.unended(_ENDINGS) >= ROW, self._state.article)
        self._judge = ArchiveJudge(self._state) if profile_for(key).discovery else None
        self._held: deque[_Held] = deque()
        self._dedupe = DedupePipeline(self._run)
        self._now = self._run.started_at
        self._validate = ValidatePipeline(lambda: self._now, profile_for(key).article_ref)
        self._limits = Limits(settings.recheck_ages, pending_attempts=0, pending_backoff=0)

    @property
    def files(self) -> list[str]:
        """The names of the published files."""
        return self._run.files

    @property
    def warnings(self) -> list[str]:
        """What the start of the run warns of."""
        return self._run.warnings

    def is_done(self, place: Place) -> bool:
        """Whether what comes of a record of the archive is stored, by a job that was stopped."""
        return self.progress.is_done(place)

    def take(self, asked: PageToRead, read: PageRead) -> None:
        """Take a response. Raises StorageFailed."""
        if asked.ref is None:
            self._assembler.note_listed(read.listed)
            return
        self._take(self._assembler.take(asked, read))
        self.progress.note((asked.response.file, asked.response.number), self._waiting())

    def flush(self) -> None:
        """Store what is held, because nothing else is waited for. Raises StorageFailed."""
        self._take(self._assembler.flush())
        with self._run.changing() as state:
            if self._judge:
                self._store_all(self._judge.release())
                self._judge.remember()
            for file in self.progress.files.values():
                file.open = []
            self.progress.save(state)

    def forget_progress(self) -> None:
        """Note that all files were read to their ends. Raises StorageFailed."""
        with self._run.changing() as state:
            Progress.clear(state)

    def finish(self) -> None:
        """Publish what is stored, and release the lock."""
        self._run.finish()

    def _waiting(self) -> set[Place]:
        return self._assembler.open_places | {place for each in self._held for place in each.places}

    def _take(self, assembled: Iterable[Assembled]) -> None:
        for each in assembled:
            if each.endings and not each.was_cut:
                row = self._state.unended(_ENDINGS)
                if (after := row_after(row, each.endings)) != row:
                    with self._run.changing() as state:
                        state.set_unended(_ENDINGS, after)
            if each.record is None:
                self.counts[Outcome.FAILED] += 1
                self.failures.append(f"{each.first.response.place}: {each.reason}")
            else:
                self._hold(each)

    def _hold(self, each: Assembled) -> None:
        visit = _visit_of(each)
        if self._judge is None:
            self._store(visit)
            return
        self._held.append(_Held(visit, each.places))
        self._store_all(self._judge.take(visit))

    def _store_all(self, visits: Iterator[Visit]) -> None:
        for visit in visits:  # in the order in which they were held
            self._held.popleft()
            self._store(visit)

    def _store(self, visit: Visit) -> None:
        if visit.result is not FetchResult.READ:
            self.counts[NO_ARTICLE] += 1
            return
        article = visit.article
        assert article is not None
        if self._state.is_forgotten(visit.address.id):
            self.counts["forgotten"] += 1
            return
        if self._before.get(article.id, "") > article.fetched_at:
            self.counts[OLDER] += 1
            return
        published = timestamps.of_record(article.published_at, article.published_precision)
        if published and not self._arguments.includes(published, profile_for(self._key).zone):
            self.counts[Outcome.OUTSIDE] += 1
            return
        self._now = visit.at
        self._dedupe.process_item(visit)
        self._validate.process_item(visit)
        self.counts[visit.outcome] += 1
        with self._run.changing() as state:
            self._carry_out(visit)
            self.progress.save(state)

    def _carry_out(self, visit: Visit) -> None:
        article, state, stored = visit.article, self._state, visit.known
        assert article is not None
        if visit.outcome is Outcome.REJECTED:
            self._run.reject(article, visit.reasons)
        if visit.outcome not in (Outcome.NEW, Outcome.UPDATED, Outcome.DUPLICATE):
            return
        original = state.original(bytes.fromhex(article.content_hash)) if visit.outcome is Outcome.DUPLICATE else None
        seen = Seen(
            link=visit.address,
            at=int(visit.at.timestamp()),
            run=self._run.number,
            article=article,
            original=original,
            parts=visit.parts,
            requested=visit.requested,
        )
        for change in changes(visit.outcome, Before(stored, state.pending(visit.address.id)), seen, self._limits):
            match change:
                case WriteRecord(known):
                    self._run.store(article, _kept(known, stored))
                case AddAlias(known):
                    state.store(known, None, None)
                case MarkPending(pending):
                    state.mark_pending(pending)


def _visit_of(each: Assembled) -> Visit:
    record, ref = each.record, each.first.ref
    assert record is not None
    return Visit(
        address=record.ref,
        at=timestamps.from_text(record.article.fetched_at),
        result=FetchResult.READ,
        requested=ref if ref is not None and ref.id != record.ref.id else None,
        reasons=[record.why_no_article] if record.why_no_article else [],
        article=record.article,
        extractors=dict(record.extractors),
        parts=each.validators,
        endings=each.endings,
    )


def _kept(known: StoredArticle, stored: StoredArticle | None) -> StoredArticle:
    """Return the state's entry; what later visits have found out stays: that it is gone, and its cache validators."""
    if stored is None or stored.last_checked <= known.last_checked:
        return known
    checked, next_check = stored.last_checked, stored.next_check
    return replace(known, gone_at=stored.gone_at, parts=stored.parts, last_checked=checked, next_check=next_check)


def _fetched_before(folder: Path, run_id: str) -> dict[str, str]:
    """Return when the newest revision of each article was fetched that was stored before a run."""
    found: dict[str, str] = {}
    published = folder / "published"
    for name in ids_file.names(published):
        if name < run_id:
            found.update((each.id, timestamps.to_text(each.fetched_at)) for each in ids_file.read(published, name)[0])
    return found
