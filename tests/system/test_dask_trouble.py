"""What `scrapy reextract --dask` says of a cluster that cannot do the work, and what it keeps."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import distributed
import pytest
import trustme

import ecnscrawl
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.reextraction.job import Reextraction, Sink, Terms
from ecnscrawl.reextraction.on_dask.cluster import Cluster, LocalCluster
from ecnscrawl.reextraction.on_dask.folder import JobTerms, PartsFolder
from ecnscrawl.reextraction.on_dask.job import DaskReading
from ecnscrawl.reextraction.reading import Selection
from ecnscrawl.reextraction.sites import SiteKey
from tests.system.archives import warc
from tests.system.archivist import page_of
from tests.system.crawling import Ended
from tests.system.dask_cluster import DaskCluster
from tests.system.launching import Process
from tests.system.many_archives import Reader
from tests.system.newsstand import Story

pytestmark = pytest.mark.system

FILES = 4


@pytest.fixture
def user(tmp_path: Path) -> Reader:
    """Somebody with four archives of two articles each, of which the last one corrects all first ones."""
    (tmp_path / "in").mkdir()
    for number in range(FILES):
        pages = [page_of(Story(number), days=number), page_of(Story(10), f"Version {number}.", number)]
        (tmp_path / "in" / f"{number}.warc.gz").write_bytes(warc(pages))
    return Reader(sorted(str(path) for path in (tmp_path / "in").iterdir()), tmp_path / "out")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[DaskCluster]:
    """A scheduler without workers."""
    cluster = DaskCluster(tmp_path)
    cluster.start_scheduler()
    yield cluster
    cluster.kill_all()


def only_line(ended: Ended, status: int) -> str:
    """The one line of a command that ended with a status."""
    assert (ended.status, ended.err.count("\n")) == (status, 1), ended.err
    return ended.err.removesuffix("\n")


def ids(user: Reader) -> list[str]:
    return [record["id"] for record in user.records["ecns"]]


@pytest.mark.parametrize(
    ("words", "status", "what"),
    [
        (["--dask", "http://x:1"], 2, "--dask 'http://x:1' is no address; write tcp://HOST:8786, tls://HOST:8786 or local"),
        (["--dask", "tcp://127.0.0.1:9"], 1, "no Dask scheduler answers at tcp://127.0.0.1:9: Connection refused"),
        (["--dask", "tcp://no-such-host.invalid:8786"], 1, "no Dask scheduler answers at tcp://no-such-host.invalid:8786"),
        (["--dask", "tcp://x:1", "--jobs", "2"], 2, "a Dask cluster has its own workers: leave it out"),
        (["--dask", "nowhere.json"], 1, "nowhere.json: No such file or directory"),
        (["--parts", "x"], 2, "--parts is the folder of --dask; leave it out"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line_at_once(
    user: Reader, words: Sequence[str], status: int, what: str
) -> None:
    assert what in only_line(user.read(*words), status)
    assert not user.out.exists() or not ids(user)


def test_something_that_is_no_scheduler_is_named(user: Reader) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as server:  # fmt: skip
        assert server.stdout is not None
        port = server.stdout.readline().split("port ")[1].split()[0]
        line = only_line(user.read("--dask", f"tcp://127.0.0.1:{port}"), 1)
        server.kill()
    assert f"no Dask scheduler answers at tcp://127.0.0.1:{port}" in line


def test_a_scheduler_that_has_gone_for_good_ends_it(user: Reader, cluster: DaskCluster) -> None:
    process = user.crawl.start_scrapy(*user.words("--dask", cluster.address, "-s", "DASK_RETRY_SECONDS=1"))
    wait_for_manifest(user, process)
    cluster.kill_all()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.count("\n") == 1, err
    assert f"the Dask scheduler at {cluster.address} has gone (Connection refused); what was stored is whole" in err


def test_a_scheduler_that_is_frozen_ends_it_too(user: Reader, cluster: DaskCluster) -> None:
    process = user.crawl.start_scrapy(*user.words("--dask", cluster.address, "-s", "DASK_RETRY_SECONDS=1"))
    wait_for_manifest(user, process)
    assert cluster.scheduler is not None
    cluster.scheduler.send_signal(signal.SIGSTOP)
    try:
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 1
    assert err.count("\n") == 1, err
    assert f"the Dask scheduler at {cluster.address} has not answered for 5 s; what was stored is whole" in err


def wait_for_manifest(user: Reader, process: Process) -> None:
    deadline = time.monotonic() + 60
    while not (user.out / ".parts" / "manifest.json").exists() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def no_sink(site: SiteKey) -> Sink:
    """Nothing is read in such a test."""
    raise AssertionError(site)


def test_a_job_without_a_worker_says_so(user: Reader, cluster: DaskCluster) -> None:
    warnings: list[str] = []

    def stop_when_warned() -> None:
        if warnings:
            raise KeyboardInterrupt

    folder, connected = PartsFolder(user.out), Cluster(cluster.address)
    terms = Terms(open_sink=no_sink, selection=Selection(None, (1, 1)))
    manifest = folder.begin(JobTerms({}, None, (1, 1), 60.0, 1 << 30), [Path(each) for each in user.files])
    reading = DaskReading(connected, folder, manifest, stop_when_warned, retry_seconds=60, no_worker_seconds=0.1)
    try:
        with pytest.raises(KeyboardInterrupt):
            list(reading.results(Reextraction(terms, warnings.append)))
    finally:
        connected.close()
        folder.release()
    assert warnings == [f"the Dask scheduler has no worker; start one with `dask worker {cluster.address}`"]


def test_an_archive_whose_workers_die_is_named_and_the_same_command_reads_it_later(
    user: Reader, cluster: DaskCluster, tmp_path: Path
) -> None:
    cluster.kill_all()
    cluster.environment = {
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_SATURATION": "1.0",  # else a death also counts for what waits at the worker
    }
    cluster.start_scheduler()
    (tmp_path / "fatal.py").write_text(
        "import os, sys\n"
        "def die(event, arguments):\n"
        "    if event == 'open' and str(arguments[0]).endswith('/1.warc.gz'):\n"
        "        os.kill(os.getpid(), 9)\n"
        "def dask_setup(worker):\n"
        "    sys.addaudithook(die)\n"
    )
    fatal = [cluster.start_worker("--preload", str(tmp_path / "fatal.py")) for _ in range(3)]
    process = user.crawl.start_scrapy(*user.words("--dask", cluster.address))
    assert [each.wait(60) for each in fatal] == [-signal.SIGKILL] * 3
    cluster.start_worker()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 3, err
    assert f"{user.files[1]}: not read in 3 attempts: the workers that read it died, the last one at tcp" in err
    assert " new=4 updated=2 " in err
    assert " bad=1 " in err
    assert len(user.parts) == FILES - 1
    ended = user.read("--dask", cluster.address)
    assert ended.status == 0, ended.err
    assert " pages=2 new=1 updated=1 " in ended.last_line
    assert sorted(ids(user)) == sorted([*(Story(number).id for number in range(FILES)), *[Story(10).id] * FILES])
    assert not (user.out / ".parts").exists()


def test_a_worker_that_does_not_see_the_archives_is_named(user: Reader, cluster: DaskCluster, tmp_path: Path) -> None:
    start_blind_worker(cluster, tmp_path / "in")
    line = only_line(user.read("--dask", cluster.address), 1)
    assert f"cannot read {user.files[0]} (No such file or directory); the archives must have the same path" in line
    assert "the worker tcp://127.0.0.1:" in line


def test_a_worker_that_does_not_see_the_folder_of_the_parts_is_named(
    user: Reader, cluster: DaskCluster, tmp_path: Path
) -> None:
    user.out.mkdir()
    start_blind_worker(cluster, user.out)
    line = only_line(user.read("--dask", cluster.address), 1)
    assert f"does not see the files of this job in {user.out}/.parts; name a folder that all machines share" in line
    (tmp_path / "shared").mkdir()
    ended = user.read("--dask", cluster.address, "--parts", str(tmp_path / "shared"))
    assert (ended.status, len(ids(user))) == (0, 2 * FILES), ended.err
    assert not list((tmp_path / "shared").iterdir())


def start_blind_worker(cluster: DaskCluster, folder: Path) -> None:
    """Start a worker that sees an empty folder, as one on another machine."""
    hidden = f'mount -t tmpfs none "{folder}" && exec "$@"'
    allowed = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    if allowed.returncode:
        pytest.skip("this user may not mount anything, run as root for it")
    cluster.start_worker(before=["unshare", "-m", "sh", "-c", hidden, "sh"])


def test_a_worker_with_another_release_is_named(user: Reader, cluster: DaskCluster, tmp_path: Path) -> None:
    other = tmp_path / "other" / "ecnscrawl"
    shutil.copytree(Path(ecnscrawl.__file__).parent, other, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "items.py").open("a") as file:
        file.write("# changed\n")
    cluster.start_worker(PYTHONPATH=str(other.parent))
    line = only_line(user.read("--dask", cluster.address), 1)
    assert "the worker tcp://127.0.0.1:" in line
    assert " has ecnscrawl 0.1.0 (" in line
    assert "; install the same releases on all machines" in line


def test_a_worker_without_this_package_is_named(user: Reader, cluster: DaskCluster, tmp_path: Path) -> None:
    packages = tmp_path / "packages"  # all that are installed, but ours
    packages.mkdir()
    for path in Path(distributed.__file__).parent.parent.iterdir():
        if "ecnscrawl" not in path.name:
            (packages / path.name).symlink_to(path)
    cluster.start_worker(before=[sys.executable, "-S"], PYTHONPATH=str(packages))
    line = only_line(user.read("--dask", cluster.address), 1)
    assert "the worker tcp://127.0.0.1:" in line
    assert " has no ecnscrawl (No module named 'ecnscrawl'); install the same releases on all machines" in line


def test_by_tls_only_who_has_a_certificate_takes_part(user: Reader, cluster: DaskCluster, tmp_path: Path) -> None:
    cluster.kill_all()
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    ca, both = str(tmp_path / "ca.pem"), str(tmp_path / "both.pem")
    cluster.protocol, cluster.tls = "tls", ("--tls-ca-file", ca, "--tls-cert", both, "--tls-key", both)
    cluster.start_scheduler()
    cluster.start_worker()
    line = only_line(user.read("--dask", cluster.address), 1)
    assert "TLS needs a certificate; name it, its key and the CA in Dask's configuration" in line
    named = {"CA_FILE": ca, "CLIENT__CERT": both, "CLIENT__KEY": both}
    variables: dict[str, Any] = {f"DASK_DISTRIBUTED__COMM__TLS__{name}": value for name, value in named.items()}
    ended = user.crawl.scrapy(*user.words("--dask", cluster.address), **variables)
    assert (ended.status, len(ids(user))) == (0, 2 * FILES), ended.err


def test_nobody_else_can_connect_to_the_processes_of_local() -> None:
    cluster = LocalCluster(1)
    try:
        address = cluster.scheduler_address
        assert address.startswith("tls://127.0.0.1:")
        for other in (address, address.replace("tls", "tcp")):
            with pytest.raises(CannotStart, match="no Dask scheduler answers at"):
                Cluster(other)
        assert cluster.threads(60) == 1
    finally:
        cluster.close()


def test_options_mean_what_they_mean_without_dask(user: Reader, cluster: DaskCluster, tmp_path: Path) -> None:
    cluster.start_worker()
    dask = ("--dask", cluster.address)
    first = replace(user, out=tmp_path / "first")
    second = replace(user, out=tmp_path / "second")
    assert first.read(*dask, "--shard", "1/2", "--site", "ecns").status == 0
    assert second.read(*dask, "--shard", "2/2").status == 0
    assert len(ids(first) + ids(second)) == 2 * FILES
    assert set(ids(first)).isdisjoint(ids(second))
    assert user.read(*dask, "--since", "2026-01-01").status == 0
    assert ids(user) == []
    crawl = replace(user.crawl, data=tmp_path / "data")
    stored = crawl.scrapy("reextract", *user.files, "--store", *dask)
    assert " new=5 updated=3 " in stored.last_line
    compared = crawl.scrapy("reextract", *user.files, "--diff", *dask)
    assert (compared.status, " same=8 different=0 " in compared.last_line) == (0, True), compared.err
    assert not (tmp_path / "data" / ".parts").exists()


def test_a_page_that_takes_too_long_is_given_up_on_a_worker_too(user: Reader, cluster: DaskCluster) -> None:
    Path(user.files[0]).write_bytes(warc([page_of(Story(50), "An avalanche of words. " * 100_000), page_of(Story(51))]))
    worker = cluster.start_worker("--nanny")
    ended = user.read("--dask", cluster.address, "-s", "PAGE_MEMORY_MB=4")
    assert ended.status == 3, ended.err
    assert f"{Story(50).url}: page-memory: reading it takes more than 4 MB\n" in ended.err
    assert ended.err.count("\n") == 2
    assert Story(51).id in ids(user)
    assert worker.poll() is None
