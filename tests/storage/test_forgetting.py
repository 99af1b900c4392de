"""A forgotten article is in no file of its site any more, whatever happens meanwhile, and all others are untouched."""

import gzip
import json
import shutil
from contextlib import closing
from pathlib import Path

from ecnscrawl.frontier.records import PendingArticle, other_address_reason
from ecnscrawl.items import to_line
from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.recovery import open_state
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.forgetting import Forgotten
from ecnscrawl.storage.traces import trace
from tests.samples import Begin, Clock, address, article
from tests.site_folder import published, store
from tests.storage.forgetting import (
    FERRIES,
    ID,
    KITES,
    KITES_CORRECTED,
    LANTERNS,
    OTHER,
    everything_else,
    files_with,
    forgets,
    lines_of,
    site,
)

__all__ = ["site"]  # a fixture


def test_all_its_revisions_are_removed_everywhere_and_nothing_else_is(site: Path) -> None:
    before = everything_else(site)
    assert files_with(site, ID, KITES.title, KITES_CORRECTED.title, "detail-ihtest1")
    done = forgets(site, ID)
    assert files_with(site, f'{ID}"', KITES.title, KITES_CORRECTED.title, "detail-ihtest1") == []
    assert everything_else(site) == before
    assert done.unreached == []
    assert done.removed == [
        "samples/: 2 saved pages removed",
        "reports/: address removed from 5 files",
        "articles/: 2 lines removed from 2 files",
        "rejected/: 1 line removed from 1 file",
        "gone/: 1 line removed from 1 file",
        "published/: 2 lines removed",
        "search.sqlite removed: the next search makes it again",
        "browse.sqlite removed: the next browse makes it again; stop one that is running, it still shows the articles",
    ]


def test_a_file_without_another_record_is_removed_and_its_name_stays_known(site: Path) -> None:
    first, second = published(site)
    forgets(site, ID)
    assert published(site) == [first]
    assert ids_file.names(site / "published")[1] == second
    assert ids_file.read(site / "published", second) == ([], True)


def test_reports_stay_readable_and_keep_the_other_addresses(site: Path) -> None:
    forgets(site, ID)
    latest = json.loads((site / "reports" / "latest.json").read_bytes())
    assert latest["failing"] == [{"url": "forgotten", "reason": "redirected to forgotten"}]
    assert latest["slowest"] == [{"url": "forgotten", "seconds": 1.5}, {"url": FERRIES.url}]
    assert (
        site / "reports" / "index.html"
    ).read_text() == f'<a href="forgotten">forgotten</a> <a href="{FERRIES.url}">'


def test_its_exact_copies_are_forgotten_with_it_whichever_of_them_is_named(site: Path) -> None:
    forgets(site, "ecns:ihtest8")
    assert files_with(site, KITES.title, KITES_CORRECTED.title) == []
    with closing(open_state(site, [])) as state:
        assert [state.is_forgotten(each) for each in (ID, "ecns:ihtest8", OTHER)] == [True, True, False]
        assert state.article("ecns:ihtest8") is None
        originals = [state.original(bytes.fromhex(each.content_hash)) for each in (KITES, KITES_CORRECTED)]
        assert set(originals) <= {ID, "ecns:ihtest8"}


def test_an_article_is_forgotten_too_if_one_of_its_other_addresses_is_named(begin: Begin, site: Path) -> None:
    run = begin()
    with run.changing() as state:
        reason = other_address_reason(KITES.url)
        state.mark_pending(PendingArticle("ecns:ihtest7", address(7).url, "world", 1, 1, next_try=None, reason=reason))
    run.finish()
    forgets(site, "ecns:ihtest7")
    assert files_with(site, f'{ID}"', KITES.title, "detail-ihtest7") == []
    with closing(open_state(site, [])) as state:
        assert [state.is_forgotten(each) for each in (ID, "ecns:ihtest7", OTHER)] == [True, True, False]


def test_another_article_that_has_become_the_same_is_named(begin: Begin, folder: Path) -> None:
    run = begin()
    twin = article(2, revision=2, title=KITES.title, body=KITES.body)
    store(run, KITES, FERRIES, twin)
    run.finish()
    assert forgets(folder, ID).unreached == [f"{OTHER} has the same content; forget it too, if it has to go"]


def test_one_that_was_never_stored_is_not_stored_either(site: Path) -> None:
    for id_ in ("ecns:ihtest9", "ecns:ihtest4"):
        forgets(site, id_)
    with closing(open_state(site, [])) as state:
        assert state.is_forgotten("ecns:ihtest9")
        assert state.all_pending() == []
    assert [json.loads(line)["record"]["id"] for line in lines_of(site / "rejected")] == [ID]


def test_a_second_time_finds_nothing_more(site: Path) -> None:
    forgets(site, ID)
    before = everything_else(site)
    assert forgets(site, ID) == Forgotten()
    assert everything_else(site) == before
    with closing(open_state(site, [])) as state:
        traces = trace(state, site, [ID])
    assert (traces.already, traces.unknown) == ({ID}, set())


