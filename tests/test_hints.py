"""Advice in messages: commands that work where the program is installed."""

import sys
from pathlib import Path

import pytest

from ecnscrawl import hints


@pytest.mark.parametrize(
    ("called", "named"),
    [
        ("/usr/bin/scrapy", "scrapy"),
        ("/usr/bin/ecnscrawl", "ecnscrawl"),
        (r"ecnscrawl.exe", "ecnscrawl"),
        ("/usr/lib/python3/site-packages/pytest/__main__.py", "scrapy"),
        ("", "scrapy"),
    ],
)
def test_the_program_is_the_one_that_was_typed(monkeypatch: pytest.MonkeyPatch, called: str, named: str) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    assert hints.program() == named


def test_a_module_that_was_run_is_named_with_its_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/ecnscrawl/__main__.py"])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "a b" / "bin" / "python"))
    monkeypatch.chdir(tmp_path)
    assert hints.program() == "'a b/bin/python' -m ecnscrawl"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A virtual environment that this process seems to run in, outside of the working folder."""
    folder = tmp_path / "ecnscrawl"
    folder.mkdir()
    monkeypatch.setattr(sys, "prefix", str(folder))
    monkeypatch.setattr(sys, "executable", str(folder / "bin" / "python"))
    return folder


def test_packages_are_installed_by_pip(monkeypatch: pytest.MonkeyPatch, environment: Path) -> None:
    monkeypatch.setattr(hints, "find_spec", lambda name: name)
    assert hints.install("boto3") == f"{environment}/bin/python -m pip install boto3"


def test_packages_are_installed_by_uv_where_there_is_no_pip(monkeypatch: pytest.MonkeyPatch, environment: Path) -> None:
    monkeypatch.setattr(hints, "find_spec", lambda name: None)
    assert hints.install("a>=1") == f"uv pip install --python {environment}/bin/python 'a>=1'"


def test_packages_are_injected_by_pipx(environment: Path) -> None:
    (environment / "pipx_metadata.json").touch()
    assert hints.install("duckdb>=2.0", "boto3") == "pipx inject ecnscrawl 'duckdb>=2.0' boto3"


def test_packages_come_with_the_call_of_uvx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/home/reader/.cache/uv/archive-v0/abc")
    assert hints.install("a>=1", "b") == "uvx --with 'a>=1' --with b --from … ecnscrawl"


def test_a_checkout_is_set_up_anew(environment: Path) -> None:
    (environment / ".up-to-date").touch()
    assert hints.install("duckdb") == "make clean setup"


@pytest.mark.parametrize(
    ("extra", "package"), [("export", "duckdb"), ("browse", "datasette"), ("browser", "playwright")]
)
def test_an_extra_is_named_by_its_packages(environment: Path, extra: str, package: str) -> None:
    (environment / "pipx_metadata.json").touch()
    words = hints.install_extra(extra)
    assert words.startswith("pipx inject ecnscrawl ")
    assert package in words
    assert "extra" not in words


@pytest.mark.parametrize(("package", "other"), [("duckdb", "psycopg"), ("psycopg", "duckdb")])
def test_one_package_of_an_extra_is_installed_alone(environment: Path, package: str, other: str) -> None:
    words = hints.install_extra("load", package)
    assert f"{package}" in words
    assert other not in words
