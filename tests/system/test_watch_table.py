"""`scrapy watch --check` and `--import`: what they print, what they write, and their exit statuses."""

from pathlib import Path

import pytest

from tests.system.crawling import Crawl

pytestmark = pytest.mark.system

OPML = """\
<opml version="2.0"><body>
<outline text="Fjord Post" xmlUrl="https://fjord.example/feed" htmlUrl="https://fjord.example/"/>
<outline text="Router" xmlUrl="http://192.168.0.1/feed"/>
</body></opml>
"""


@pytest.fixture
def user(tmp_path: Path) -> Crawl:
    (tmp_path / "subscriptions.opml").write_text(OPML)
    return Crawl(tmp_path / "data", {})


def test_a_table_is_imported_checked_and_not_overwritten(user: Crawl, tmp_path: Path) -> None:
    table, source = str(tmp_path / "SITES.toml"), str(tmp_path / "subscriptions.opml")
    skipped = "ecnscrawl: warning: skipped 'Router' (http://192.168.0.1/feed): its address is an IP address\n"
    printed = user.scrapy("watch", "--import", source)
    assert (printed.status, printed.err) == (0, skipped)
    ended = user.scrapy("watch", table, "--import", source)
    assert (ended.status, ended.out, ended.err) == (0, f"1 site in {table}\n", skipped)
    assert Path(table).read_text() == printed.out
    checked = user.scrapy("watch", table, "--check")
    assert (checked.status, checked.out, checked.err) == (0, "1 site\n", "")
    again = user.scrapy("watch", table, "--import", source)
    assert (again.status, again.out) == (2, "")
    assert again.err == (
        f"{skipped}ecnscrawl: error: {table} exists, and is not overwritten; name another file, or none for standard"
        " output\n"
    )
    assert not user.data.exists()


def test_every_fault_of_a_table_is_a_line(user: Crawl, tmp_path: Path) -> None:
    table = tmp_path / "SITES.toml"
    table.write_text('[[site]]\nspider = "ecsn"\n\n[[site]]\nspider = "news"\n')
    ended = user.scrapy("watch", str(table), "--check")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        f"ecnscrawl: error: {table}:2: unknown spider 'ecsn' (did you mean 'ecns'?); known are chinanews, ecns, news\n"
        f'ecnscrawl: error: {table}:4: news needs a site; write site = "example.org"\n'
    )


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("--check",), "name one table of sites: `scrapy watch SITES.toml`"),
        (
            ("none.toml", "--check"),
            "the table of sites 'none.toml' cannot be read (No such file or directory); name a file such as SITES.toml",
        ),
        (
            ("--import", "none.opml"),
            "'none.opml' cannot be read (No such file or directory); name a file that a feed reader has exported",
        ),
        (
            ("--check", "--import", "a.opml"),
            "argument --import: not allowed with argument --check; `scrapy watch -h` lists the options",
        ),
    ],
)
def test_wrong_usage_is_one_line(user: Crawl, words: tuple[str, ...], refusal: str) -> None:
    ended = user.scrapy("watch", *words)
    assert (ended.status, ended.out, ended.err) == (2, "", f"ecnscrawl: error: {refusal}\n")
