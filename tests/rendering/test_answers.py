"""What is kept of the answers to a page."""

from scrapy.http import Response

from ecnscrawl.rendering.answers import Scripts


def test_a_script_that_two_pages_asked_for_at_once_takes_its_room_once() -> None:
    scripts, script = Scripts(), Response("https://www.ecns.cn/a.js", body=b"let a = 1;")
    for _ in range(2):
        scripts.keep(script.url, script)
    assert (list(scripts.kept), scripts.size) == ([script.url], 10)
