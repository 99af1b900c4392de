"""The tombstones of forgotten articles: kept in `published/`, and obeyed by every state that is opened or rebuilt."""

from pathlib import Path

import pytest

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.storage.folder import tombstones
from tests.samples import MORNING, Begin, article, known
from tests.site_folder import known_numbers, store

ONE = article(1)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    folder = tmp_path / "ecns" / "published"
    folder.mkdir(parents=True)
    return folder


def test_a_tombstone_has_an_id_and_hashes_and_no_text_or_address(published: Path) -> None:
    tombstones.add(published, {"ecns:ihtest1": ["ab12"]}, MORNING)
    assert (published / "forgotten.jsonl").read_text() == (
        '{"id":"ecns:ihtest1","forgotten_at":"2026-11-23T07:30:00Z","content_hashes":["ab12"]}\n'
    )


def test_tombstones_are_added_to_those_that_are_there(published: Path) -> None:
    assert tombstones.read(published) == {}
    tombstones.add(published, {"ecns:1": ["ab"]}, MORNING)
    tombstones.add(published, {"ecns:2": [], "ecns:1": ["cd"]}, MORNING.replace(hour=9))
    found = tombstones.read(published)
    assert list(found) == ["ecns:1", "ecns:2"]
    assert found["ecns:1"].content_hashes == ("ab", "cd")
    assert [each.forgotten_at.hour for each in found.values()] == [7, 9]


@pytest.mark.parametrize("line", [b"garbage\n", b'{"id":"ecns:2"}\n', b'{"id":"ecns:2","forgotten_at":', b"\xff\n"])
def test_a_damaged_file_stops_a_run_because_it_would_store_what_is_forgotten(begin: Begin, line: bytes) -> None:
    run = begin()
    run.finish()
    published = run.folder / "published"
    tombstones.add(published, {"ecns:1": []}, MORNING)
    with (published / "forgotten.jsonl").open("ab") as file:
        file.write(line)
    with pytest.raises(CannotStart, match=r"forgotten\.jsonl, line 2: .*put a whole copy in its place"):
        begin()


def test_a_hash_that_is_none_is_damage_too(published: Path) -> None:
    tombstones.add(published, {"ecns:1": ["no hash"]}, MORNING)
    with pytest.raises(CannotStart):
        tombstones.read(published)


@pytest.mark.parametrize("is_lost", [False, True], ids=["older state", "lost state"])
def test_a_state_that_knows_nothing_of_a_tombstone_learns_it_and_warns_where_the_article_is_still_there(
    begin: Begin, is_lost: bool
) -> None:
    run = begin()
    store(run, ONE, article(2))
    run.finish()
    tombstones.add(run.folder / "published", {ONE.id: [ONE.content_hash]}, MORNING)
    if is_lost:
        for path in run.folder.glob("state.sqlite*"):
            path.unlink()
    run = begin()
    assert known_numbers(run) == [2]
    assert run.state.is_forgotten(ONE.id)
    assert run.state.original(bytes.fromhex(ONE.content_hash)) == ONE.id
    (warning,) = [each for each in run.warnings if "forget" in each]
    assert "run `scrapy state forget ecns:ihtest1` once more" in warning
    run.finish()
    assert begin().warnings == []


def test_a_copy_of_a_forgotten_article_stays_known_as_one(begin: Begin) -> None:
    run = begin()
    tombstones.add(run.folder / "published", {ONE.id: [ONE.content_hash]}, MORNING)
    run.finish()
    run = begin()
    with run.changing() as state:
        state.store(known(ONE, id="ecns:ihtest2", alias_of=ONE.id, revision=0), None, None)
    run.finish()
    run = begin()
    assert known_numbers(run) == [2]
    assert run.warnings == []
