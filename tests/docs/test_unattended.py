"""The crontab line and the systemd units work as pasted."""

import fcntl
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from replica import Replica, Resource, Site
from replica.fixture_site import fixture_site
from tests.docs.checkout import Checkout
from tests.docs.markdown import MONITORING, README, ROOT, RUNNING, SCALING, WATCHING, blocks
from tests.needs import need

pytestmark = pytest.mark.system

# The first of each document is the hourly crawl; those of the monitoring are tested below.
CRONTABS = [blocks(document, "crontab")[0].text for document in (README, RUNNING)]
STATUS, PING = (block.text.strip() for block in blocks(MONITORING, "crontab"))
SERVICE, TIMER = (block.text for block in blocks(RUNNING, "systemd"))
(WATCH_SERVICE,) = (block.text for block in blocks(WATCHING, "systemd"))
(PUBLISH_SERVICE,) = (block.text for block in blocks(SCALING, "systemd"))
PINGED = re.findall(r"https://\S+", PING)[0]
LAST_LINE = re.compile(r"ecns healthy new=[1-9]\d* .*\n")


def jobs(crontab: str) -> tuple[dict[str, str], str]:
    """The environment that a crontab sets, and the command of its one job."""
    environment: dict[str, str] = {}
    commands = []
    for line in crontab.splitlines():
        if re.match(r"\w+=", line):
            name, _, value = line.partition("=")
            environment[name] = value
        else:
            *schedule, command = line.split(maxsplit=5)
            assert len(schedule) == 5
            commands.append(command)
    (command,) = commands
    assert "%" not in command, "cron takes it for a line end"
    return environment, command


def options(unit: str, section: str) -> list[tuple[str, str]]:
    """The values in a section of a unit. A name may occur twice."""
    lines = unit.partition(f"[{section}]\n")[2].split("\n[")[0].splitlines()
    return [(name, value) for name, _, value in (line.partition("=") for line in lines if line)]


@pytest.mark.parametrize("crontab", CRONTABS, ids=["README", "running"])
def test_the_crontab_line_is_silent_when_all_is_well(checkout: Checkout, crontab: str) -> None:
    environment, command = jobs(crontab)
    ended = checkout.cron(command, **environment)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert LAST_LINE.fullmatch(checkout.home.joinpath("ecnscrawl.log").read_text(encoding="utf-8"))
    assert len(list((checkout.root / "data" / "ecns" / "articles").glob("*.jsonl"))) == 1


@pytest.mark.parametrize("crontab", CRONTABS, ids=["README", "running"])
def test_the_crontab_line_says_why_a_run_is_not_healthy(tmp_path: Path, crontab: str) -> None:
    environment, command = jobs(crontab)
    with Replica(Site()) as nothing:
        ended = Checkout.make(tmp_path, nothing.environment()).cron(command, **environment)
    assert re.fullmatch(r"ecns unhealthy .* reason=\"no listing could be read.*\n", ended.stdout)


