"""Dockerfile and compose.yaml: their lines build and run an image's content, without Docker."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from replica import Replica
from replica.fixture_site import fixture_site
from tests.installing.container import Stage, build, can_build, instructions, words_of
from tests.installing.pythons import python_of
from tests.needs import lacking
from tests.postgres import postgres_that_stops, psql
from tests.system.browsing import free_port
from tests.system.crawling import LAST_LINE, ROOT

pytestmark = pytest.mark.system

SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
SERVICE = SERVICES["ecnscrawl"]
TABLE = """\
[[site]]
spider = "ecns"
arguments = { sections = ["world"] }
settings = { DOWNLOAD_DELAY = 0.0, AUTOTHROTTLE_ENABLED = false }
"""
USER = 10001  #: that the image has
HURRY = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0", "-a", "sections=world"]
#: What a build behind a proxy or a mirror is given too.
_OF_A_BUILD = re.compile(r"(?i)(PIP|UV)_\w+|\w+_proxy|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The image that the Dockerfile builds from the files that .dockerignore allows."""
    if not can_build():
        lacking("only root of a Linux machine can run a Dockerfile's lines in a root folder of their own")
    pythons = [found for version in ("3.13", "3.12", "3.11") if (found := python_of(version))]
    if not pythons:
        lacking("there is no Python from 3.11 to 3.13 outside of the system's")
    says = "import sys; print(sys.base_prefix)"
    prefix = subprocess.run([pythons[0], "-c", says], capture_output=True, text=True, check=True).stdout.strip()
    context, folder = tmp_path_factory.mktemp("context"), tmp_path_factory.mktemp("image")
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    for name in ("Dockerfile", *allowed):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, context / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, context)
    for path in (folder, *folder.parents[:2]):
        path.chmod(0o755)  # pytest's folders are their owner's alone, and the image's user comes through them
    given = {name: value for name, value in os.environ.items() if _OF_A_BUILD.fullmatch(name)}
    try:
        return build(context, folder, Path(prefix), given | {"HOME": "/root"})
    except subprocess.CalledProcessError as failed:
        if "connect" in failed.stderr.lower() or "resolve" in failed.stderr.lower():
            lacking(f"the image's packages cannot be downloaded: {failed.stderr[-300:]}")
        raise AssertionError(f"{failed.cmd}: {failed.stderr[-2000:]}") from None


@pytest.fixture
def online(image: Stage) -> Iterator[dict[str, str]]:
    """The environment in which the replica answers for the site."""
    with Replica(fixture_site(ROOT / "fixtures")) as replica:
        shutil.copy(replica.ca_file, image.root / "etc" / "authority.pem")
        (image.root / "etc" / "authority.pem").chmod(0o644)
        yield replica.environment() | {"SSL_CERT_FILE": "/etc/authority.pem"}


@pytest.fixture(autouse=True)
def empty_volume(image: Stage) -> None:
    for path in (image.root / "data").iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def articles(image: Stage) -> list[Path]:
    return sorted((image.root / "data" / "ecns" / "articles").glob("*.jsonl"))


def test_it_is_slim_and_has_one_volume() -> None:
    lines = list(instructions((ROOT / "Dockerfile").read_text(encoding="utf-8")))
    assert [argument.split()[0] for name, argument in lines if name == "FROM"] == ["python:3.13-slim"] * 2
    assert [argument for name, argument in lines if name == "VOLUME"] == ["/data"]
    assert [argument for name, argument in lines if name == "USER"] == ["ecnscrawl"]


def test_its_user_is_not_root_and_owns_only_the_volume(image: Stage) -> None:
    done = image.run(
        ["sh", "-c", "id -u; touch /data/x && rm /data/x; touch /opt/ecnscrawl/x || touch /etc/x || echo refused"]
    )
    assert done.stdout.splitlines() == [str(USER), "refused"], done.stderr


def test_it_has_the_releases_of_the_lock_and_nothing_that_builds(image: Stage) -> None:
    says = "import importlib.metadata as m; print(*(f'{d.name}=={d.version}' for d in m.distributions()), sep=chr(10))"
    installed = image.run(["/opt/ecnscrawl/bin/python", "-c", says]).stdout.split()
    names = {
        name.lower().replace("_", "-").replace(".", "-") for name in installed if not name.startswith("ecnscrawl==")
    }
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {name.replace(".", "-") for name in re.findall(r"^(\S+==\S+)", lock, re.M)}
    assert names - locked == set()
    assert {"duckdb", "scrapy"} <= {name.partition("==")[0] for name in names}
    assert not {"uv", "pip", "setuptools", "pytest"} & {name.partition("==")[0] for name in names}


def test_its_command_crawls_into_the_volume(image: Stage, online: dict[str, str]) -> None:
    done = image.run([*words_of(image), *HURRY], **online)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [done.stderr.strip()]
    assert LAST_LINE.fullmatch(done.stderr.strip())
    (file,) = articles(image)
    assert file.stat().st_uid == USER
    assert image.run(["ecnscrawl", "export", "/data/articles.csv"]).returncode == 0
    (image.root / "data" / "articles.csv").unlink()


