"""Store what is re-extracted of one site, by the rules of a crawl, together with the progress."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from ecnscrawl.crawling.arguments import parse
from ecnscrawl.crawling.visit_judge import VisitJudge
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.changes import AddAlias, Change, MarkPending, WriteRecord, WriteReject
from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.frontier.remembered_texts import TEXTS, encoded, remembered_texts
from ecnscrawl.frontier.transitions import Limits
from ecnscrawl.normalize import timestamps
from ecnscrawl.pipelines.dedupe import DedupePipeline
from ecnscrawl.pipelines.recording import Recorder
from ecnscrawl.pipelines.validate import ValidatePipeline
from ecnscrawl.reextraction.assembly import Assembled, Assembler
from ecnscrawl.reextraction.open_article import Place
from ecnscrawl.reextraction.page import PageRead, PageToRead
from ecnscrawl.reextraction.progress import Progress
from ecnscrawl.reextraction.sites import SiteKey, profile_for
from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_settings import Clock, RunSettings
from ecnscrawl.visits import FetchResult, Outcome, Visit

OLDER = "older"  #: counted: a page that is older than what was stored before
NO_ARTICLE = "no article"
#: What is changed, by the outcome. What only says what the site is like now, such as an article's return, is left out.
_CARRIED_OUT: Mapping[Outcome, tuple[type[Change], ...]] = {
    Outcome.NEW: (WriteRecord, MarkPending),
    Outcome.UPDATED: (WriteRecord, MarkPending),
    Outcome.DUPLICATE: (AddAlias, MarkPending),
    Outcome.REJECTED: (WriteReject,),
}


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
        profile = profile_for(key)
        dates = {"since": since} if since is not None else {}
        arguments = parse(profile, dates, now=clock())
        self._run = FileRun(folder, clock, settings)
        self._run.enter()
        self._state = state = self._run.state
        self.progress = Progress.of(state, self._run.id)
        self._run.before_commit(self._save_progress)
        self._before = _fetched_before(folder, self.progress.since_run)
        self._assembler = Assembler(key, known=state.article, arguments=arguments)
        self._judge: VisitJudge | None = None
        if profile.discovery:
            self._judge = VisitJudge(remembered_texts(state), is_stored=lambda id_: state.article(id_) is not None)
        self._expected: set[str] = set()  #: ids of articles whose pages are being read
        self._held: deque[_Held] = deque()
        self._waiting: set[Place] = set()  #: records of articles that are not over yet
        self._dedupe = DedupePipeline(self._run)
        self._now = self._run.started_at
        self._validate = ValidatePipeline(lambda: self._now, profile.article_ref)
        limits = Limits(settings.recheck_ages, pending_attempts=0, pending_backoff=0)
        self._recorder = Recorder(self._run, limits)

    @property
    def files(self) -> list[str]:
        """The names of the published files."""
        return self._run.files

    @property
    def warnings(self) -> list[str]:
        """What the start of the run warns of."""
        return self._run.warnings

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Nothing: what is stored is not read again."""
        return []

    def wants(self, asked: PageToRead) -> bool:
        """Whether a page is to be read; not if a job that was stopped has stored what comes of it."""
        if self.progress.is_done((asked.response.file, asked.response.number)):
            return False
        if asked.ref is not None:
            self._expected.add(asked.ref.id)
        return True

    def take(self, asked: PageToRead, read: PageRead) -> None:
        """Take a response. Raises StorageFailed."""
        if asked.ref is None:
            self._assembler.note_listed(read.listed)
            return
        if asked.ref.id in self._expected:  # one statement reads what is known of all that are under way
            self._state.prefetch(self._expected)
            self._expected.clear()
        self._take(self._assembler.take(asked, read))
        self.progress.note((asked.response.file, asked.response.number))
        self._note_waiting()

    def flush(self) -> None:
        """Store what is held, because nothing else is waited for. Raises StorageFailed."""
        self._take(self._assembler.flush())
        with self._run.changing():
            if self._judge:
                self._store_all(self._judge.release())
            self._note_waiting()

    def forget_progress(self) -> None:
        """Note that all files were read to their ends. Raises StorageFailed."""
        with self._run.changing():
            self.progress = Progress()

    def finish(self) -> None:
        """Publish what is stored, and release the lock."""
        self._run.finish()

    def _save_progress(self, state: State) -> None:
        self.progress.save(state)
        if self._judge:  # a job that goes on must know the walls that this one has seen
            state.set_meta(TEXTS, encoded(self._judge.remembered))

    def _note_waiting(self) -> None:
        waiting = self._assembler.open_places | {place for each in self._held for place in each.places}
        if waiting != self._waiting:
            self._waiting = waiting
            self.progress.set_waiting(waiting)

    def _take(self, assembled: Iterable[Assembled]) -> None:
        for each in assembled:
            visit = each.visit
            if visit.result is FetchResult.FAILED:
                self.counts[Outcome.FAILED] += 1
                self.failures.append(f"{each.where}: {visit.reasons[0]}")
            elif self._judge is None:
                self._store(visit)
            else:
                self._held.append(_Held(visit, each.places))
                self._store_all(self._judge.take(visit))

    def _store_all(self, visits: Iterator[Visit]) -> None:
        for visit in visits:  # in the order in which they were held
            self._held.popleft()
            self._store(visit)

    def _store(self, visit: Visit) -> None:
        article = visit.article
        if article is None:
            self.counts[NO_ARTICLE] += 1
        elif self._state.is_forgotten(visit.address.id):
            self.counts["forgotten"] += 1
        elif self._before.get(article.id, "") > article.fetched_at:
            self.counts[OLDER] += 1
        elif visit.is_outside:
            self.counts[Outcome.OUTSIDE] += 1
        else:
            self._now = visit.at
            self._dedupe.process_item(visit)
            self._validate.process_item(visit)
            self.counts[visit.outcome] += 1
            with self._run.changing():
                self._record(visit)

    def _record(self, visit: Visit) -> None:
        if kinds := _CARRIED_OUT.get(visit.outcome):
            decided = (change for change in self._recorder.changes_of(visit) if isinstance(change, kinds))
            self._recorder.carry_out([_kept(change, visit.known) for change in decided], visit.article)


def _kept(change: Change, stored: StoredArticle | None) -> Change:
    """Return the change; what later visits have found out stays: that an article is gone, and its cache validators."""
    if not isinstance(change, WriteRecord) or stored is None or stored.last_checked <= change.known.last_checked:
        return change
    checked, next_check = stored.last_checked, stored.next_check
    later = replace(
        change.known, gone_at=stored.gone_at, parts=stored.parts, last_checked=checked, next_check=next_check
    )
    return WriteRecord(later)


def _fetched_before(folder: Path, run_id: str) -> dict[str, str]:
    """Return when the newest revision of each article was fetched that was stored before a run."""
    found: dict[str, str] = {}
    published = folder / "published"
    for name in ids_file.names(published):
        if name < run_id:
            found.update((each.id, timestamps.to_text(each.fetched_at)) for each in ids_file.read(published, name)[0])
    return found
