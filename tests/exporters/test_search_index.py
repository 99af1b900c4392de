"""A search finds the articles that a reader of the files finds, whatever has become of files and index."""

import gzip
import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.exporters.reader import InvalidRecord
from ecnscrawl.exporters.target import ExportFailed
from ecnscrawl.items import Article, Image, Video, to_line
from tests.exporters.library import EVERYTHING, FERRY, HARVEST, HARVEST_CORRECTED, Library
from tests.samples import article


def search(library: Library, words: str, **selection: object) -> list[tuple[str, int]]:
    """Id and revision of what an export of a search holds."""
    path = library.export("a.jsonl", search=words, **selection)
    return [(record["id"], record["revision"]) for record in map(json.loads, path.read_bytes().splitlines())]


def those(*articles: Article) -> list[tuple[str, int]]:
    return [(each.id, each.revision) for each in articles]


def index_of(library: Library) -> Path:
    return library.articles.parent / "search.sqlite"


AI = article(21, title="Robots that sweep", body="They are made in Wuhan.", published_at="2026-11-01T00:00:00Z")
CHESS = article(22, title="A robot wins", body="It was a game of chess.", published_at="2026-11-02T00:00:00Z")
PAPER = article(23, summary="On artificial intelligence", body=None, published_at="2026-11-03T00:00:00Z")
LABELS = article(24, body="Artificial flowers.\n\nHuman intelligence.", published_at="2026-11-04T00:00:00Z")


@pytest.fixture
def shelf(empty_library: Library) -> Library:
    """Articles about machines."""
    empty_library.publish("20261121T120000Z-000001.jsonl", [AI, CHESS])
    empty_library.publish("20261122T120000Z-000002.jsonl", [PAPER, LABELS])
    return empty_library


def test_the_example_of_the_documentation_finds_what_it_says(shelf: Library) -> None:
    assert search(shelf, "artificial intelligence OR robot* -chess") == those(AI, PAPER, LABELS)
    assert search(shelf, '"artificial intelligence" OR robot*') == those(AI, CHESS, PAPER)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("robots", [AI]),
        ("ROBOTS wuhan", [AI]),
        ("body : chess", [CHESS]),
        ("title : chess", []),
        ("summary : intelligence", [PAPER]),
        ("NEAR(sweep robots, 3)", [AI]),
        ("nothing", []),
    ],
)
def test_words_are_found_in_title_summary_and_body(shelf: Library, words: str, found: list[Article]) -> None:
    assert search(shelf, words) == those(*found)


@pytest.mark.parametrize(
    ("words", "is_found"),
    [("廊桥", True), ("一座廊桥 福建", True), ('"廊桥 修缮"', True), ("桥廊", False), ("廊桥 -福建", False), ("杉木*", True), ("5G", True)],
)  # fmt: skip
def test_chinese_words_are_found_inside_of_sentences(empty_library: Library, words: str, is_found: bool) -> None:
    bridge = article(25, title="武夷山区一座廊桥修缮完工", body="福建的木匠用了杉木，和5G信号。")
    empty_library.publish("20261123T120000Z-000003.jsonl", [bridge])
    assert search(empty_library, words) == (those(bridge) if is_found else [])


def test_words_are_found_in_the_captions_of_pictures_and_videos_whatever_their_accents(empty_library: Library) -> None:
    stored = article(
        1,
        images=[Image("https://i2.chinanews.com/a.jpg", "A café", "Xinhua"), Image("https://i2.chinanews.com/b.jpg")],
        videos=[Video("https://i2.chinanews.com/c.mp4", None, "一座桥 bridges")],
    )
    empty_library.publish("20261121T120000Z-000001.jsonl", [stored])
    for words in ("cafe", "CAFÉ", "captions : bridges", "一座桥"):
        assert search(empty_library, words) == those(stored)
    assert search(empty_library, "captions : Xinhua") == []


def test_a_phrase_does_not_reach_from_one_caption_into_the_next_paragraph_of_another_key(shelf: Library) -> None:
    assert search(shelf, '"sweep they"') == []


def test_only_the_newest_revision_is_searched_unless_all_are_requested(library: Library) -> None:
    assert search(library, "harvest") == those(HARVEST_CORRECTED)
    assert search(library, "cmd") == []  # a word of the first revision's title
    assert search(library, "cmd", all_revisions=True) == those(HARVEST)
    assert search(library, "late OR harvest OR calc OR towers", all_revisions=True) == those(*EVERYTHING)


def test_other_conditions_hold_too(shelf: Library) -> None:
    assert search(shelf, "intelligence", until=datetime(2026, 11, 3, tzinfo=UTC)) == those(PAPER)
    assert search(shelf, "intelligence", since=datetime(2026, 11, 3, 0, 0, 1, tzinfo=UTC)) == those(LABELS)
    assert search(shelf, "robots", kinds=("video",)) == []


