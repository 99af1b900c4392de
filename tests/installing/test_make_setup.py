"""`make setup` in a checkout: with an index that only pip.conf names, and with another Python than before."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.installing.index import PASSWORD, USER, locked, made_up, repacked, served
from tests.installing.pythons import python_of
from tests.system.crawling import ROOT, Ended

pytestmark = pytest.mark.system

ONLY_HERE = "found_in_no_other_index"
_OF_INDEXES = ("PIP_", "UV_", "VIRTUAL_ENV", "MAKE", "MFLAGS", "PYTHON")
_PROJECT = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "ecnscrawl"
version = "0.1.0"

[tool.setuptools]
packages = ["ecnscrawl"]
"""


@dataclass(frozen=True)
class Checkout:
    """A checkout whose lock has uv, setuptools and a package that only its user's index has."""

    root: Path
    asked: list[str]  #: the paths that the index was asked for

    def make(self, *words: str, **environment: str) -> Ended:
        """Run make, as a user of whom only pip.conf knows an index."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OF_INDEXES)}
        home = {"HOME": str(self.root / "home"), "XDG_CONFIG_HOME": str(self.root / "home" / ".config")}
        done = subprocess.run(
            ["make", "--no-print-directory", *words],
            env=inherited | home | environment,
            cwd=self.root, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout, done.stderr)

    def python(self, says: str) -> str:
        """The output of the Python in `.venv`."""
        command = [str(self.root / ".venv" / "bin" / "python"), "-c", f"print({says})"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    root = tmp_path_factory.mktemp("checkout")
    wheels = tmp_path_factory.mktemp("wheels")
    packages = [repacked("uv", wheels), repacked("setuptools", wheels), made_up(ONLY_HERE, wheels)]
    shutil.copy(ROOT / "Makefile", root)
    shutil.copytree(ROOT / "installing", root / "installing", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "requirements.lock").write_text("".join(map(locked, packages)), encoding="utf-8")
    (root / "pyproject.toml").write_text(_PROJECT, encoding="utf-8")
    (root / "ecnscrawl").mkdir()
    (root / "ecnscrawl" / "__init__.py").touch()
    with served(packages) as (address, asked):
        config = root / "home" / ".config" / "pip" / "pip.conf"
        config.parent.mkdir(parents=True)
        config.write_text(
            f"[global]\nindex-url = http://{USER}:{quote(PASSWORD)}@{address}/simple/\n", encoding="utf-8"
        )
        yield Checkout(root, asked)


def test_everything_comes_from_the_index_that_only_pip_conf_names(checkout: Checkout) -> None:
    ended = checkout.make("setup", f"PYTHON={sys.executable}")
    assert ended.err == ""
    assert ended.status == 0
    (line,) = ended.out.splitlines()
    assert line.startswith("building .venv with Python 3.")
    assert checkout.python(f"__import__('{ONLY_HERE}').__name__") == ONLY_HERE
    assert any(path.startswith(f"/files/{ONLY_HERE}") for path in checkout.asked)
    assert any(path.startswith("/files/uv-") for path in checkout.asked)


def test_once_built_it_requests_nothing(checkout: Checkout) -> None:
    checkout.asked.clear()
    for words in ((), (f"PYTHON={sys.executable}",), (f"PYTHON={checkout.root}/.venv/bin/python",)):
        ended = checkout.make("setup", *words)
        assert (ended.status, ended.err) == (0, "")
    assert checkout.asked == []


def test_a_named_python_that_is_missing_leaves_what_is_built(checkout: Checkout) -> None:
    ended = checkout.make("setup", "PYTHON=/nowhere/python3")
    assert ended.status != 0
    assert "ecnscrawl: error: /nowhere/python3 is missing or older than 3.11" in ended.err
    assert checkout.python("1") == "1"


def test_another_python_builds_it_anew_without_make_clean(checkout: Checkout) -> None:
    version = "3.13" if sys.version_info[:2] == (3, 12) else "3.12"
    other = python_of(version)
    if other is None:
        pytest.skip(f"there is no Python {version} on this machine")
    ended = checkout.make("setup", f"PYTHON={other}")
    assert (ended.status, ended.err) == (0, "")
    assert checkout.python("'%d.%d' % __import__('sys').version_info[:2]") == version
    assert checkout.python(f"__import__('{ONLY_HERE}').__name__") == ONLY_HERE
    checkout.asked.clear()
    assert checkout.make("setup").status == 0
    assert checkout.make("setup", PYTHON=other).status == 0
    assert checkout.asked == []
