"""A user without rights who has a wheel, and the ways to install it."""

import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from replica import Replica
from replica.fixture_site import fixture_site
from tests.installing.ordinary import OrdinaryUser, ordinary_user
from tests.installing.sources import built_distributions
from tests.needs import lacking
from tests.system.crawling import MANNERS_OFF, ROOT, Ended

SYSTEM_PYTHON = "/usr/bin/python3"

#: What stands in the scrapy.cfg above the working folder: another project, what is no such file, or a checkout's.
ABOVE = {"pip": "no [ini\n", "pipx": "[settings]\ndefault = ecnscrawl.settings\n"}
FOREIGN = "[settings]\ndefault = another.settings\n"


@dataclass(frozen=True)
class Installed:
    """The wheel, installed in one of the ways."""

    user: OrdinaryUser
    words: tuple[str, ...]  #: how its user calls it
    folder: Path  #: where its user calls it

    @property
    def pinned(self) -> dict[str, str]:
        """What keeps installers to the releases of the lock: else each new one of a library could break the tests."""
        constraints = str(self.user.home / "constraints.txt")
        return {"UV_CONSTRAINT": constraints, "PIP_CONSTRAINT": constraints, "PIP_NO_COMPILE": "1"}

    def run(self, *words: str, environment: Mapping[str, str] | None = None) -> Ended:
        """Run `ecnscrawl WORD…`; uvx has what it needs in its cache by now."""
        offline = {**self.pinned, "UV_OFFLINE": "1", **(environment or {})}
        return self.user.run(*self.words, *words, cwd=self.folder, environment=offline)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `make dist` builds; beside it lie the constraints."""
    (built,) = built_distributions(tmp_path_factory).glob("*.whl")
    return built


@pytest.fixture(scope="module")
def user(wheel: Path) -> Iterator[OrdinaryUser]:
    """Somebody who has been given the wheel and the constraints."""
    with ordinary_user() as somebody:
        shutil.copy(wheel.with_name("constraints.txt"), somebody.home / "constraints.txt")
        yield somebody


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    """The demo's site, served."""
    with Replica(fixture_site(ROOT / "fixtures")) as replica:
        yield replica


def install(user: OrdinaryUser, *words: str | Path, **environment: str) -> None:
    """Run a command that installs something; skips the test where there is no index."""
    pinned = Installed(user, (), user.news).pinned
    done = user.run(*words, environment={**pinned, **environment})
    if done.status:
        lacking(f"{shlex.join(map(str, words))} failed: {done.err[-600:]}")


def by_pip(user: OrdinaryUser, wheel: Path) -> tuple[str, ...]:
    place = user.home / "of pip"
    if not place.exists():
        install(user, SYSTEM_PYTHON, "-m", "venv", place)
        install(user, place / "bin" / "pip", "install", "--quiet", wheel)
    return (str(place / "bin" / "ecnscrawl"),)


def by_pipx(user: OrdinaryUser, wheel: Path) -> tuple[str, ...]:
    place = user.home / "pipx"
    install(user, "uv", "venv", "--quiet", "--python", SYSTEM_PYTHON, place)
    install(user, "uv", "pip", "install", "--quiet", "--python", place / "bin" / "python", "pipx")
    (user.bin / "pipx").symlink_to(place / "bin" / "pipx")
    install(user, "pipx", "install", "--quiet", wheel, PIPX_BIN_DIR=str(user.bin))
    return (str(user.bin / "ecnscrawl"),)


def by_uv_tool(user: OrdinaryUser, wheel: Path) -> tuple[str, ...]:
    folder = user.home / "of uv"
    places = {"UV_TOOL_BIN_DIR": str(folder), "UV_TOOL_DIR": str(folder / "tools")}  # uvx would use what is installed
    install(user, "uv", "tool", "install", "--quiet", "--python", SYSTEM_PYTHON, wheel, **places)
    return (str(folder / "ecnscrawl"),)


def by_uvx(user: OrdinaryUser, wheel: Path) -> tuple[str, ...]:
    words = ("uv", "tool", "run", "--quiet", "--python", SYSTEM_PYTHON, "--from", str(wheel), "ecnscrawl")
    install(user, *words, "--version")
    return words


WAYS: dict[str, Callable[[OrdinaryUser, Path], tuple[str, ...]]] = {
    "pip": by_pip, "pipx": by_pipx, "uv tool": by_uv_tool, "uvx": by_uvx,
}  # fmt: skip


def installed_by(way: str, user: OrdinaryUser, wheel: Path) -> Installed:
    """Install the wheel in one of the ways, for use in a new folder."""
    given = user.home / wheel.name
    if not given.exists():
        shutil.copy(wheel, given)
    return Installed(user, WAYS[way](user, given), new_folder(user))


@pytest.fixture(scope="module", params=WAYS)
def installed(request: pytest.FixtureRequest, user: OrdinaryUser, wheel: Path) -> Installed:
    """The wheel, installed in each of the ways, to be used below the scrapy.cfg of somebody else."""
    installed = installed_by(request.param, user, wheel)
    (user.news / "scrapy.cfg").write_text(ABOVE.get(request.param, FOREIGN), encoding="utf-8")
    return installed


def new_folder(user: OrdinaryUser) -> Path:
    """An empty folder below the working folder."""
    folder = Path(tempfile.mkdtemp(dir=user.news))
    user.own(folder)
    return folder


def on_the_replica(user: OrdinaryUser, replica: Replica) -> dict[str, str]:
    """The environment in which a user's commands reach the replica."""
    authority = user.home / "authority.pem"
    shutil.copy(replica.ca_file, authority)
    authority.chmod(0o644)
    return {**replica.environment(), "SSL_CERT_FILE": str(authority)}


def crawl(installed: Installed, replica: Replica, *words: str) -> Ended:
    """Crawl the replica."""
    environment = on_the_replica(installed.user, replica)
    return installed.run("crawl", "ecns", *MANNERS_OFF, "-s", "RENDER=off", *words, environment=environment)
