"""A real Scrapyd deploys the egg, or has the wheel installed, and runs its jobs."""

import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from replica import Replica
from replica.fixture_site import fixture_site
from tests.installing.sources import built_distributions
from tests.needs import lacking
from tests.system.crawling import LAST_LINE, ROOT

pytestmark = pytest.mark.system

UV = Path(sys.executable).with_name("uv")
CONFIG = """\
[scrapyd]
bind_address =
unix_socket_path = scrapyd.sock
poll_interval = 0.2
items_dir = items

[settings]
installed = ecnscrawl.settings
"""
SPIDERS = ["chinanews", "ecns", "news"]
HURRY = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0", "RENDER=off")


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a socket in the file system, which nobody else can have taken."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


@dataclass(frozen=True)
class Scrapyd:
    """Scrapyd at work in a folder of its own; its log says how each job has ended."""

    folder: Path

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> dict[str, Any]:
        """A request to its API, and the answer."""
        connection = UnixConnection(self.folder / "scrapyd.sock")
        connection.request(method, path, body, headers)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def post(self, path: str, *fields: tuple[str, str]) -> dict[str, Any]:
        """A form, posted."""
        form = urlencode(fields).encode()
        return self.ask("POST", path, form, **{"Content-Type": "application/x-www-form-urlencoded"})

    def deploy(self, project: str, egg: Path) -> dict[str, Any]:
        """Upload an egg as curl does: `curl addversion.json -F project=… -F version=… -F egg=@…`."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in (("project", project), ("version", "0.1.0"))
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="egg"; filename="e"\r\n\r\n'
        body = b"".join([*parts, head.encode(), egg.read_bytes(), f"\r\n--{boundary}--\r\n".encode()])
        return self.ask(
            "POST", "/addversion.json", body, **{"Content-Type": f"multipart/form-data; boundary={boundary}"}
        )

    def run(self, project: str, *fields: tuple[str, str]) -> str:
        """Schedule a job and wait until it has ended; returns what the log says of its end."""
        settings = [("setting", value) for value in HURRY]
        answer = self.post("/schedule.json", ("project", project), ("spider", "ecns"), *settings, *fields)
        assert answer["status"] == "ok", answer
        until = time.monotonic() + 120
        while time.monotonic() < until:
            for line in (self.folder / "log").read_text("utf-8", "replace").splitlines():
                if answer["jobid"] in line and ("Process finished" in line or "Process died" in line):
                    return line
            time.sleep(0.2)
        raise AssertionError((self.folder / "log").read_text("utf-8", "replace")[-3000:])


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make dist` builds."""
    return built_distributions(tmp_path_factory)


@pytest.fixture(scope="module", params=["egg", "wheel"])
def project(
    request: pytest.FixtureRequest, dist: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Scrapyd, str]]:
    """Scrapyd, and the name of the project in it."""
    folder = tmp_path_factory.mktemp("scrapyd")
    (folder / "scrapy.cfg").write_text(CONFIG, encoding="utf-8")
    (wheel,) = dist.glob("*.whl")
    lines = (dist / "constraints.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    constraints = folder / "constraints.txt"
    constraints.write_text("".join(line for line in lines if not line.startswith("setuptools==")), encoding="utf-8")
    python = folder / "venv" / "bin" / "python"
    run(UV, "venv", "--quiet", "--python", sys.executable, folder / "venv")
    run(UV, "pip", "install", "--quiet", "--python", python, "--constraint", constraints, "scrapyd==1.6.0", wheel)
    if request.param == "egg":
        run(UV, "pip", "uninstall", "--quiet", "--python", python, "ecnscrawl")
    with Replica(fixture_site(ROOT / "fixtures")) as replica, (folder / "log").open("wb") as log:
        inherited = {"PATH": "/usr/bin:/bin", "ECNSCRAWL_DATA_DIR": str(folder / "data")}
        process = subprocess.Popen(
            [python.with_name("scrapyd")],
            cwd=folder, env=inherited | replica.environment(), stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            until = time.monotonic() + 60
            while not (folder / "scrapyd.sock").exists():
                assert process.poll() is None, (folder / "log").read_text("utf-8", "replace")
                assert time.monotonic() < until
                time.sleep(0.1)
            scrapyd = Scrapyd(folder)
            name = "installed"
            if request.param == "egg":
                (egg,) = dist.glob("*.egg")
                name = "deployed"
                assert scrapyd.deploy(name, egg) == {
                    "status": "ok",
                    "project": name,
                    "version": "0.1.0",
                    "spiders": len(SPIDERS),
                } | {"node_name": socket.gethostname()}
            yield scrapyd, name
        finally:
            process.terminate()
            process.wait(30)
    shutil.rmtree(folder / "venv")


def run(*words: str | Path) -> None:
    """Run an installer; skips the test where there is no index."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        lacking(f"Scrapyd cannot be installed: {done.stderr[-400:]}")


def test_a_job_stores_articles_and_finishes(project: tuple[Scrapyd, str]) -> None:
    scrapyd, name = project
    shutil.rmtree(scrapyd.folder / "data", ignore_errors=True)
    assert "Process finished" in scrapyd.run(name, ("sections", "world"))
    (file,) = (scrapyd.folder / "data" / "ecns" / "articles").glob("*.jsonl")
    records = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert records
    (feed,) = (scrapyd.folder / "items" / name / "ecns").glob("*.jl")
    assert [json.loads(line) for line in feed.read_bytes().splitlines()] == records
    said = (scrapyd.folder / "log").read_text("utf-8")
    assert any(LAST_LINE.search(line) for line in said.splitlines())


def test_a_job_with_a_wrong_argument_ends_with_one_line_and_status_2(project: tuple[Scrapyd, str]) -> None:
    scrapyd, name = project
    assert "exitstatus=2" in scrapyd.run(name, ("sectoins", "world"))
    said = (scrapyd.folder / "log").read_text("utf-8")
    assert "ecnscrawl: error: ecns: unknown argument 'sectoins' (did you mean 'sections'?)" in said
    assert "Traceback" not in said


def test_it_lists_the_spiders(project: tuple[Scrapyd, str]) -> None:
    scrapyd, name = project
    assert scrapyd.ask("GET", f"/listspiders.json?project={name}")["spiders"] == SPIDERS
