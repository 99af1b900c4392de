"""`scrapy reextract` reads archives of other makers: which sites, which forms, which pages, and what is bad."""

import gzip
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.system.archives import ArchivingCrawl, Page, records_in, warc
from tests.system.archivist import OTHER, STORY, Archivist, page_of
from tests.system.newsstand import Story

pytestmark = pytest.mark.system

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FOREIGN = Page(
    "https://www.gazette.example/2026/11/19/the-old-ferry-sails-again",
    b"<html><head><title>The old ferry sails again</title></head><body><article><h1>The old ferry sails again</h1>"
    b'<time datetime="2026-11-19T08:00:00Z">19 November</time><p>The ferry left the harbour at dawn with forty'
    b" passengers and a piano that nobody had asked for.</p><p>The captain said that the piano belonged to a school"
    b" on the other side of the bay, and that it was tuned by every wave.</p></article></body></html>",
)


@pytest.fixture
def reader(tmp_path: Path) -> Callable[..., Archivist]:
    """Somebody with a file of another maker, and no data folder."""

    def at(*contents: bytes) -> Archivist:
        for number, content in enumerate(contents):
            (tmp_path / f"{number}.warc.gz").write_bytes(content)
        return Archivist(ArchivingCrawl(tmp_path / "nowhere", {}), tmp_path / "out")

    return at


def files_of(user: Archivist) -> list[str]:
    return sorted(str(path) for path in user.out.parent.glob("*.warc.gz"))


def test_of_several_sites_one_can_be_chosen(reader: Callable[..., Archivist]) -> None:
    user = reader(
        warc([FOREIGN, page_of(STORY), Page("https://other.example/2026/1/1/a-story-that-is-none", b"<html>")])
    )
    assert user.reextract("--site", "ecns", files=files_of(user)).status == 0
    assert sorted(path.name for path in user.out.iterdir()) == ["ecns"]
    (record,) = records_in(user.out / "ecns")
    assert (record["id"], record["fetched_at"]) == (STORY.id, "2026-11-20T08:00:00Z")
    assert not user.crawl.data.exists()


def test_without_a_choice_every_site_gets_a_folder(reader: Callable[..., Archivist]) -> None:
    user = reader(warc([FOREIGN, page_of(STORY)]))
    assert user.reextract(files=files_of(user)).status == 0
    (record,) = records_in(user.out / "www.gazette.example")
    assert (record["title"], record["published_at"]) == ("The old ferry sails again", "2026-11-19T08:00:00Z")
    assert len(records_in(user.out / "ecns")) == 1


def test_a_site_named_by_its_domain_has_ids_of_its_own_and_says_so(reader: Callable[..., Archivist]) -> None:
    user = reader(warc([FOREIGN]))
    ended = user.reextract("--site", "gazette.example", files=files_of(user))
    (record,) = records_in(user.out / "gazette.example")
    assert (ended.status, ended.err.count("\n")) == (0, 2), ended.err  # and the counts
    assert "www.gazette.example is read as a part of gazette.example" in ended.err
    assert record["id"].startswith("gazette.example:")
    ended = user.reextract("--site", "www.gazette.example", files=files_of(user))
    assert (ended.status, ended.err.count("\n")) == (0, 1), ended.err
    (alone,) = records_in(user.out / "www.gazette.example")
    assert alone["id"] == f"www.{record['id']}"


def test_a_site_of_which_the_files_have_nothing_is_named(reader: Callable[..., Archivist]) -> None:
    user = reader(warc([FOREIGN]))
    ended = user.reextract("--site", "chinanews", files=files_of(user))
    assert ended.status == 0
    assert ended.err.startswith("ecnscrawl: warning: the files have no page of chinanews\nreextract files=1 pages=0 ")


def in_form(form: str, page: Page) -> bytes:
    """A file with one page, in a form that others write."""
    version = "1.1" if form == "browsertrix" else "1.0"
    if form == "wget":  # version 1.21.3 writes `WARC-Target-URI: <https://…>`
        page = replace(page, url=f"<{page.url}>")
    if form == "chunked":
        half = len(page.body) // 2
        pieces = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (page.body[:half], page.body[half:])]
        headers = (*page.headers, ("Transfer-Encoding", "chunked"))
        page = replace(page, body=b"".join([*pieces, b"0\r\n\r\n"]), headers=headers)
    if form in ("encoded", "header left"):
        body = gzip.compress(page.body) if form == "encoded" else page.body
        page = replace(page, body=body, headers=(*page.headers, ("Content-Encoding", "gzip")))
    content = warc([page], is_compressed=form not in ("plain", "zstd"), version=version)
    return zstd.compress(content) if form == "zstd" else content


