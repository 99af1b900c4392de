"""The rules of a host are kept for a day, and all of them in a bounded amount of memory."""

from ecnscrawl.frontier import robots_cache
from ecnscrawl.frontier.robots_cache import RobotsCache, RobotsFile

HOST = "https://example.org"
DAY = 24 * 3600


def test_a_file_is_kept_for_less_than_a_day() -> None:
    now = 100.0
    cache = RobotsCache(lambda: now)
    file = RobotsFile(b"User-agent: *\n", ("https://example.org/news.xml",))
    cache.put(HOST, "ecnscrawl", file)
    now += DAY - 1
    assert cache.get(HOST, "ecnscrawl") is file
    now += 1
    assert cache.get(HOST, "ecnscrawl") is None


def test_a_file_that_does_not_exist_is_kept_too() -> None:
    cache = RobotsCache(lambda: 0.0)
    cache.put(HOST, "ecnscrawl", RobotsFile(None))
    assert cache.get(HOST, "ecnscrawl") == RobotsFile(None)


def test_each_scheme_host_and_crawler_has_a_file_of_its_own() -> None:
    cache = RobotsCache(lambda: 0.0)
    cache.put(HOST, "ecnscrawl", RobotsFile(None))
    assert cache.get("http://example.org", "ecnscrawl") is None
    assert cache.get("https://www.example.org", "ecnscrawl") is None
    assert cache.get(HOST, "library") is None


def test_the_oldest_files_are_dropped_when_all_become_too_large() -> None:
    cache = RobotsCache(lambda: 0.0)
    rules = b"#" * 500_000
    fitting = robots_cache.MAX_BYTES // RobotsFile(rules).size
    for number in range(fitting + 5):
        cache.put(f"https://host{number}", "ecnscrawl", RobotsFile(rules))
        cache.put(f"https://host{number}", "ecnscrawl", RobotsFile(rules))  # again, in place of the one before
    kept = [number for number in range(fitting + 5) if cache.get(f"https://host{number}", "ecnscrawl")]
    assert kept == list(range(5, fitting + 5))
