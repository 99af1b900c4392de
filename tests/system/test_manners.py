"""Politeness: the user agent, the pace, robots.txt; and trusted certificates."""

import re
from collections.abc import Iterator
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import pytest

from replica import LoggedRequest, Replica, Resource
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

STORIES = [Story(number) for number in range(1, 7)]
ONE_SECTION = ("-a", "sections=world")
DELAY = 0.5  # seconds between two requests, at the least
CLOCKS_DIFFER = 0.02  # seconds that one of two requests may be longer on its way than the other
AT_ONCE = 2
NOBODY_LISTENS = "http://127.0.0.1:9"  # the discard port


@pytest.fixture
def stand() -> Newsstand:
    stand = Newsstand()
    stand.publish(*STORIES)
    stand.list("/world/", [story.url for story in STORIES])
    return stand


@pytest.fixture
def replica(stand: Newsstand) -> Iterator[Replica]:
    with Replica(stand.site) as replica:
        yield replica


@pytest.fixture
def crawl(replica: Replica, tmp_path: Path) -> Crawl:
    return Crawl(tmp_path / "data", replica.environment())


def user_agents(replica: Replica) -> set[str]:
    return {request.headers["user-agent"] for request in replica.requests}


def articles(replica: Replica) -> list[LoggedRequest]:
    return [request for request in replica.requests if "/detail-" in request.path]


def is_unhealthy_without_articles(crawl: Crawl, ended: Ended) -> bool:
    """Check that a run stored nothing, and ended with one line that says that it could read nothing."""
    assert ended.err.splitlines() == [ended.last_line]
    assert ended.out == ""
    assert (ended.stats["status"], ended.stats["new"], ended.stats["file"]) == ("unhealthy", "0", "-")
    assert crawl.files == []
    assert crawl.report["reasons"]
    return ended.status == 3


def test_every_request_names_the_crawler_truthfully(crawl: Crawl, replica: Replica) -> None:
    crawl.run(*ONE_SECTION)
    assert user_agents(replica) == {f"ecnscrawl/{version('ecnscrawl')}"}


def test_a_contact_is_named_to_the_site(crawl: Crawl, replica: Replica) -> None:
    crawl.run(*ONE_SECTION, "-s", "CONTACT=me@example.org")
    (agent,) = user_agents(replica)
    assert agent.startswith(f"ecnscrawl/{version('ecnscrawl')}")
    assert "me@example.org" in agent


def test_a_contact_may_stand_in_the_environment(crawl: Crawl, replica: Replica) -> None:
    crawl.run(*ONE_SECTION, ECNSCRAWL_CONTACT="https://example.org/bot")
    (agent,) = user_agents(replica)
    assert "https://example.org/bot" in agent


def test_the_user_s_own_user_agent_is_used_as_it_is(crawl: Crawl, replica: Replica) -> None:
    crawl.run(*ONE_SECTION, "-s", "USER_AGENT=library/1.0 (desk@example.org)", "-s", "CONTACT=me@example.org")
    assert user_agents(replica) == {"library/1.0 (desk@example.org)"}


def test_no_cookie_is_sent_back(crawl: Crawl, replica: Replica, stand: Newsstand) -> None:
    stand.site.replace("/world/", headers=(("Set-Cookie", "visitor=1; Path=/"),))
    crawl.run(*ONE_SECTION)
    assert articles(replica)
    assert [request for request in replica.requests if "cookie" in request.headers] == []


def test_by_default_requests_are_half_a_second_apart(crawl: Crawl, replica: Replica) -> None:
    ended = crawl.scrapy("crawl", "ecns", *ONE_SECTION)
    times = sorted(request.time for request in replica.requests)
    assert ended.stats["new"] == str(len(STORIES))
    assert min(later - earlier for earlier, later in pairwise(times)) >= DELAY - CLOCKS_DIFFER


def test_never_more_than_two_requests_are_under_way(crawl: Crawl, replica: Replica, stand: Newsstand) -> None:
    takes = 0.4
    for story in STORIES:
        stand.site.replace(story.path(), delay=takes)
    crawl.run(*ONE_SECTION, "-s", "DOWNLOAD_DELAY=0.05")  # so little that the delay alone would let eight go out
    begun = [request.time for request in articles(replica)]
    assert len(begun) == len(STORIES)
    assert max(sum(other <= time < other + takes for other in begun) for time in begun) == AT_ONCE


def test_an_untrusted_certificate_is_refused(crawl: Crawl, replica: Replica) -> None:
    trusting_nobody = {name: value for name, value in crawl.environment.items() if name != "SSL_CERT_FILE"}
    stranger = Crawl(crawl.data, trusting_nobody)
    ended = stranger.run()
    assert is_unhealthy_without_articles(stranger, ended)
    assert replica.requests == []
    assert "certificate" in (ended.stats["reason"] or "")


def test_if_nobody_listens_the_run_is_unhealthy_and_says_so(crawl: Crawl) -> None:
    alone = Crawl(crawl.data, dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOBODY_LISTENS))
    ended = alone.run(no_proxy="", NO_PROXY="")
    assert is_unhealthy_without_articles(alone, ended)
    assert re.search("refused|listing", ended.stats["reason"] or "")


def test_a_robots_txt_that_forbids_all_is_obeyed_and_named_as_the_reason(
    crawl: Crawl, replica: Replica, stand: Newsstand
) -> None:
    stand.site.put("/robots.txt", Resource(b"User-agent: *\nDisallow: /\n", "text/plain"))
    ended = crawl.run()
    assert is_unhealthy_without_articles(crawl, ended)
    assert {request.path for request in replica.requests} == {"/robots.txt"}
    assert "robots" in (ended.stats["reason"] or "")


def test_a_robots_txt_that_names_us_is_obeyed(crawl: Crawl, replica: Replica, stand: Newsstand) -> None:
    rules = b"User-agent: *\nAllow: /\n\nUser-agent: ecnscrawl\nDisallow: /world/\n"
    stand.site.put("/robots.txt", Resource(rules, "text/plain"))
    crawl.run("-s", "USER_AGENT=library/1.0")
    assert [request.path for request in replica.requests if request.path.startswith("/world/")] == []
    assert len(replica.requests) > 2


def test_a_site_without_robots_txt_allows_everything(crawl: Crawl, stand: Newsstand) -> None:
    stand.site.remove("/robots.txt")
    ended = crawl.run(*ONE_SECTION)
    assert (ended.status, ended.stats["new"]) == (0, str(len(STORIES)))
