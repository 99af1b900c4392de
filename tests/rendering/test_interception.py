"""The cache of scripts."""

from scrapy.http import Response

from ecnscrawl.rendering.interception import ScriptCache


def test_a_script_that_two_pages_request_at_once_is_cached_once() -> None:
    scripts, script = ScriptCache(), Response("https://www.ecns.cn/a.js", body=b"let a = 1;")
    for _ in range(2):
        scripts.add(script.url, script)
    assert (list(scripts.responses), scripts.size) == ([script.url], 10)
