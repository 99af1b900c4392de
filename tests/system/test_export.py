"""`scrapy export`, as a user runs it: which articles it writes, and what it refuses."""

import gzip
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ecnscrawl.items import to_line
from ecnscrawl.normalize.timestamps import to_text
from tests.exporters.library import BRIDGE, EVERYTHING, FERRY, HARVEST_CORRECTED
from tests.samples import article
from tests.system.crawling import Crawl
from tests.system.exporting import OLD, ids, shell, user

__all__ = ["user"]  # a fixture

pytestmark = pytest.mark.system


@pytest.mark.parametrize("name", ["a.parquet", "a.sqlite", "w.rss.xml"])
def test_it_says_how_many_articles_it_has_written_where(user: Crawl, tmp_path: Path, name: str) -> None:
    ended = user.scrapy("export", str(tmp_path / name))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == f"3 articles written to {tmp_path / name}\n"
    assert (tmp_path / name).stat().st_size > 0


def test_all_revisions_are_counted_one_by_one(user: Crawl, tmp_path: Path) -> None:
    ended = user.scrapy("export", "--all-revisions", str(tmp_path / "a.jsonl"))
    assert ended.out == f"4 articles (each revision counted) written to {tmp_path / 'a.jsonl'}\n"
    assert ids(tmp_path / "a.jsonl") == [article.id for article in EVERYTHING]


def test_days_are_those_of_the_site_and_both_included(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    user.scrapy("export", "--since", "2026-11-21", "--until", "2026-11-22", str(target))
    assert ids(target) == [BRIDGE.id, HARVEST_CORRECTED.id]
    user.scrapy("export", "--until", "2026-11-20", str(target))
    assert ids(target) == [FERRY.id]


def test_a_section_is_found_in_any_case(user: Crawl, tmp_path: Path) -> None:
    user.scrapy("export", "--latest", "--site", "ecns", "--section", "politics", str(tmp_path / "a.jsonl"))
    assert ids(tmp_path / "a.jsonl") == [BRIDGE.id]


def test_an_export_without_a_match_is_not_an_error(user: Crawl, tmp_path: Path) -> None:
    ended = user.scrapy("export", "--since", "2100-01-01", str(tmp_path / "a.csv"))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(f"0 articles written to {tmp_path / 'a.csv'}: nothing in ")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").count("\n") == 1


def test_an_operator_in_small_letters_that_finds_nothing_is_named(user: Crawl, tmp_path: Path) -> None:
    ended = user.scrapy("export", "--search", "bridge or nowhere", str(tmp_path / "a.csv"))
    assert ended.out.endswith(" matches; OR is written in capitals\n")
    ended = user.scrapy("export", "--search", "bridge OR nowhere", str(tmp_path / "a.csv"))
    assert ended.out == f"1 article written to {tmp_path / 'a.csv'}\n"


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        (["Bussiness"], "no article has the section 'Bussiness' (did you mean 'Business'?)"),
        (["wrold"], "no article has the section 'wrold' (did you mean 'World'?)"),
        (["cns-wyre"], "no article has the section 'cns-wyre' (did you mean 'cns-wire'?)"),
        (["Xyz"], "no article has the section 'Xyz'; known are Business, Politics, World"),
        (["Politics", "Bussiness"], "no article has the section 'Bussiness' (did you mean 'Business'?)"),
        ([""], "no article has the section ''; known are Business, Politics, World"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, list) else "",
)
def test_an_unknown_section_is_refused_with_the_nearest_one_and_the_target_stays(
    user: Crawl, tmp_path: Path, sections: list[str], said: str
) -> None:
    target = tmp_path / "a.jsonl"
    target.write_bytes(OLD)
    ended = user.scrapy("export", *(word for section in sections for word in ("--section", section)), str(target))
    assert (ended.status, ended.err, ended.out) == (2, f"ecnscrawl: error: {said}\n", "")
    assert target.read_bytes() == OLD
    assert {path.name for path in tmp_path.iterdir()} == {"data", "a.jsonl"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--section", "politics", "--section", "WORLD"), "2 articles written to {}"),
        (("--section", "military"), "0 articles written to {}: no article has the section 'military'"),
        (("--section", "Sci-Tech"), "0 articles written to {}: no article has the section 'Sci-Tech'"),
        (("--section", "world", "--until", "2020-01-01"), "0 articles written to {}: nothing in "),
    ],
)
def test_a_known_section_without_articles_writes_a_valid_empty_file(
    user: Crawl, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    target = tmp_path / "a.jsonl"
    target.write_bytes(OLD)
    ended = user.scrapy("export", *arguments, str(target))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(said.format(target))
    assert len(ids(target)) == int(said.split(maxsplit=1)[0])


@pytest.mark.parametrize("there", ["nothing", "folders", "a part", "others' files"])
def test_a_data_folder_without_article_files_leaves_the_target_unchanged(tmp_path: Path, there: str) -> None:
    articles = tmp_path / "data" / "ecns" / "articles"
    if there != "nothing":
        articles.mkdir(parents=True)
    if there == "a part":
        (articles / ".20261121T120000Z-000001.part").write_bytes(to_line(FERRY))
    if there == "others' files":
        (articles / "mine.jsonl").write_bytes(to_line(FERRY))
    target = tmp_path / "rss.xml"
    target.write_bytes(OLD)
    ended = Crawl(tmp_path / "data", {}).scrapy("export", str(target))
    assert (ended.status, ended.out) == (1, "")
    where, site = (articles, "ecns") if there != "nothing" else (tmp_path / "data", "SITE")
    assert ended.err == (
        f"ecnscrawl: error: there is no article file in {where}; run `scrapy crawl {site}` first, or name the data"
        " folder with ECNSCRAWL_DATA_DIR\n"
    )
    assert target.read_bytes() == OLD
    assert (tmp_path / "data").exists() == (there != "nothing")


def test_compressed_files_are_exported_as_the_plain_ones_are(user: Crawl, tmp_path: Path) -> None:
    user.scrapy("export", str(tmp_path / "plain.jsonl"))
    for file in user.files:
        subprocess.run(["gzip", file], check=True)
    ended = user.scrapy("export", str(tmp_path / "a.jsonl"))
    assert (ended.status, ended.out) == (0, f"3 articles written to {tmp_path / 'a.jsonl'}\n")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "plain.jsonl").read_bytes()


