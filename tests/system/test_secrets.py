"""Passwords and cookies are used but never printed: not in a log, a report, the last line, a sample or the state."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from replica import Replica, Site
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

PASSWORD = "t0p/secret@w'rd"
WRITTEN = quote(PASSWORD, safe="")
FORMS = (PASSWORD, WRITTEN, "t0p/secret", "t0p%2Fsecret", b64encode(f"desk:{PASSWORD}".encode()).decode())
STORY = Story(1)
LOUD = ("-L", "DEBUG")


@pytest.fixture
def replica(serve: Callable[[Site], Replica]) -> Replica:
    """A site with one article."""
    stand = Newsstand()
    stand.publish(STORY)
    stand.list("/world/", [STORY.path()])
    return serve(stand.site)


@pytest.fixture
def crawl(replica: Replica, tmp_path: Path) -> Crawl:
    """The crawl of somebody whose proxy wants a password."""
    secret = {
        name: value.replace("http://", f"http://desk:{WRITTEN}@") if name.endswith("_proxy") else value
        for name, value in replica.environment().items()
    }
    return Crawl(tmp_path / "data", secret)


def told(crawl: Crawl, *ended: Ended) -> Iterator[bytes]:
    """Everything that was printed and written, with what is around it."""
    for each in ended:
        yield from (each.out.encode(), each.err.encode())
    for path in crawl.data.rglob("*"):
        yield path.name.encode()
        if path.is_file():
            yield path.read_bytes()


def assert_silent(crawl: Crawl, *ended: Ended, forms: tuple[str, ...] = FORMS) -> None:
    """Check that no form of a secret is in the output."""
    for content in told(crawl, *ended):
        assert [form for form in forms if form.encode() in content] == [], content[:500]


def test_the_password_of_a_proxy_is_used_and_not_printed(crawl: Crawl, replica: Replica) -> None:
    ended = crawl.run(*LOUD)
    assert ended.status == 0, ended.err
    assert int(ended.stats["new"]) == 1
    assert "Crawled (200)" in ended.err
    assert_silent(crawl, ended, crawl.scrapy("status", "--json"))


def test_the_password_of_a_proxy_that_cannot_be_reached_is_not_printed(crawl: Crawl, replica: Replica) -> None:
    nowhere = f"http://desk:{WRITTEN}@127.0.0.1:9"
    ended = crawl.run(*LOUD, "-s", "RETRY_TIMES=0", http_proxy=nowhere, https_proxy=nowhere)
    assert ended.status == 3
    assert "refused" in ended.last_line
    assert_silent(crawl, ended, crawl.scrapy("status", "--json"))


def test_a_password_that_was_not_escaped_is_not_printed_either(crawl: Crawl) -> None:
    raw = f"http://desk:{PASSWORD}@127.0.0.1:9"
    ended = crawl.run(*LOUD, "-s", "RETRY_TIMES=0", http_proxy=raw, https_proxy=raw)
    assert_silent(crawl, ended)


def test_cookies_keys_and_passwords_of_the_settings_are_not_printed(crawl: Crawl, replica: Replica) -> None:
    cookie, key = "session=c00kie-of-mine", "aws-key-4711"
    headers = json.dumps({"Cookie": cookie})
    settings = ("-s", f"DEFAULT_REQUEST_HEADERS={headers}", "-s", f"AWS_SECRET_ACCESS_KEY={key}")
    ended = crawl.run(*LOUD, *settings, "-s", f"FTP_PASSWORD={PASSWORD}")
    assert ended.status == 0, ended.err
    assert "Overridden settings" in ended.err
    assert_silent(crawl, ended, forms=(*FORMS, cookie, key))


def test_the_password_of_a_feed_is_not_printed(crawl: Crawl) -> None:
    ended = crawl.run(*LOUD, "-O", f"ftp://desk:{WRITTEN}@127.0.0.1:9/out.jsonl")
    assert ended.status == 3
    assert "the feed ftp://***@127.0.0.1:9/out.jsonl could not be written" in ended.last_line
    assert "***@127.0.0.1:9/out.jsonl" in ended.err
    assert_silent(crawl, ended, crawl.scrapy("status", "--json"))


@pytest.mark.parametrize("name", ["urls", "urls_from"])
def test_an_address_with_a_password_is_refused_without_printing_it(crawl: Crawl, tmp_path: Path, name: str) -> None:
    url = STORY.url.replace("https://", f"https://desk:{WRITTEN}@")
    (tmp_path / "list").write_text(url)
    ended = crawl.run(*LOUD, "-a", f"{name}={url if name == 'urls' else tmp_path / 'list'}")
    assert ended.status == 2
    assert f"'https://***@{urlsplit(STORY.url).hostname}/" in ended.last_line
    assert_silent(crawl, ended)


def test_the_log_file_tells_no_more_than_the_terminal(crawl: Crawl) -> None:
    log = crawl.data / "crawl.log"
    crawl.data.mkdir()
    ended = crawl.run(*LOUD, "-s", f"LOG_FILE={log}", "-O", f"ftp://desk:{WRITTEN}@127.0.0.1:9/out.jsonl")
    assert "***@127.0.0.1:9" in log.read_text()
    assert_silent(crawl, ended)


@pytest.mark.parametrize("word", ["ecns", "2026", "status", "healthy"])
def test_a_secret_that_looks_like_a_part_of_a_report_tears_neither_it_nor_the_last_line(
    replica: Replica, tmp_path: Path, word: str
) -> None:
    names = dict.fromkeys(("http_proxy", "https_proxy"), f"http://desk:{word}@{replica.proxy_url[7:]}")
    crawl = Crawl(tmp_path / "data", replica.environment() | names | {name.upper(): names[name] for name in names})
    ended = crawl.run("-s", f"FTP_PASSWORD={word}", DB_PASSWORD=word)
    assert ended.status == 0, ended.err
    assert ended.stats["site"] == "ecns"
    assert crawl.report["site"] == "ecns"
    assert crawl.report["requests"]["by_status"]["200"] > 1
    assert crawl.report["files"] == [file.name for file in crawl.files]
    assert 'site="ecns"' in (crawl.folder / "reports" / "metrics.prom").read_text()
    assert crawl.scrapy("status").status == 0
