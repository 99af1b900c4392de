"""The requests of a browser obey the crawl's rules, and none bypasses them."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from replica import Replica, Resource, Site
from tests.system.browsing import free_port
from tests.system.chromium import chromium
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Newsstand, Story
from tests.system.rendering import JAVASCRIPT, JSON, publish

pytestmark = pytest.mark.system

ROBOTS = b"User-agent: *\nDisallow: /private/\n"
STORY = Story(1)
#: Whatever a page may try to get out of its site; one after the other, each whatever became of the one before.
TRIES = """
const go = (work) => Promise.resolve().then(work).catch(() => 0);
const add = (tag, attributes) => document.body.append(Object.assign(document.createElement(tag), attributes));
await go(() => fetch("http://127.0.0.1:PORT/fetch"));
await go(() => fetch("/to-loopback"));
await go(() => fetch("http://169.254.169.254/latest/meta-data/"));
await go(() => fetch("/to-metadata"));
await go(() => fetch("file:///etc/passwd"));
await go(() => fetch("/to-file"));
await go(() => fetch("/private/data.json"));
await go(() => fetch("/endless"));
await go(() => fetch("/form", {method: "POST", body: "x"}));
await go(() => fetch("/answer.json").then(answer => answer.json()).then(json => { window.answer = json.word; }));
await go(() => navigator.sendBeacon("/beacon", "x"));
await go(() => new EventSource("/events"));
await go(() => navigator.serviceWorker.register("/worker.js"));
await go(() => new Promise(done => {
  const to = new WebSocket("ws://127.0.0.1:PORT/socket"); to.onclose = to.onerror = to.onopen = done; }));
await go(async () => {
  const peer = new RTCPeerConnection({iceServers: [{urls: ["stun:127.0.0.1:PORT", "turn:127.0.0.1:PORT?transport=tcp"],
    username: "a", credential: "b"}]});
  peer.createDataChannel("x");
  await peer.setLocalDescription(await peer.createOffer());
  await new Promise(done => setTimeout(done, 300)); });
for (const rel of ["prefetch", "preconnect", "dns-prefetch", "prerender", "modulepreload", "icon", "manifest"])
  await go(() => add("link", {rel: rel, href: "http://127.0.0.1:PORT/" + rel}));
