"""Carry out what a visit changes in files and state: for the pipeline of a crawl, and for re-extraction."""

from collections.abc import Sequence

from ecnscrawl.frontier.changes import (
    AddAlias,
    Change,
    MarkPending,
    NoteGone,
    NoteReturn,
    SetListingIfUnknown,
    UpdateArticle,
    WriteRecord,
    WriteReject,
)
from ecnscrawl.frontier.transitions import Before, Limits, Seen, changes
from ecnscrawl.items import Article
from ecnscrawl.pages.endings import Ending, row_after
from ecnscrawl.storage.run import Run
from ecnscrawl.visits import Outcome, Visit


class Recorder:
    """Writes to a run what the rules of `frontier.transitions` say. Every method may raise StorageFailed."""

    def __init__(self, run: Run, limits: Limits) -> None:
        self._run = run
        self._limits = limits
        self._unended: dict[str, int] = {}  # kind of page -> what the state has

    def note_endings(self, kind: str, endings: Sequence[Ending], *, was_cut: bool) -> None:
        """Remember how many pages in a row came without an end; mostly none did, and nothing is to be written."""
        row = self._unended.get(kind)
        if row is None:
            row = self._unended[kind] = self._run.state.unended(kind)
        after = 0 if was_cut else row_after(row, endings)
        if after != row:
            with self._run.changing() as state:
                state.set_unended(kind, after)
            self._unended[kind] = after

    def changes_of(self, visit: Visit) -> tuple[Change, ...]:
        """Return what a visit changes, compared with what the state knows as of now."""
        id_, state, original = visit.address.id, self._run.state, None
        if visit.outcome is Outcome.DUPLICATE:
            assert visit.article is not None
            original = state.original(bytes.fromhex(visit.article.content_hash))
        seen = Seen(
            link=visit.address,
            at=int(visit.at.timestamp()),
            run=self._run.number,
            listing=visit.listing,
            article=visit.article,
            original=original,
            parts=visit.parts,
            reasons=tuple(visit.reasons),
            requested=visit.requested,
        )
        known = visit.known if visit.comparison else state.article(id_)  # it was compared with what is stored now
        before = Before(known, state.pending(id_) or visit.pending)
        return changes(visit.outcome, before, seen, self._limits)

    def carry_out(self, decided: Sequence[Change], article: Article | None) -> None:
        """Make these changes; within `changing`, so that they are committed together."""
        run, state = self._run, self._run.state
        for change in decided:
            match change:
                case MarkPending(pending):
                    state.mark_pending(pending)
                case SetListingIfUnknown(id_, listing):
                    state.set_listing_if_unknown(id_, listing)
                case UpdateArticle(known):
                    state.update(known)
                case AddAlias(known):
                    state.store(known, None, None)
                case NoteGone(known, at):
                    run.note_gone(known, at)
                case NoteReturn(known, at):
                    run.note_return(known, at)
                case WriteRecord(known):
                    assert article is not None
                    run.store(article, known)
                case WriteReject(reasons):
                    assert article is not None
                    run.reject(article, list(reasons))
