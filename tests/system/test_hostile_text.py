"""Text of a server or an old report is only text: in records, and on a terminal."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from replica import Replica, Resource, Site
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import HOST, HTML, Newsstand, Story, article
from tests.system.promises import breaches
from tests.system.terminal import in_terminal

pytestmark = pytest.mark.system

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # by a terminal
ESCAPE = "\x1b[2J\x1b]0;owned\x07"
# Raw, and as references, as a parser decodes them after all filters: CSI, bidi, line ends of Python, half a surrogate.
TRICKS = (
    f"{ESCAPE}\x9b31m\u202e\u2066\u200b\u2028\u2029\x85\x0b\x0c\x1c\x1e\0\ufeff&#27;&#x202e;&#x2028;&#xD800;&#0;&#x1b;"
)
STORY, HTML_STORY, LONG_STORY = Story(1), Story(2), Story(3)
LETTERS = 5_000_000


@pytest.fixture(scope="module")
def stand() -> Newsstand:
    """A site that means harm."""
    stand = Newsstand()
    published = STORY.published
    title, paragraph = f"A{TRICKS}title", f"One{TRICKS}two <b>three{TRICKS}</b>"
    stand.site.put(STORY.path(), Resource(article(title, published, paragraph), HTML))
    markup = "&lt;script&gt;alert(1)&lt;/script&gt; =cmd|'/c calc'!A0"
    stand.site.put(HTML_STORY.path(), Resource(article(markup, published, markup), HTML))
    stand.site.put(LONG_STORY.path(), Resource(article("A" * LETTERS, published, "Some text."), HTML))
    stand.list(
        "/world/", [STORY.path(), HTML_STORY.path(), LONG_STORY.path(), "/world/2025-03-10/detail-i../../../x1.shtml"]
    )
    return stand


@pytest.fixture
def replica(serve: Callable[[Site], Replica], stand: Newsstand) -> Replica:
    """It, served."""
    return serve(stand.site)


@pytest.fixture
def crawl(replica: Replica, crawl_of: Callable[[Replica], Crawl]) -> Crawl:
    """Its crawl."""
    return crawl_of(replica)


def assert_harmless(*ended: Ended) -> None:
    """Nothing that was printed is obeyed by a terminal."""
    for each in ended:
        assert not OBEYED.search(each.out), each.out
        assert not OBEYED.search(each.err), each.err


def title_of(records: list[dict[str, object]], story: Story) -> object:
    """The title of a story's record."""
    (record,) = (record for record in records if record["id"] == story.id)
    return record["title"]


def test_a_record_is_one_line_of_visible_text_for_every_reader(crawl: Crawl, tmp_path: Path) -> None:
    feed, export = tmp_path / "feed.jsonl", tmp_path / "export.jsonl"
    ended = crawl.run("-O", str(feed), "-L", "DEBUG")
    assert_harmless(ended, crawl.scrapy("export", str(export)), crawl.scrapy("status"))
    (file,) = crawl.files
    assert [breach for breach in breaches(file) if "<script>" not in breach] == []
    for path in (file, feed, export):
        text = path.read_text(encoding="utf-8")
        assert text.splitlines() == text.split("\n")[:-1]
        records = [json.loads(line) for line in text.splitlines()]
        assert {record["id"] for record in records} == {STORY.id, HTML_STORY.id}
        assert not OBEYED.search(str(title_of(records, STORY)))


def test_markup_in_a_title_stays_text(crawl: Crawl) -> None:
    crawl.run()
    assert title_of(crawl.records, HTML_STORY) == "<script>alert(1)</script> =cmd|'/c calc'!A0"


def test_a_title_of_megabytes_is_rejected_and_the_others_are_stored(crawl: Crawl) -> None:
    ended = crawl.run("-s", "DOWNLOAD_MAXSIZE=10485760")
    assert (ended.stats["new"], crawl.report["counts"]["rejected"]) == ("2", 1)
    assert "title has 5,000,000 letters" in str(crawl.report["failures"])
    assert len(json.dumps(crawl.report)) < 100_000


def test_an_id_like_a_path_is_not_an_article(crawl: Crawl, replica: Replica) -> None:
    crawl.run()
    assert [request.path for request in replica.requests if ".." in request.path] == []
    assert {path.name for path in crawl.folder.iterdir()} >= {"articles", "reports", "rejected", "state.sqlite"}
    assert [path for path in crawl.data.parent.iterdir() if path != crawl.data] == []


@pytest.mark.parametrize(
    "resource",
    [
        Resource(b"x", HTML, headers=(("Content-Encoding", ESCAPE),)),
        Resource(b"x", f"text/html{ESCAPE}; charset={ESCAPE}"),
        Resource(b"", HTML, 302, location=f"/{ESCAPE}"),
        Resource(b"", HTML, 302, location=f"https://{ESCAPE}/"),
        Resource(b"x", HTML, headers=(("Set-Cookie", ESCAPE), ("Etag", ESCAPE), ("Last-Modified", ESCAPE))),
        Resource(b"x", HTML, 200, headers=(("Content-Length", ESCAPE),)),
    ],
    ids=["encoding", "type", "path", "host", "fields", "length"],
)
def test_no_header_reaches_the_terminal_as_it_came(
    serve: Callable[[Site], Replica], tmp_path: Path, resource: Resource
) -> None:
    stand = Newsstand()
    stand.site.put(STORY.path(), resource)
    crawl = Crawl(tmp_path / "data", serve(stand.site).environment())
    loud = crawl.run("-a", f"urls={STORY.url}", "-L", "DEBUG", "-s", "RETRY_TIMES=0")
    assert loud.stats
    quiet = crawl.run("-a", f"urls={STORY.url}", "-s", "RETRY_TIMES=0")
    assert_harmless(loud, quiet, crawl.scrapy("status"), crawl.scrapy("status", "--json"))


def test_the_live_line_and_what_is_printed_above_it_are_harmless(
    serve: Callable[[Site], Replica], tmp_path: Path
) -> None:
    stand = Newsstand()
    stand.site.put(STORY.path(), Resource(b"x", HTML, headers=(("Content-Encoding", ESCAPE),)))
    crawl = Crawl(tmp_path / "data", serve(stand.site).environment())
    shown = in_terminal(crawl, ["-a", f"urls={STORY.url}"])
    assert "\\x1b[2j" in shown.text.lower()
    assert "\x1b[2j" not in shown.output.lower()
    assert "owned\x07" not in shown.output


def test_what_an_old_report_says_is_harmless(crawl: Crawl) -> None:
    assert crawl.run("-a", "sections=world").stats
    document = crawl.report
    (report,) = (crawl.folder / "reports").glob("2*.json")
    document["reasons"] = [f"because{ESCAPE}\x9b31m\u202e"]
    document["counts"][f"new{ESCAPE}"] = 7
    document["status"] = "unhealthy"
    report.write_text(json.dumps(document), encoding="utf-8")
    shown, listed = crawl.scrapy("status"), crawl.scrapy("status", "--json")
    assert "because" in shown.out
    assert "because" in listed.out
    assert_harmless(shown, listed)


def test_what_a_fixture_shows_is_harmless(tmp_path: Path, crawl: Crawl) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(article(f"A{TRICKS}title", f"2031-01-01 00:00:00{ESCAPE}", f"One{TRICKS}two"))
    ended = crawl.scrapy("fixture", str(page), "--url", f"{HOST}/{ESCAPE}")
    assert ended.status == 2
    assert_harmless(ended)
