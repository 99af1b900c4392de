"""Which version of an article a visit has brought."""

from collections.abc import Iterator

import pytest

from ecnscrawl.frontier.postgres.worker import Worker, WorkerTerms
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.items import Article, Image
from ecnscrawl.pipelines.dedupe import DedupePipeline
from ecnscrawl.storage.database.run import DatabaseRun
from ecnscrawl.storage.run import Run
from ecnscrawl.visits import ListingRead, Outcome, Visit
from tests.samples import Begin, article, known
from tests.samples import visit as visit_of


@pytest.fixture(params=["files", pytest.param("database", marks=pytest.mark.system)])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """A run on each of the stores."""
    if request.param == "files":
        begin: Begin = request.getfixturevalue("begin")
        yield begin()
        return
    address = ServerAddress("the test's database", request.getfixturevalue("database_url"))
    worker = Worker(address, WorkerTerms())
    entered = DatabaseRun(request.getfixturevalue("folder"), worker, request.getfixturevalue("clock"))
    entered.enter()
    yield entered
    entered.finish()
    worker.close()


def judged(run: Run, read: Article) -> Visit:
    number = int(read.id.removeprefix("ecns:ihtest"))
    visit = visit_of(Outcome.READ, number, article=read)
    assert DedupePipeline(run).process_item(visit) is visit
    return visit


def read(number: int = 1, **changes: object) -> Article:
    """An article as the spider gives it: without a revision."""
    return article(number, revision=0, **changes)


def outcome(visit: Visit) -> tuple[Outcome, int | None]:
    return visit.outcome, visit.article.revision if visit.article else None


def test_an_article_that_was_never_seen_is_new_in_its_first_revision(run: Run) -> None:
    assert outcome(judged(run, read())) == (Outcome.NEW, 1)


def test_an_article_with_the_same_content_is_unchanged(run: Run) -> None:
    run.store(article(), known(article()))
    visit = judged(run, read(editor="Li Yan", updated_at="2026-11-23T07:00:00Z"))
    assert visit.outcome is Outcome.UNCHANGED


def test_an_article_with_other_content_is_its_next_revision(run: Run) -> None:
    stored = article(revision=4)
    run.store(stored, known(stored))
    assert outcome(judged(run, read(title="Ferry number 1 is on time"))) == (Outcome.UPDATED, 5)


def test_a_correction_that_is_taken_back_is_a_revision_too(run: Run) -> None:
    for stored in (article(revision=1), article(revision=2, title="Ferry number 1 is on time")):
        run.store(stored, known(stored))
    assert outcome(judged(run, read())) == (Outcome.UPDATED, 3)


def copy(of: Article) -> dict[str, object]:
    return {"title": of.title, "body": of.body}


def test_an_exact_copy_under_another_id_is_a_duplicate(run: Run) -> None:
    run.store(article(1), known(article(1)))
    assert judged(run, read(2, **copy(article(1)))).outcome is Outcome.DUPLICATE


def test_a_near_copy_is_new(run: Run) -> None:
    run.store(article(1), known(article(1)))
    assert outcome(judged(run, read(2, title=article(1).title, body=f"{article(1).body}."))) == (Outcome.NEW, 1)


def test_headlines_without_content_are_not_copies(run: Run) -> None:
    stored = article(1, body=None)
    run.store(stored, known(stored))
    assert judged(run, read(2, title=stored.title, body=None)).outcome is Outcome.NEW


def test_pictures_alone_are_something_to_compare(run: Run) -> None:
    pictures = [Image("https://image.cns.com.cn/a.jpg", "Ice.")]
    stored = article(1, body=None, images=pictures)
    run.store(stored, known(stored))
    assert judged(run, read(2, title=stored.title, body=None, images=pictures)).outcome is Outcome.DUPLICATE


def test_a_known_copy_that_is_still_one_is_unchanged(run: Run) -> None:
    run.store(article(1), known(article(1)))
    alias = read(2, **copy(article(1)))
    with run.changing() as state:
        state.store(known(alias, alias_of="ecns:ihtest1", revision=0), None, None)
    assert judged(run, alias).outcome is Outcome.UNCHANGED


def test_a_known_copy_that_has_become_an_article_of_its_own_is_new(run: Run) -> None:
    run.store(article(1), known(article(1)))
    with run.changing() as state:
        state.store(known(read(2, **copy(article(1))), alias_of="ecns:ihtest1", revision=0), None, None)
    assert outcome(judged(run, read(2))) == (Outcome.NEW, 1)


def test_a_known_article_that_has_become_a_copy_stays_an_article_with_a_further_revision(run: Run) -> None:
    for number in (1, 2):
        run.store(article(number), known(article(number)))
    assert outcome(judged(run, read(2, **copy(article(1))))) == (Outcome.UPDATED, 2)


@pytest.mark.parametrize("other", [Outcome.UNCHANGED, Outcome.GONE, Outcome.FAILED, Outcome.OUTSIDE])
def test_a_visit_without_a_read_article_passes_through(run: Run, other: Outcome) -> None:
    visit = visit_of(other)
    assert DedupePipeline(run).process_item(visit) is visit
    assert visit.outcome is other


def test_a_listing_passes_through(run: Run) -> None:
    listing = ListingRead("world", 1)
    assert DedupePipeline(run).process_item(listing) is listing


# Copies of forgotten articles.


def forget(run: Run, forgotten: Article) -> None:
    run.state.forget(forgotten.id, [bytes.fromhex(forgotten.content_hash)])


def copy_of(original: Article, number: int) -> Article:
    """The same content under another id, as the spider gives it."""
    return read(number, title=original.title, body=original.body)


def test_an_exact_copy_of_a_forgotten_article_is_a_duplicate(run: Run) -> None:
    forget(run, article(1))
    assert judged(run, copy_of(article(1), 2)).outcome is Outcome.DUPLICATE
    assert judged(run, read(3)).outcome is Outcome.NEW


def test_an_article_that_becomes_a_copy_of_a_forgotten_one_keeps_its_stored_revision(run: Run) -> None:
    forget(run, article(1))
    run.store(article(2), known(article(2)))
    assert judged(run, copy_of(article(1), 2)).outcome is Outcome.UNCHANGED


def test_a_page_without_text_and_pictures_is_no_copy_of_a_forgotten_one(run: Run) -> None:
    empty = article(1, body=None)
    forget(run, empty)
    assert judged(run, copy_of(empty, 2)).outcome is Outcome.NEW
