"""An address is looked up once in some minutes: the system's look-ups are counted by Python itself."""

import json
import subprocess
import sys

import pytest

from ecnscrawl.network.dns_cache import MAX_AGE
from tests.system.crawling import ROOT

pytestmark = pytest.mark.system

SCRIPT = """
import json, sys
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from twisted.internet import defer, reactor
from ecnscrawl.network.dns_cache import ExpiringThreadedResolver

looked_up = []
sys.addaudithook(lambda event, args: looked_up.append(args[0]) if event == "socket.gethostbyname" else None)
resolver = ExpiringThreadedResolver(reactor, cache_size=int(sys.argv[1]), timeout=10.0)
now, found = 0.0, []
resolver._clock = lambda: now

async def resolve():
    global now
    for later in map(float, sys.argv[2:]):
        now = later
        found.append([await resolver.getHostByName("localhost"), len(looked_up)])
    reactor.stop()

reactor.callWhenRunning(lambda: defer.ensureDeferred(resolve()))
reactor.run()
print(json.dumps(found))
"""


def look_ups(cache_size: int, *times: float) -> list[int]:
    """How many look-ups the system has made after each request for the same name, at these seconds."""
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(cache_size), *map(str, times)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    found = json.loads(ended.stdout)
    assert {address for address, _ in found} == {"127.0.0.1"}
    return [number for _, number in found]


def test_an_address_is_kept_for_some_minutes_from_the_look_up_on() -> None:
    assert look_ups(100, 0, 1, MAX_AGE - 1, MAX_AGE, MAX_AGE + 1, 2 * MAX_AGE) == [1, 1, 1, 2, 2, 3]


def test_without_a_cache_each_request_looks_the_address_up() -> None:
    assert look_ups(0, 0, 1, 2) == [1, 2, 3]
