"""`make dist`: what is in the distributions and beside them."""

import re
import shutil
import subprocess
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from installing.dist import constraints_of
from tests.installing.sources import built_distributions, distributions
from tests.needs import need
from tests.system.crawling import ROOT

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `dist` of a copy of all that is in the repository."""
    return built_distributions(tmp_path_factory)


@pytest.fixture(scope="module")
def checkout(dist: Path) -> Path:
    """That copy."""
    return dist.parent


def test_there_are_a_wheel_an_sdist_constraints_and_their_checksums(dist: Path) -> None:
    need("sha256sum")
    names = {path.name for path in dist.iterdir()}
    built = {f"ecnscrawl-0.1.0{end}" for end in ("-py3-none-any.whl", ".tar.gz", "-py3.egg")} | {"constraints.txt"}
    assert names == built | {"SHA256SUMS"}
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=dist, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert {line.partition(":")[0] for line in checked.stdout.splitlines()} == built


def test_the_wheel_has_the_modules_and_their_data_and_no_more(checkout: Path, dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    folder = checkout / "ecnscrawl"
    assert packed == {path.relative_to(checkout).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_sdist_has_all_that_git_knows(dist: Path) -> None:
    known = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if known.returncode:
        pytest.skip("this is no checkout of git's")
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        packed = {member.name.partition("/")[2] for member in archive if member.isfile()}
        assert {(member.uid, member.gid, member.uname, member.gname) for member in archive} == {(0, 0, "", "")}
    assert {name for name in known.stdout.split("\0") if name and (ROOT / name).exists()} - packed == set()


def test_the_same_sources_give_the_same_bytes(dist: Path, checkout: Path, tmp_path: Path) -> None:
    before = (dist / "SHA256SUMS").read_text(encoding="utf-8")
    again = tmp_path / "elsewhere" / "checkout"
    shutil.copytree(checkout, again, ignore=shutil.ignore_patterns("dist", "*.egg-info"))
    assert (distributions(again) / "SHA256SUMS").read_text(encoding="utf-8") == before


def test_the_constraints_are_the_releases_of_the_lock() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    lines = constraints_of(lock).splitlines()
    assert len(lines) == len(re.findall(r"^\S+==", lock, re.M))
    assert all("==" in line and "--hash" not in line and "\\" not in line for line in lines)
    assert [line for line in lines if line.startswith("scrapy==")]


@pytest.mark.parametrize("document", ["README.md", "docs/releasing.md", "docs/operations/running.md"])
def test_the_documents_name_this_version(document: str) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    named = re.findall(r"ecnscrawl-(\d+\.\d+\.\d+)[-.]", (ROOT / document).read_text(encoding="utf-8"))
    assert set(named) == {version}
