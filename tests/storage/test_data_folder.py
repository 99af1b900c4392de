"""The folder that data goes to: beside the project's own scrapy.cfg, or the working folder."""

from pathlib import Path

import pytest

from ecnscrawl.storage.data_folder import project_folder

OWN = "[settings]\ndefault = ecnscrawl.settings\n"


@pytest.fixture
def below(tmp_path: Path) -> Path:
    """A folder below another one."""
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("module", [None, "ecnscrawl.settings"])
def test_it_is_beside_the_scrapy_cfg_that_names_these_settings(below: Path, module: str | None) -> None:
    (below.parent / "scrapy.cfg").write_text(OWN)
    assert project_folder(below, module) == below.parent


def test_it_is_the_working_folder_where_there_is_no_scrapy_cfg(below: Path) -> None:
    assert project_folder(below, "ecnscrawl.settings") == below


@pytest.mark.parametrize(
    "text",
    [
        "[settings]\ndefault = another.settings\n",
        "[deploy]\nproject = ecnscrawl.settings\n",
        "",
        "no [ini",
        "[a]\n[a]\n",
    ],
)
def test_the_scrapy_cfg_of_another_project_does_not_count(below: Path, text: str) -> None:
    (below.parent / "scrapy.cfg").write_text(text)
    assert project_folder(below, "ecnscrawl.settings") == below


def test_a_file_that_is_not_text_does_not_count(below: Path) -> None:
    (below / "scrapy.cfg").write_bytes(b"\xff\xfe[settings]")
    assert project_folder(below, "ecnscrawl.settings") == below


def test_only_the_closest_one_counts(below: Path) -> None:
    (below.parent / "scrapy.cfg").write_text(OWN)
    (below / "scrapy.cfg").write_text("[settings]\ndefault = another.settings\n")
    assert project_folder(below, "ecnscrawl.settings") == below


def test_settings_that_build_on_these_have_their_own_scrapy_cfg(below: Path) -> None:
    (below / "scrapy.cfg").write_text("[settings]\ndefault = mine\nhourly = mine.hourly\n")
    assert project_folder(below / "c", "mine.hourly") == below