def test_a_compressed_file_that_is_cut_off_is_named_and_the_target_stays(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(OLD)
    cut = user.files[0].with_name(f"{user.files[0].name}.gz")
    cut.write_bytes(gzip.compress(user.files[0].read_bytes())[:-30])
    user.files[0].unlink()
    ended = user.scrapy("export", str(target))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"ecnscrawl: error: {cut} is cut off or damaged (")
    assert ended.err.count("\n") == 1
    assert target.read_bytes() == OLD


def test_the_format_is_named_where_the_ending_does_not(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "articles.txt"
    ended = user.scrapy("export", str(target), "--format", "jsonl")
    assert (ended.status, ended.out) == (0, f"3 articles written to {target}\n")
    assert len(ids(target)) == 3


@pytest.mark.parametrize("since", ["yesterday", "1d", "30h", "today"])
def test_dates_may_be_relative_to_now(user: Crawl, tmp_path: Path, since: str) -> None:
    now = datetime.now(UTC)
    articles = {"now": now, "a week ago": now - timedelta(days=7)}
    stored = [article(number, published_at=to_text(at)) for number, at in enumerate(articles.values(), 10)]
    (user.folder / "articles" / "20261123T120000Z-000003.jsonl").write_bytes(b"".join(map(to_line, stored)))
    target = tmp_path / "a.jsonl"
    ended = user.scrapy("export", "--since", since, str(target))
    assert (ended.status, ended.err) == (0, "")
    assert (stored[0].id in ids(target), stored[1].id in ids(target)) == (True, False)


def test_a_csv_is_safe_for_spreadsheets_unless_the_user_says_otherwise(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    user.scrapy("export", "--all-revisions", str(target))
    assert ",'=cmd|" in target.read_text(encoding="utf-8")
    user.scrapy("export", "--all-revisions", "--no-formula-safe", str(target))
    assert ",=cmd|" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "name one file"),
        (("-",), "name the format of standard output: --format parquet or"),
        (("-", "{}/a.csv"), "name one file"),
        (("--format", "cvs", "{}/a"), "'cvs' is not a format (did you mean 'csv'?)"),
        (("--format", "csv", "{}/a.jsonl"), "is jsonl by its ending, and --format says csv"),
        (("--since", "30x", "{}/a.csv"), "since='30x' is not a date"),
        (("/dev/null", "--format", "csv"), "`-` writes to standard output"),
        (("{}/a.xls",), "known are .parquet .csv .ninjs.jsonl .jsonl .json .sqlite .xlsx rss.xml"),
        (("{}/missing/a.csv",), "there is no folder"),
        (("{}/data/ecns/state.sqlite",), "the crawl's own files"),
        (("--since", "lastmonth", "{}/a.csv"), "--since='lastmonth' is not a date"),
        (
            ("--until", "2026-10-01", "--since", "2026-11-01", "{}/a.csv"),
            "--until='2026-10-01' is before --since='2026",
        ),
        (("--since", "2026-13-01", "{}/a.csv"), "since='2026-13-01' is not a date"),
        (("--since", "2026-11-21", "--until", "2026-11-20", "{}/a.csv"), "is before"),
        (("--site", "ecsn", "{}/a.csv"), "did you mean 'ecns'?"),
        (("--sectoin", "World", "{}/a.csv"), "unknown option '--sectoin'"),
        (("{}/a.csv", "--search", "deep", "sea"), "'sea' is one too many: does a value with blanks lack its quotes?"),
        (("{}/a.csv", "--section"), "argument --section needs a value; "),
        (("--latest", "--all-revisions", "{}/a.csv"), "exclude each other"),
        (("--no-formula-safe", "{}/a.jsonl"), "is about CSV"),
    ],
)
def test_wrong_usage_is_refused_in_one_line(
    user: Crawl, tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    ended = user.scrapy("export", *(argument.format(tmp_path) for argument in arguments))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("ecnscrawl: error: ")
    assert ended.err.count("\n") == 1
    assert reason in ended.err
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_a_search_is_one_command(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    ended = user.scrapy("export", "--search", "late OR towers -minds", "--kind", "photo", str(target))
    assert (ended.status, ended.err, ended.out) == (0, "", f"1 article written to {target}\n")
    assert ids(target) == [BRIDGE.id]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--search", "bridge AND"),
            "--search 'bridge AND' cannot be understood: it ends too early: a word",
        ),
        (("--kind", "foto"), "--kind 'foto' is not known (did you mean 'photo'?); write article, photo or video"),
        (("--new-since", "a/b"), "--new-since 'a/b' is not a name; use up to 64 letters, digits and . _ -"),
        (("--partition-by", "month"), "--partition-by 'month' is not known; write day"),
    ],
    ids=" ".join,
)
def test_a_wrong_option_is_one_line_and_the_target_stays(
    user: Crawl, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    target = tmp_path / "a.jsonl"
    target.write_bytes(OLD)
    ended = user.scrapy("export", *arguments, str(target))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"ecnscrawl: error: {said}")
    assert ended.err.count("\n") == 1
    assert target.read_bytes() == OLD


