"""`.ci/audit` with an advisory service on loopback that knows vulnerabilities, knows none, or does not answer."""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.saved_pages import ROOT
from tests.supply.test_lock import LOCK, REQUIREMENT

pytestmark = pytest.mark.system

Answer = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]
ADVISORY = {
    "id": "PYSEC-2026-1",
    "summary": "A made-up one",
    "affected": [
        {
            "package": {"name": "scrapy", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "999.0"}]}],
        }
    ],
}


@contextmanager
def service(answer: Answer, asked: list[str]) -> Iterator[str]:
    """An advisory service; yields its address, and notes its requests."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(query["package"]["name"])
            status, document = answer(query)
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its parent's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
        thread.join()


def audit(url: str) -> subprocess.CompletedProcess[str]:
    """The command that CI and cron run."""
    environment = os.environ | {"OSV_URL": url, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    return subprocess.run(
        [ROOT / ".ci" / "audit"], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_every_release_of_the_lock_is_looked_up() -> None:
    asked: list[str] = []
    with service(lambda _: (200, {}), asked) as url:
        done = audit(url)
    assert done.returncode == 0, done.stderr
    assert "no known vulnerability" in done.stdout
    everywhere = {match["name"] for match in REQUIREMENT.finditer(LOCK) if not match["marker"]}
    assert everywhere - set(asked) == set()


def test_a_known_vulnerability_is_named_and_fails() -> None:
    with service(lambda query: (200, {"vulns": [ADVISORY]} if query["package"]["name"] == "scrapy" else {}), []) as url:
        done = audit(url)
    assert done.returncode == 1, done.stderr
    assert "PYSEC-2026-1" in done.stdout
    assert "999.0" in done.stdout


@pytest.mark.parametrize("is_there", [True, False])
def test_a_service_that_cannot_be_asked_is_not_taken_for_a_clean_lock(is_there: bool) -> None:
    with service(lambda _: (503, {}), []) as url:
        done = audit(url if is_there else "http://127.0.0.1:9/v1/query")
    assert done.returncode == 75, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "could not be looked up" in done.stderr