def test_an_id_of_which_nothing_is_known_is_told_apart_from_one_that_only_a_file_knows(site: Path) -> None:
    with closing(open_state(site, [])) as state:
        assert trace(state, site, [ID, "ecns:ihtest9", "ecns:ihtest4", "ecns:ihtest7"]).unknown == {"ecns:ihtest7"}


def test_a_rebuilt_state_misses_nothing_and_brings_nothing_back(site: Path, clock: Clock) -> None:
    forgets(site, ID)
    run = FileRun(site, clock)
    run.enter(rebuild=True)
    assert run.warnings == []
    assert [run.state.article(each) is not None for each in (ID, OTHER, LANTERNS.id)] == [False, True, True]
    assert run.state.is_forgotten(ID)
    run.finish()
    shutil.rmtree(site / "articles")
    run = FileRun(site, clock)
    run.enter(rebuild=True)
    assert run.state.article(ID) is None
    assert run.state.count() == 2
    run.finish()


def test_files_that_come_back_from_a_backup_are_cleaned_by_doing_it_again(begin: Begin, site: Path) -> None:
    shutil.copytree(site, site.parent / "backup")
    forgets(site, ID)
    tombstones = (site / "published" / "forgotten.jsonl").read_bytes()
    shutil.rmtree(site)
    shutil.copytree(site.parent / "backup", site)
    (site / "published" / "forgotten.jsonl").write_bytes(tombstones)
    run = begin()
    run.finish()
    assert [each for each in run.warnings if f"state forget {ID}" in each]
    assert len(forgets(site, ID).removed) == 8
    assert files_with(site, f'{ID}"', KITES.title) == []


def test_a_state_that_a_rebuild_has_kept_forgets_too(site: Path, clock: Clock) -> None:
    run = FileRun(site, clock)
    run.enter(rebuild=True)
    run.finish()
    (site / "state.sqlite.old-2").write_bytes(b"garbage " * 1000)
    done = forgets(site, ID)
    assert "state.sqlite.old-1: 2 articles removed" in done.removed
    assert [each.partition(", a state that was replaced, ")[2] for each in done.unreached] == [
        "cannot be read (file is not a database); remove it"
    ]
    assert KITES.url.encode() not in (site / "state.sqlite.old-1").read_bytes()
    assert FERRIES.url.encode() in (site / "state.sqlite.old-1").read_bytes()


def test_its_address_is_not_left_in_the_free_pages_of_the_state(site: Path) -> None:
    forgets(site, ID)
    assert KITES.url.encode() not in (site / "state.sqlite").read_bytes()
    assert not (site / "state.sqlite-wal").exists()


def test_what_cannot_be_searched_is_named(site: Path, tmp_path: Path) -> None:
    articles = site / "articles"
    (plain, *_) = published(site)
    (tmp_path / "backup").hardlink_to(articles / plain)
    (tmp_path / "elsewhere.jsonl").write_bytes(to_line(KITES))
    (articles / "20261101T000000Z-000001.jsonl").symlink_to(tmp_path / "elsewhere.jsonl")
    (articles / "november.jsonl.zst").write_bytes(b"zstd")
    (compressed,) = articles.glob("*.gz")
    compressed.write_bytes(gzip.compress(to_line(KITES))[:-9])
    (articles / "november.jsonl").write_bytes(to_line(KITES) + b'{"id": "' + ID.encode() + b'", "tit\n')
    (site / "archive").mkdir()
    (site / "notes.csv").write_text(KITES.title)
    done = forgets(site, ID)
    assert "articles/: 3 lines removed from 3 files" in done.removed
    assert sorted(done.unreached) == sorted(
        [
            (
                f"{compressed} is cut off or damaged (Compressed file ended before the"
                " end-of-stream marker was reached); put a whole copy in its place, or move it away"
            ),
            f"{articles / plain} had another name too (a hard link), and the file of that name is unchanged",
            f"{articles / 'november.jsonl'} has a damaged line with the id; remove the line",
            f"{site / 'archive'} may hold it and is not searched",
            f"{site / 'notes.csv'} may hold it and is not searched",
            f"{articles / '20261101T000000Z-000001.jsonl'} is a link, which is not followed",
            f"{articles / 'november.jsonl.zst'} may hold it and is not searched",
        ]
    )
    assert (tmp_path / "elsewhere.jsonl").read_bytes() == to_line(KITES)


def test_a_damaged_file_of_published_versions_stays_damaged_without_it(begin: Begin, folder: Path) -> None:
    run = begin()
    store(run, KITES, FERRIES)
    run.finish()
    (path,) = (folder / "published").iterdir()
    path.write_bytes(path.read_bytes()[:-5])
    forgets(folder, ID)
    assert [record.id for record in ids_file.read(folder / "published", published(folder)[0])[0]] == [OTHER]
    assert not ids_file.read(folder / "published", published(folder)[0])[1]