def test_what_is_new_since_the_last_export_is_exported_once(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "new.csv.gz"
    ended = user.scrapy("export", "--new-since", "weekly", str(target))
    assert ended.out == f"3 articles written to {target}\n"
    ended = user.scrapy("export", "--new-since", "weekly", "-", "--format", "jsonl")
    assert (ended.status, ended.out) == (0, "")
    articles = user.folder / "articles"
    assert ended.err == f"0 articles written to standard output: nothing new in {articles} matches\n"
    (articles / "20261123T120000Z-000003.jsonl").write_bytes(to_line(article(9)))
    with Path("/dev/full").open("wb") as full:
        done = shell(user, "export", "--new-since", "weekly", "-", "--format", "jsonl", stdout=full)
    assert done.returncode == 1
    ended = user.scrapy("export", "--new-since", "weekly", "-", "--format", "jsonl")
    assert ended.out.encode() == to_line(article(9))


def test_a_folder_of_days_is_one_command(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "by-day"
    ended = user.scrapy("export", "--partition-by", "day", "--format", "parquet", str(target))
    assert (ended.status, ended.err, ended.out) == (0, "", f"3 articles written to {target}\n")
    assert sorted(path.name for path in target.iterdir()) == [f"day=2026-11-{day}" for day in (20, 21, 22)]


def test_a_spreadsheet_that_cuts_a_text_says_so(user: Crawl, tmp_path: Path) -> None:
    long = to_line(article(9, body="a" * 40_000))
    (user.folder / "articles" / "20261123T120000Z-000003.jsonl").write_bytes(long)
    ended = user.scrapy("export", str(tmp_path / "a.xlsx"))
    assert ended.out == f"4 articles written to {tmp_path / 'a.xlsx'}; 1 text cut to what a cell holds\n"