def test_its_health_check_is_the_status(image: Stage, online: dict[str, str]) -> None:
    check = image.said["HEALTHCHECK"].partition(" CMD ")[2]
    assert image.run(["/bin/sh", "-c", check]).returncode == 1
    assert image.run([*words_of(image), *HURRY], **online).returncode == 0
    done = image.run(["/bin/sh", "-c", check])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_service_of_compose_crawls_with_a_read_only_root_and_a_stop_ends_its_crawl(
    image: Stage, online: dict[str, str]
) -> None:
    assert SERVICE["read_only"] is True
    assert SERVICE["tmpfs"] == ["/tmp"]
    assert [mount.partition(":")[2] for mount in SERVICE["volumes"]] == [image.said["VOLUME"]]
    (contact,) = SERVICE["environment"]
    words = [word.replace("$$", "$") for word in (*SERVICE["entrypoint"], *SERVICE["command"])]
    process = subprocess.Popen(
        image.command(words, read_only=True),
        env=image.environment | online | {contact: "news-desk@example.org"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    site = image.root / "data" / "ecns"
    try:
        wait_for(lambda: any(site.glob("articles/.*.part")), process)  # in the middle of a crawl
        os.kill(child_of(process), signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, said
    assert "stopped by" in said
    report = json.loads((site / "reports" / "latest.json").read_bytes())
    assert (report["exit_status"], report["counts"]["new"]) == (
        3,
        sum(len(file.read_bytes().splitlines()) for file in articles(image)),
    )
    assert list(site.glob("articles/.*")) == []


@pytest.fixture
def cluster(image: Stage, online: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment of the services on a database, which runs on this machine's loopback."""
    port = free_port()
    with postgres_that_stops(port=port) as server:
        psql(server.environment, "CREATE ROLE ecnscrawl LOGIN", "CREATE DATABASE ecnscrawl OWNER ecnscrawl")
        said = SERVICES["worker"]["environment"]
        assert set(said) == {"ECNSCRAWL_CONTACT", "ECNSCRAWL_DATABASE_URL", "PGPASSWORD"}
        url = said["ECNSCRAWL_DATABASE_URL"].replace("@database/", f"@127.0.0.1:{port}/")
        given = {"ECNSCRAWL_CONTACT": "news-desk@example.org", "ECNSCRAWL_DATABASE_URL": url, "PGPASSWORD": "any"}
        yield image.environment | online | given


def start_service(
    image: Stage, environment: dict[str, str], name: str, *more: str, volume: Path | None = None
) -> "subprocess.Popen[str]":
    """The command of a service of compose.yaml, with more words, under way."""
    words = [*json.loads(image.said["ENTRYPOINT"]), *SERVICES[name]["command"], *more]
    return subprocess.Popen(
        image.command(words, read_only=SERVICES[name]["read_only"], volume=volume), env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def new_volume(folder: Path) -> Path:
    """A folder as Docker makes one for a volume of the image."""
    folder.mkdir()
    os.chown(folder, USER, USER)
    return folder


def test_the_workers_of_compose_crawl_into_the_database_and_the_publisher_writes_the_files(
    image: Stage, cluster: dict[str, str], tmp_path: Path
) -> None:
    (image.root / "SITES.toml").write_text(TABLE)
    tables = start_service(image, cluster, "tables")
    assert tables.wait(120) == 0, tables.communicate()
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    volumes = [new_volume(tmp_path / name) for name in ("first", "second")]  # as there, each has its own
    workers = [start_service(image, cluster, "worker", volume=volume) for volume in volumes]
    running = [*workers, start_service(image, cluster, "publisher", "--every", "1")]
    try:
        for worker, volume in zip(workers, volumes, strict=True):
            wait_for((volume / "index.html").exists, worker)  # which it draws as soon as it is at work
        wait_for(lambda: bool(articles(image)), running[-1])
        for process in running:
            os.kill(child_of(process), signal.SIGTERM)
        ended = [(process.communicate(timeout=120), process.returncode) for process in running]
    finally:
        for process in running:
            process.kill()
    assert [status for _, status in ended] == [0, 0, 0], ended
    new = [int(number) for (_, err), _ in ended for number in re.findall(r"^ecns .* new=(\d+) ", err, re.M)]
    assert new, ended
    assert image.run(["ecnscrawl", "publish", "/data"], **cluster).returncode == 0
    assert sum(len(file.read_bytes().splitlines()) for file in articles(image)) == sum(new)


def test_what_runs_on_the_database_is_started_in_order_and_only_when_it_is_named() -> None:
    with_profile = {name for name, service in SERVICES.items() if service.get("profiles") == ["cluster"]}
    assert with_profile == SERVICES.keys() - {"ecnscrawl"}
    assert SERVICES["tables"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    for name in ("worker", "publisher"):
        assert SERVICES[name]["depends_on"] == {"tables": {"condition": "service_completed_successfully"}}
        assert SERVICES[name]["restart"] == "unless-stopped"
    assert "volumes" not in SERVICES["worker"]  # two workers never share the folder of an archive


def child_of(process: "subprocess.Popen[str]") -> int:
    """The first process of a container, as its number outside; fails where it has ended."""
    wait_for(lambda: bool(children_of(process.pid)), process)
    (child,) = children_of(process.pid)
    return child


def wait_for(happened: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Return as soon as something has happened; fail where the process ends before, or after two minutes."""
    until = time.monotonic() + 120
    while not happened():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.1)


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
