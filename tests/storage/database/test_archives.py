"""The archive files of runs on a database: on this machine, and in step with the rows."""

import pytest

from ecnscrawl.storage.archive.terms import ArchiveTerms
from ecnscrawl.storage.database.run import DatabaseRun
from tests.samples import article, known
from tests.storage.archive.samples import exchange, records, responses
from tests.storage.database.conftest import BeginRun
from tests.storage.database.test_run import committed

pytestmark = pytest.mark.system

ARCHIVING = ArchiveTerms(info={"software": "test"})


def store(run: DatabaseRun, *numbers: int) -> None:
    """Archive the pages of these articles, and store their records, as a crawl does."""
    for number in numbers:
        with run.changing():
            run.archive([exchange(url=article(number).url, body=b"%d" % number * 1000)])
            run.store(article(number), known(article(number)))


def pages(run: DatabaseRun) -> dict[str, list[bytes]]:
    """The bodies in each published archive file, shortened to their numbers."""
    folder = run.folder / "archive"
    names = sorted(path.name for path in folder.glob("[!.]*.warc.gz"))
    return {name: [record.body[:1] for record in responses(folder / name)] for name in names}


def test_a_run_publishes_its_archive_under_its_own_name(begin_run: BeginRun) -> None:
    run = begin_run(archive=ARCHIVING)
    store(run, 1, 2)
    run.finish()
    assert pages(run) == {f"{run.id}.warc.gz": [b"1", b"2"]}
    assert (run.archives, run.archived) == ([f"{run.id}.warc.gz"], 2)
    assert records(run.folder / "archive" / run.archives[0])[0].type == "warcinfo"


def test_a_full_file_is_published_when_its_rows_are_committed(begin_run: BeginRun) -> None:
    run = begin_run(archive=ArchiveTerms(max_bytes=1))
    with committed(run):
        store(run, 1, 2)
        run.commit()
    assert list(pages(run).values()) == [[b"1"]]
    store(run, 3)
    run.finish()
    assert list(pages(run).values()) == [[b"1"], [b"2"], [b"3"]]
    assert list(pages(run)) == run.archives
    assert begin_run().id > run.archives[-1]