def test_each_form_of_archive_is_read(reader: Callable[..., Archivist]) -> None:
    forms = ("gzip", "plain", "zstd", "chunked", "encoded", "header left", "wget", "browsertrix")
    stories = [Story(number) for number in range(30, 30 + len(forms))]
    user = reader(*(in_form(form, page_of(story)) for form, story in zip(forms, stories, strict=True)))
    ended = user.reextract(files=files_of(user))
    assert (ended.status, ended.err.count("\n")) == (0, 1), ended.err
    assert [record["id"] for record in records_in(user.out / "ecns")] == [story.id for story in stories]


def test_revisions_count_over_the_archives_in_the_order_given(reader: Callable[..., Archivist]) -> None:
    user = reader(
        warc([page_of(STORY)]), warc([page_of(STORY, "It was corrected.", 2)]), warc([page_of(STORY, "Once more.", 1)])
    )
    assert user.reextract(files=files_of(user)).status == 0
    found = [
        (record["revision"], record["body"], record["fetched_at"][:10]) for record in records_in(user.out / "ecns")
    ]
    assert found == [
        (1, STORY.paragraph(), "2026-11-20"), (2, "It was corrected.", "2026-11-22"), (3, "Once more.", "2026-11-21"),
    ]  # fmt: skip


def test_a_second_reextraction_of_the_same_files_stores_nothing(reader: Callable[..., Archivist]) -> None:
    user = reader(warc([page_of(STORY), page_of(STORY, "It was corrected.", 2)]))
    first = user.reextract(files=files_of(user))
    again = user.reextract(files=files_of(user))
    assert " new=1 updated=1 " in first.last_line
    assert " new=0 updated=0 unchanged=1 " in again.last_line
    assert " older=1 " in again.last_line


def test_pages_are_those_of_articles_and_in_each_shard_the_feeds(reader: Callable[..., Archivist]) -> None:
    feed = Page("https://www.ecns.cn/rss/rss.xml", b"<rss/>", headers=(("Content-Type", "text/xml"),))
    stories = [page_of(Story(number)) for number in range(20, 26)]
    moved, gone = replace(stories[0], status="301 Moved"), replace(stories[1], status="404 Not Found")
    image = Page("https://www.ecns.cn/a.jpg", b"jpeg", headers=(("Content-Type", "image/jpeg"),))
    user = reader(warc([feed, moved, gone, image, *stories]))
    pages: list[int] = []
    for words in ([], ["--shard", "1/2"], ["--shard", "2/2"]):
        part = replace(user, out=user.out / str(len(pages)))
        ended = part.reextract(*words, files=files_of(user))
        pages.append(int(ended.last_line.split("pages=")[1].split()[0]))
    assert pages[0] == len(stories) + 1
    assert pages[1] + pages[2] == len(stories) + 2


def test_only_what_was_published_since_a_day_is_stored(reader: Callable[..., Archivist]) -> None:
    old = Story(9, published="2019-03-10 09:30:00")
    user = reader(warc([page_of(STORY), page_of(old)]))
    assert user.reextract("--since", "2025-01-01", files=files_of(user)).status == 0
    assert [record["id"] for record in records_in(user.out / "ecns")] == [STORY.id]