await go(() => add("script", {src: "https://tracker.example/t.js"}));
await go(() => add("script", {src: "/private/ads.js"}));
await go(() => add("script", {src: "/shared.js"}));
await go(() => add("script", {src: "/shared.js?again"}));
await go(() => add("script", {src: "file:///etc/passwd"}));
await go(() => add("img", {src: "/picture.jpg"}));
await go(() => add("video", {src: "/film.mp4", preload: "auto"}));
await go(() => add("iframe", {src: "http://127.0.0.1:PORT/frame"}));
await go(() => new FontFace("headline", "url(/font.woff2)").load());
await go(() => window.open("http://127.0.0.1:PORT/window"));
await go(() => Object.assign(document.createElement("a"), {href: "/file.zip", download: "file.zip"}).click());
await go(() => { location.href = "http://127.0.0.1:PORT/elsewhere"; });
await go(() => { location.href = "/elsewhere"; });
await go(() => { location.href = "file:///etc/passwd"; });
await new Promise(done => setTimeout(done, 500));
document.title = "agent " + navigator.userAgent;
"""


@dataclass
class Port:
    """A port of this machine, both of TCP and UDP, where nobody should come."""

    tcp: socket.socket
    udp: socket.socket
    number: int = field(init=False)

    def __post_init__(self) -> None:
        self.number = free_port()
        self.tcp.bind(("127.0.0.1", self.number))
        self.udp.bind(("127.0.0.1", self.number))
        self.tcp.listen()
        self.tcp.setblocking(False)
        self.udp.setblocking(False)

    @property
    def visitors(self) -> list[str]:
        """Who came."""
        found = []
        for name, come in (("tcp", self.tcp.accept), ("udp", lambda: self.udp.recv(1))):
            try:
                come()
                found.append(name)
            except BlockingIOError:
                pass
        return found


@dataclass(frozen=True)
class Tried:
    """The result of a page that tried everything."""

    ended: Ended
    crawl: Crawl
    replica: Replica
    port: Port

    @property
    def refused(self) -> dict[str, int]:
        """The numbers in the report."""
        refused: dict[str, int] = self.crawl.report["rendering"]["refused"]
        return refused

    @property
    def asked(self) -> list[str]:
        """All paths that the site was asked for."""
        return [request.path for request in self.replica.requests]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    chromium()
    stand = Newsstand()
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(closing(socket.socket(type=kind))) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)
        ]
        port = Port(*sockets)
        stand.site.put("/robots.txt", Resource(ROBOTS, "text/plain"))
        publish(stand, STORY, TRIES.replace("PORT", str(port.number)))
        places = {
            "/to-loopback": f"http://127.0.0.1:{port.number}/redirected",
            "/to-metadata": "http://169.254.169.254/latest/",
            "/to-file": "file:///etc/passwd",
            "/endless": "/endless",
        }
        for path, location in places.items():
            stand.site.put(path, Resource(status=302, location=location))
        stand.site.put("/answer.json", Resource(b'{"word": "heard"}', JSON))
        stand.site.put("/shared.js", Resource(b"window.shared = 1;", JAVASCRIPT))
        replica = stack.enter_context(Replica(stand.site))
        crawl = Crawl(tmp_path_factory.mktemp("law") / "data", replica.environment())
        ended = crawl.run("-a", f"urls={STORY.url}", timeout=120)
        yield Tried(ended, crawl, replica, port)


def test_the_page_was_read_anyway(tried: Tried) -> None:
    assert tried.ended.status == 0, tried.ended.err
    assert [record["body"] for record in tried.crawl.records] == [STORY.paragraph()]


def test_nobody_came_to_a_port_of_this_machine(tried: Tried) -> None:
    assert tried.port.visitors == []


def test_the_site_saw_only_what_a_crawl_may_ask_for(tried: Tried) -> None:
    assert set(tried.asked) == {"/robots.txt", STORY.path(), "/answer.json", "/shared.js", *REDIRECTS, "/endless"}
    assert {request.host for request in tried.replica.requests} == {"www.ecns.cn"}
    assert {request.method for request in tried.replica.requests} == {"GET"}


REDIRECTS = ("/to-loopback", "/to-metadata", "/to-file")


def test_the_site_sees_the_crawl_s_own_user_agent(tried: Tried) -> None:
    agents = {request.headers["user-agent"] for request in tried.replica.requests}
    assert len(agents) == 1
    assert agents.pop().startswith("ecnscrawl/")


@pytest.mark.parametrize(
    ("reason", "times"),
    [
        ("another address", 6),  # this machine and the cloud's, each by fetch and redirect; a file, a tracker
        ("forbidden by robots.txt", 2),
        ("file is not allowed", 2),
        ("not GET", 1),
        ("image", 1),
        ("font", 1),
        ("media", 1),
        ("websocket", 1),
        ("eventsource", 1),
        ("another page", 2),
    ],
)
def test_every_refusal_is_counted(tried: Tried, reason: str, times: int) -> None:
    assert tried.refused.get(reason, 0) >= times, tried.refused


def test_no_page_can_put_text_into_the_report(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    stand = Newsstand()
    methods = "for (let i = 0; i < 60; i++) await fetch('/x', {method: 'M' + i + 'X'.repeat(1000)}).catch(() => 0);"
    hosts = "for (let i = 0; i < 60; i++) await fetch(`https://h${i}.evil.example/`).catch(() => 0);"
    ports = "for (let i = 0; i < 60; i++) await fetch(`https://www.ecns.cn:${1000 + i}/`).catch(() => 0);"
    publish(stand, STORY, methods + hosts + ports)
    crawl = crawl_of(serve(stand.site))
    assert crawl.run("-a", f"urls={STORY.url}").status == 0
    assert crawl.report["rendering"]["refused"] == {"not GET": 60, "another address": 120}


def test_the_report_counts_the_requests_that_the_site_saw(tried: Tried) -> None:
    requests: dict[str, Any] = tried.crawl.report["requests"]
    assert requests["total"] == len(tried.replica.requests)
    assert requests["by_kind"]["rendering"] == len(tried.replica.requests) - 2  # robots.txt, the article