@pytest.mark.parametrize("crontab", CRONTABS, ids=["README", "running"])
def test_the_crontab_line_is_silent_when_another_run_is_under_way(checkout: Checkout, crontab: str) -> None:
    environment, command = jobs(crontab)
    folder = checkout.root / "data" / "ecns"
    folder.mkdir(parents=True)
    with folder.joinpath("lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = checkout.cron(command, **environment)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert "another run of this site is under way" in checkout.home.joinpath("ecnscrawl.log").read_text("utf-8")


def test_the_service_stores_articles_in_its_state_folder(checkout: Checkout) -> None:
    service = options(checkout.here(SERVICE), "Service")
    environment = dict(value.split("=", 1) for name, value in service if name == "Environment")
    settings = dict(service)
    assert environment["ECNSCRAWL_DATA_DIR"] == checkout.here(f"/var/lib/{settings['StateDirectory']}")
    command = shlex.split(settings["ExecStart"])
    ended = checkout.service(command, Path(settings["WorkingDirectory"]), **environment)
    assert ended.returncode == 0, ended.stderr
    assert LAST_LINE.fullmatch(ended.stderr)
    assert list((checkout.root / "state" / "ecns" / "articles").glob("*.jsonl"))


def test_the_service_of_many_sites_crawls_those_of_its_table(checkout: Checkout) -> None:
    """Started as the unit says, but for `--once`."""
    settings = dict(options(checkout.here(WATCH_SERVICE), "Service"))
    environment = dict(
        value.split("=", 1) for name, value in options(checkout.here(WATCH_SERVICE), "Service") if name == "Environment"
    )
    command = shlex.split(settings["ExecStart"])
    Path(command[-1]).write_text('[[site]]\nspider = "ecns"\n', encoding="utf-8")
    ended = checkout.service([*command, "--once"], Path(settings["WorkingDirectory"]), **environment)
    assert ended.returncode == 0, ended.stderr
    assert LAST_LINE.match(ended.stderr)
    assert ended.stderr.splitlines()[-1].startswith("watch sites=1 runs=1 healthy=1 ")


def test_the_service_does_not_fail_because_another_run_is_under_way() -> None:
    assert dict(options(SERVICE, "Service"))["SuccessExitStatus"] == "4"


def test_systemd_accepts_the_units(checkout: Checkout) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed: the units are run, but not verified")
    units = []
    for name, text in (
        ("ecnscrawl.service", SERVICE),
        ("ecnscrawl.timer", TIMER),
        ("ecnscrawl-watch.service", WATCH_SERVICE),
        ("ecnscrawl-publish.service", PUBLISH_SERVICE),
    ):
        unit = checkout.root / name
        unit.write_text(checkout.here(text), encoding="utf-8")
        units.append(str(unit))
    ended = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, timeout=60, check=False
    )
    complaints = [line for line in ended.stderr.splitlines() if "ecnscrawl" in line]
    assert (ended.returncode, complaints) == (0, [])


def test_the_service_is_hardened(checkout: Checkout) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed: the units are run, but not rated")
    unit = checkout.root / "ecnscrawl.service"
    unit.write_text(SERVICE, encoding="utf-8")
    ended = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(unit)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    match = re.search(r"Overall exposure level for ecnscrawl\.service: (\d+\.\d)", ended.stdout)
    assert match, ended.stderr
    assert float(match[1]) <= 3


def test_the_crontab_line_of_the_status_is_silent_while_runs_are_healthy(checkout: Checkout) -> None:
    environment, crawl = jobs(CRONTABS[1])
    assert checkout.cron(crawl, **environment).returncode == 0
    _, status = jobs(STATUS)
    ended = checkout.cron(status, **environment)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")  # cron would mail anything else


def test_the_crontab_line_of_the_status_says_so_where_nothing_was_healthy(tmp_path: Path) -> None:
    _, crawl = jobs(CRONTABS[1])
    _, status = jobs(STATUS)
    with Replica(Site()) as nothing:
        checkout = Checkout.make(tmp_path, nothing.environment())
        checkout.cron(crawl)
        ended = checkout.cron(status)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr == "ecns: no healthy run yet\n"


@pytest.mark.parametrize("is_healthy", [True, False], ids=["healthy", "unhealthy"])
def test_only_a_healthy_run_sends_the_ping(tmp_path: Path, is_healthy: bool) -> None:
    need("curl")
    _, command = jobs(PING)
    site = fixture_site(ROOT / "fixtures") if is_healthy else Site()
    site.put(PINGED, Resource(b"OK", "text/plain"))
    with Replica(site) as replica:
        ended = Checkout.make(tmp_path, replica.environment()).cron(command)
        pings = [request for request in replica.requests if request.url == PINGED]
    assert (ended.returncode == 0, len(pings)) == (is_healthy, int(is_healthy)), ended.stderr
    assert (ended.stdout, ended.stderr) == ("", "")


def test_a_ping_that_does_not_arrive_is_mailed(tmp_path: Path) -> None:
    need("curl")
    _, command = jobs(PING)
    with Replica(fixture_site(ROOT / "fixtures")) as replica:
        ended = Checkout.make(tmp_path, replica.environment()).cron(command)
    assert ended.returncode != 0
    assert "curl" in ended.stderr


def test_the_link_for_prometheus_leads_to_the_metrics(demo: Checkout) -> None:
    (command,) = (block.text for block in blocks(MONITORING, "sh") if block.text.startswith("ln -s"))
    folder = demo.root / "node-exporter"
    folder.mkdir()
    here = demo.here(command).replace("/var/lib/prometheus/node-exporter", str(folder)).replace("/data/", "/demo-data/")
    assert demo.shell(here).returncode == 0
    (linked,) = folder.glob("*.prom")
    assert 'ecnscrawl_last_run_exit_status{site="ecns"} 0\n' in linked.read_text(encoding="utf-8")
