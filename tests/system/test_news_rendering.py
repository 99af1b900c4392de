"""`scrapy crawl news` with a real browser, on a site whose pages are filled in by their scripts."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from replica import Replica, Resource, Site
from replica.gazette import Gazette, Story, stories
from tests.system.news_user import NOW, NewsCrawl, Reader
from tests.system.rendering import CountedBrowser

pytestmark = pytest.mark.system


def scripted(markup: str, inside: str) -> str:
    """A page whose element of this name is filled in by a script, which has loaded the content."""
    start, end = markup.index(f"<{inside}>") + len(inside) + 2, markup.index(f"</{inside}>")
    content = json.dumps(markup[start:end]).replace("</", "<\\/")
    load = 'const answer = await fetch("/api/town.json");'
    fill = f"if (answer.ok) document.querySelector({json.dumps(inside)}).innerHTML = {content};"
    script = f"<script>(async () => {{ {load} {fill} }})();</script>"
    return f"{markup[:start]}{markup[end:]}".replace("</body>", f"{script}</body>")


def fill_by_scripts(gazette: Gazette, published: list[Story]) -> None:
    """Put the stories and the front page there without their texts and links."""
    gazette.text("/api/town.json", "{}", "application/json")
    for each in published:
        gazette.html(each.path, scripted(each.page(), "main"))
    gazette.front([each.path for each in published])
    front = gazette.site.resource("/")
    body = scripted(
        front.body.decode().replace("</nav><ul>", "</nav><main><ul>").replace("</ul></body>", "</ul></main></body>"),
        "main",
    )
    gazette.site.put("/", Resource(body.encode(), front.content_type, etag='"scripted"'))


@pytest.mark.parametrize("render", ["always", "auto"])
def test_articles_that_scripts_fill_in_are_read(serve: Callable[[Site], Replica], tmp_path: Path, render: str) -> None:
    gazette, browser = Gazette(), CountedBrowser(tmp_path)
    published = stories(3, NOW - timedelta(hours=1))
    fill_by_scripts(gazette, published)
    replica = serve(gazette.site)
    environment = replica.environment() | {"CHROMIUM_PATH": str(browser.program)}
    user = Reader(gazette, replica, NewsCrawl(tmp_path / "data", environment))
    ended = user.run(f"render={render}", options=("-s", "HEALTH_RENDERED_SHARE=1"))
    assert (ended.status, ended.stats["new"], ended.stats["failed"]) == (0, "3", "0"), ended.err
    texts = {record["url"]: record["body"] for record in user.crawl.records}
    assert texts == {gazette.url(each.path): "\n\n".join(each.paragraphs) for each in published}
    assert browser.starts == 1
    ended = user.run(f"render={render}", options=("-s", "HEALTH_RENDERED_SHARE=1"))
    assert (ended.status, ended.stats["new"], ended.stats["updated"]) == (0, "0", "0"), ended.err


def test_a_site_without_scripts_needs_no_browser(serve: Callable[[Site], Replica], tmp_path: Path) -> None:
    gazette, browser = Gazette(), CountedBrowser(tmp_path)
    published = stories(2, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([each.path for each in published])
    replica = serve(gazette.site)
    environment = replica.environment() | {"CHROMIUM_PATH": str(browser.program)}
    user = Reader(gazette, replica, NewsCrawl(tmp_path / "data", environment))
    assert user.run("render=auto").stats["new"] == "2"
    assert browser.starts == 0