def test_a_day_at_the_edge_of_a_window_is_found_in_every_zone(empty_library: Library) -> None:
    stored = article(1, published_at="2026-11-20T00:00:00Z", published_precision="day")
    empty_library.publish("20261121T120000Z-000001.jsonl", [stored])
    zone = UTC
    for hours in range(-12, 36, 6):
        edge = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hours)
        wanted = json_ids(empty_library.export("b.jsonl", since=edge, zone=zone))
        assert [id_ for id_, _ in search(empty_library, "late", since=edge, zone=zone)] == wanted


def json_ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_bytes().splitlines()]


def test_sections_of_all_records_are_known(library: Library) -> None:
    assert search(library, "late", sections=("world",)) == those(FERRY)
    assert search(library, "late", sections=("Politics",)) == []
    with pytest.raises(WrongUsage, match="no article has the section 'Politicks'"):
        search(library, "late", sections=("Politicks",))


def test_files_published_since_are_found_and_files_taken_away_are_not(shelf: Library) -> None:
    search(shelf, "robots")
    later = article(30, title="More robots")
    shelf.publish("20261123T120000Z-000003.jsonl", [later])
    assert search(shelf, "robots") == those(AI, later)
    (shelf.articles / "20261121T120000Z-000001.jsonl").unlink()
    assert search(shelf, "robots") == those(later)


def test_the_newest_revision_is_the_newest_that_is_there(library: Library) -> None:
    assert search(library, "cmd") == []
    (library.articles / "20261122T120000Z-000002.jsonl").unlink()
    assert search(library, "cmd") == those(HARVEST)


def test_compressed_files_are_searched(shelf: Library) -> None:
    search(shelf, "robots")
    for file in list(shelf.articles.iterdir()):
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    assert search(shelf, "intelligence OR robots") == those(AI, PAPER, LABELS)
    index_of(shelf).unlink()
    assert search(shelf, "intelligence OR robots") == those(AI, PAPER, LABELS)


def test_a_file_of_another_content_under_an_old_name_is_indexed_again(shelf: Library) -> None:
    search(shelf, "robots")
    shelf.publish("20261121T120000Z-000001.jsonl", [article(31, title="Trams")])
    assert search(shelf, "trams OR intelligence") == those(article(31), PAPER, LABELS)
    assert search(shelf, "robots") == []


@pytest.mark.parametrize("damage", ["removed", "garbage", "truncated", "another version"])
def test_an_index_that_cannot_be_used_is_made_again(shelf: Library, damage: str) -> None:
    search(shelf, "robots")
    index = index_of(shelf)
    if damage == "removed":
        index.unlink()
    elif damage == "garbage":
        index.write_bytes(b"1,615 lines\n" * 1000)
    elif damage == "truncated":
        index.write_bytes(index.read_bytes()[:100])
    else:
        with closing(sqlite3.connect(index)) as database:
            database.execute("PRAGMA user_version = 99")
    assert search(shelf, "robots") == those(AI)


def test_a_line_that_is_not_a_record_is_named_and_the_index_goes_on_later(shelf: Library) -> None:
    bad = shelf.publish("20261123T120000Z-000003.jsonl", [article(30, title="More robots")])
    whole = bad.read_bytes()
    bad.write_bytes(whole + b"{}\n")
    with pytest.raises(InvalidRecord, match="line 2: "):
        search(shelf, "robots")
    bad.write_bytes(whole)
    assert search(shelf, "robots") == those(AI, article(30))


def test_the_index_is_no_link(shelf: Library, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite"
    index_of(shelf).symlink_to(elsewhere)
    with pytest.raises(ExportFailed, match=r"search\.sqlite: it is a link"):
        search(shelf, "robots")
    assert not elsewhere.exists()


def test_who_may_only_read_the_folder_searches_too(shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.access
    folder = shelf.articles.parent
    monkeypatch.setattr(os, "access", lambda path, mode: path != folder and real(path, mode))
    assert search(shelf, "robots") == those(AI)
    assert not index_of(shelf).exists()


def test_a_search_in_every_format_holds_what_it_finds(shelf: Library) -> None:
    for name in ("a.parquet", "a.csv", "a.json", "a.sqlite", "a.xlsx", "a.ninjs.jsonl", "rss.xml", "b.jsonl.gz"):
        job = shelf.job(name, search="robots")
        assert job.run() == 1
    assert search(shelf, "robots", by_day=False) == those(AI)
    assert to_line(AI) == (shelf.folder / "a.jsonl").read_bytes()


def test_the_words_of_a_file_are_written_to_the_index_once(empty_library: Library) -> None:
    corrected = [article(number // 2, revision=1 + number % 2, title=f"Robot {number}") for number in range(2, 102)]
    empty_library.publish("20261121T120000Z-000001.jsonl", corrected)
    search(empty_library, "robot")
    with closing(sqlite3.connect(index_of(empty_library))) as database:
        assert database.execute("SELECT count(DISTINCT segid) FROM text_idx").fetchone() == (1,)
