"""`-a urls=` and `-a urls_from=`: the articles that the user names, instead of the listings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from replica import Replica, Resource
from tests.system.crawling import Crawl
from tests.system.newsstand import HTML, Newsstand, Story
from tests.system.user import User, ids

pytestmark = pytest.mark.system

KITES, LANTERNS, FERRIES = Story(1), Story(2, folder="cns-wire"), Story(3)


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    stand = Newsstand()
    stand.publish(KITES, LANTERNS, FERRIES)
    stand.list("/world/", [FERRIES.url])
    with Replica(stand.site) as replica:
        yield replica


@pytest.fixture
def user(replica: Replica, tmp_path: Path) -> User:
    return User(Crawl(tmp_path / "data", replica.environment()), replica)


def test_urls_requests_these_articles_only_in_whatever_spelling(user: User) -> None:
    ended = user.run(f"urls=http://ecns.cn/m{KITES.path()}?from=app, {LANTERNS.url}#top,{LANTERNS.url}")
    assert ended.status == 0, ended.err
    assert sorted(request.url for request in user.replica.requests) == sorted(
        ["https://www.ecns.cn/robots.txt", KITES.url, LANTERNS.url]
    )
    assert user.stored == ids(KITES, LANTERNS)


def test_urls_from_reads_a_file_with_comments_and_blank_lines(user: User, tmp_path: Path) -> None:
    file = tmp_path / "urls.txt"
    file.write_text(f"# two of three\n\n{KITES.url}\r\n  {LANTERNS.url}  \n#{FERRIES.url}\n", encoding="utf-8-sig")
    assert user.run(f"urls_from={file}").status == 0
    assert sorted(user.asked) == sorted([KITES.path(), LANTERNS.path()])
    assert user.stored == ids(KITES, LANTERNS)


def test_urls_from_a_dash_is_standard_input(user: User) -> None:
    assert user.run("urls_from=-", stdin=f"{KITES.url}\n# no more\n").status == 0
    assert user.asked == [KITES.path()]
    assert user.stored == ids(KITES)


def test_urls_and_urls_from_add_up(user: User) -> None:
    assert user.run(f"urls={LANTERNS.url}", "urls_from=-", stdin=KITES.url).status == 0
    assert user.stored == ids(KITES, LANTERNS)


def test_an_empty_list_of_urls_is_nothing_to_do(user: User) -> None:
    ended = user.run("urls_from=-", stdin="# none today\n")
    assert ended.status == 0, ended.err
    assert (user.asked, ended.stats["file"]) == ([], "-")


def test_urls_requests_known_articles_conditionally(tmp_path: Path) -> None:
    stand = Newsstand()
    stand.site.put(KITES.path(), Resource(KITES.page(), HTML, etag='"one"'))
    with Replica(stand.site) as replica:
        user = User(Crawl(tmp_path / "data", replica.environment()), replica)
        user.run(f"urls={KITES.url}")
        ended = user.run(f"urls={KITES.url}")
        (request,) = [request for request in replica.requests if request.path == KITES.path()]
    assert request.headers["if-none-match"] == '"one"'
    assert request.status == 304
    assert (ended.status, ended.stats["new"], ended.stats["unchanged"]) == (0, "0", "1")
    assert len(user.crawl.records) == 1


def test_a_dead_url_makes_the_run_unhealthy_if_no_other_could_be_fetched(user: User) -> None:
    ended = user.run(f"urls={Story(77).url}")
    assert ended.status == 3
    assert ended.stats["failed"] == "1"
    assert "404" in (ended.stats["reason"] or "")