def test_each_response_of_an_article_address_is_in_one_count(reader: Callable[..., Archivist]) -> None:
    other = [
        replace(FOREIGN, url=f"{FOREIGN.url}-{number}", headers=(("Content-Type", kind),))
        for number, kind in enumerate(("text/plain", "application/octet-stream"))
    ]
    idn = replace(FOREIGN, url=FOREIGN.url.replace("gazette", "bücher"))
    port = replace(FOREIGN, url=FOREIGN.url.replace(".example", ".example:8080"))
    user = reader(warc([FOREIGN, *other, idn, port]))
    ended = user.reextract(files=files_of(user))
    assert ended.status == 3
    assert " pages=4 new=2 " in ended.last_line
    assert " no_article=2 bad=1 " in ended.last_line
    assert f"{port.url}: not read: its address has another port than 80 and 443" in ended.err
    assert len(records_in(user.out / "www.xn--bcher-kva.example")) == 1


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("PAGE_SECONDS=0.000001", "page-timeout: reading it takes longer than 1e-06 seconds"),
        ("PAGE_MEMORY_MB=4", "page-memory: reading it takes more than 4 MB"),
    ],
)
def test_a_page_that_takes_more_than_the_settings_allow_is_given_up(
    reader: Callable[..., Archivist], setting: str, reason: str
) -> None:
    large = page_of(STORY, "An avalanche of words. " * 100_000)
    user = reader(warc([large]))
    ended = user.reextract("-s", setting, files=files_of(user))
    assert (ended.status, ended.err.count("\n")) == (3, 2)
    assert f"{STORY.url}: {reason}\n" in ended.err


def test_what_is_bad_is_named_and_the_rest_is_read(reader: Callable[..., Archivist]) -> None:
    wrong = warc([replace(page_of(Story(11)), body=Story(11).page())], is_compressed=False)
    wrong = wrong.replace(b"story number 11", b"story number 12")  # the digests are the old ones
    large = warc([replace(page_of(Story(13)), body=b" " * 200_000_000)])
    cut = warc([page_of(Story(14)), page_of(Story(15))])
    bomb = replace(
        page_of(Story(16)), body=gzip.compress(b" " * 50_000_000), headers=(("Content-Encoding", "gzip"),)
    )  # fmt: skip
    user = reader(
        warc([page_of(STORY)]) + gzip.compress(wrong) + large + warc([page_of(OTHER)]),
        b"<html>no archive</html>" * 100,
        cut[:-400],
        cut[: len(cut) // 2] + warc([page_of(Story(17))]),
        warc([bomb, page_of(Story(18))]),
        b"",
    )
    ended = user.reextract(files=files_of(user))
    assert ended.status == 3
    assert {record["id"] for record in records_in(user.out / "ecns")} == {
        story.id for story in (STORY, OTHER, *(Story(number) for number in (14, 17, 18)))
    }
    for what in (
        ": wrong digest",
        ": too large",
        "not a WARC file",
        "cut off",
        ": too large when decompressed",
        "empty",
    ):
        assert what in ended.err, what
    assert Story(11).url in ended.err
    assert " bad=" in ended.last_line
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("words", "status", "what"),
    [
        ([], 2, "name one or more WARC files"),
        (["nowhere.warc.gz", "--out", "x"], 1, "nowhere.warc.gz: No such file or directory"),
        (["-", "--out", "x"], 1, "-: an archive cannot be read from a pipe; save it to a file and name that"),
        (["README.md"], 2, "write either --out DIR, --store or --diff"),
        (["README.md", "--out", "x", "--diff"], 2, "write either --out DIR, --store or --diff"),
        (["README.md", "--diff", "--since", "today"], 2, "--diff compares all articles; leave --since out"),
        (["README.md", "--out", ""], 2, "--out is empty; name a folder"),
        (["README.md", "--out", "x", "--dask", "local", "--parts", " "], 2, "--parts is empty; name a folder"),
        (["README.md", "--out", "/proc/xx"], 1, "/proc/xx: No such file or directory; name another folder with --out"),
        (["README.md", "--out", "x", "--shard", "3/2"], 2, "--shard '3/2' is not a part"),
        (["README.md", "--out", "x", "--jobs", "0"], 2, "--jobs 0 is less than one"),
        (["README.md", "--out", "x", "--since", "soon"], 2, "since='soon'"),
        (["README.md", "--out", "x", "--since", "soon"], 2, "error: --since='soon' is not a date"),
        (["README.md", "--out", "README.md"], 1, "README.md is a file, not a folder; name a folder with --out"),
        (["README.md", "--out", "x", "--site", "nosuch"], 2, "unknown site 'nosuch'; known are chinanews, ecns"),
        (["README.md", "--out", "x", "--site", "../x"], 2, "../x"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    reader: Callable[..., Archivist], words: list[str], status: int, what: str
) -> None:
    ended = reader().crawl.scrapy("reextract", *words)
    assert (ended.status, ended.err.count("\n")) == (status, 1), ended.err
    assert what in ended.err
