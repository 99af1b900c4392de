"""`scrapy crawl news` with a database: what a run has found of a site is known on another machine."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from replica import Replica, Site
from replica.gazette import Gazette, stories
from tests.system.crawling import Crawl, Ended

pytestmark = pytest.mark.system


def test_what_one_machine_has_found_of_a_site_is_known_on_another(
    serve: Callable[[Site], Replica], database_url: str, tmp_path: Path
) -> None:
    gazette = Gazette()
    published = stories(5, datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front(
        [each.path for each in published], '<link rel="alternate" type="application/rss+xml" href="/rss/all">'
    )
    gazette.feed(published, "/rss/all")
    replica = serve(gazette.site)
    environment = replica.environment() | {"ECNSCRAWL_DATABASE_URL": database_url}

    def crawl(machine: str) -> tuple[Ended, dict[str, int]]:
        replica.requests.clear()
        user = Crawl(tmp_path / machine, environment)
        ended = user.scrapy(*user.command("-a", f"site={gazette.host}", spider="news")[1:])
        return ended, {each.path: each.status for each in replica.requests if each.path != "/robots.txt"}

    ended, asked = crawl("one")
    assert (ended.status, ended.stats["new"]) == (0, "5"), ended.err
    assert asked["/sitemap.xml"] == 404
    ended, asked = crawl("two")
    assert (ended.status, ended.stats["new"]) == (0, "0"), ended.err
    assert asked == {"/": 304, "/rss/all": 304}
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT DISTINCT site FROM ecnscrawl.records").fetchall() == [(gazette.host,)]
