"""Shared fixtures: a clock that stands still, a site's folder, runs; a guard of the unit tests; the order of tests."""

import os
import re
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_settings import RunSettings
from tests.postgres import empty_database, new_database, postgres
from tests.samples import Begin, Clock

# A busy machine is slow, which says nothing about the code.
settings.register_profile("patient", deadline=None)
settings.register_profile("fuzz", deadline=None)  # `make fuzz`: tests/fuzz/effort.py says what that is
settings.load_profile("patient")

#: The test modules that take longest, nearly the longest first: beside one that began last, the other workers would wait.
#: Those that compute, such as a browser, and those that wait for a delay take turns.
LONGEST = """
test_wheel test_watch test_watch_on_a_database test_rendering test_worker_rounds test_retry_after test_reextract test_reextract_foreign test_watch_manners test_rendering_ends test_kill_recovery test_running_examples
test_database_failures test_crawl_on_a_database test_load_kills test_rendering_memory test_soak test_container test_empty_listings test_adding_a_site test_page_workers test_make_setup test_kill_storage
test_torn_pages test_reextract_on_dask test_dask_trouble test_scrapyd test_reading_recipes test_kill_losses test_dead_links test_browse_start test_rendering_law test_drift_alarm test_traps test_feed_trouble test_export_output
test_host_left test_disturbed_sites test_pages_without_an_end test_torn_listings test_storage_faults test_signals test_status test_foreign_files test_planted_files
test_genspider test_fixture_command test_watch_kills test_progress
""".split()
#: The audit events of a new process, and of a process that becomes another program.
STARTS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system"})
_ALL_SYSTEM = re.compile(r"^pytestmark = (?:\[\s*)?pytest\.mark\.system\b", re.MULTILINE)
_started: list[str] = []
_guarded = False


def _refuse_processes(event: str, _arguments: tuple[object, ...]) -> None:
    if _guarded and event in STARTS:
        _started.append(event)
        raise RuntimeError(f"{event}: only a test with the mark `system` may start a process")


sys.addaudithook(_refuse_processes)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Makes a test without the mark `system`, or its fixtures, fail where it starts a process."""
    global _guarded  # noqa: PLW0603 - an audit hook is for the whole process, and for its whole life
    _guarded = item.get_closest_marker("system") is None
    _started.clear()
    try:
        result = yield
    finally:
        _guarded = False
    if _started:  # also where the test or the code swallowed the error
        pytest.fail(f"started a process ({', '.join(_started)}) without the mark `system`", pytrace=False)
    return result


pytest_runtest_setup = pytest_runtest_teardown = pytest_runtest_call


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out modules whose tests all have the mark `system`, where none of these is run: to import them takes long."""
    if config.option.markexpr != "not system" or not collection_path.match("test_*.py"):
        return None
    return True if _ALL_SYSTEM.search(collection_path.read_text(encoding="utf-8")) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first, and the unit tests, which are short, last."""
    places = {name: place for place, name in enumerate(LONGEST)}

    def place_of(item: pytest.Item) -> int:
        is_unit = item.get_closest_marker("system") is None
        return places.get(item.path.stem, len(LONGEST) + is_unit)

    items.sort(key=place_of)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two workers for each core: the system tests wait for a server or a delay as long as they compute."""
    cores = os.cpu_count() or 1
    return cores if config.option.markexpr == "not system" else cores * 2


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> dict[str, str]:
    """A PostgreSQL server for all tests of a worker. It is stopped after the last test, which may not stop anything."""
    stack = ExitStack()
    pytestconfig.add_cleanup(stack.close)
    return stack.enter_context(postgres())


@pytest.fixture
def database(postgres_server: dict[str, str]) -> Iterator[ServerAddress]:
    """The address of an empty database."""
    with empty_database(postgres_server) as address:
        yield address


@pytest.fixture
def clock() -> Clock:
    """The clock of the runs of a test."""
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a site's data goes; made by the first run."""
    return tmp_path / "data" / "ecns"


@pytest.fixture
def begin(folder: Path, clock: Clock) -> Iterator[Begin]:
    """Enters runs, on the test's folder where no other is named; those still under way end with the test."""
    begun: list[FileRun] = []

    def enter(where: Path = folder, run_settings: RunSettings | None = None) -> FileRun:
        run = FileRun(where, clock, run_settings or RunSettings())
        run.enter()
        begun.append(run)
        return run

    yield enter
    for run in begun:
        run.finish()


@pytest.fixture
def database_url(postgres_server: dict[str, str]) -> str:
    """The address of a new PostgreSQL database with the tables of runs."""
    return new_database(postgres_server)
