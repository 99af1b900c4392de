"""Commands end with one line for whatever a user can cause."""

import argparse
from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from ecnscrawl.cli.base import OneLineErrors, StoredDataCommand
from ecnscrawl.exceptions import WrongUsage


class Reading(OneLineErrors):
    """A command that reads a file which belongs to another user."""

    def short_desc(self) -> str:
        return "Read a file"

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        raise PermissionError(13, "Permission denied", args[0])


def test_a_file_of_another_user_is_named_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        Reading().run([str(tmp_path)], argparse.Namespace())
    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        f"ecnscrawl: error: {tmp_path}: Permission denied; run this as a user who may read and write it\n"
    )


class Naming(StoredDataCommand):
    """A command that takes the name of a site."""

    def short_desc(self) -> str:
        return "Name a site"


@pytest.mark.parametrize("folder", ["heide.example", "www.heide.example"])
def test_a_site_without_a_spider_may_be_named_with_and_without_www(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    command = Naming()
    command.settings = get_project_settings()
    command.settings.set("DATA_DIR", str(tmp_path))
    assert [command.site(name).name for name in ("heide.example", "www.heide.example")] == [folder, folder]
    with pytest.raises(WrongUsage, match=r"unknown site 'news\.heide\.example'"):
        command.site("news.heide.example")


def test_each_of_two_folders_of_a_site_has_its_own_name(tmp_path: Path) -> None:
    names = ["heide.example", "www.heide.example"]
    for name in names:
        (tmp_path / name).mkdir()
    command = Naming()
    command.settings = get_project_settings()
    command.settings.set("DATA_DIR", str(tmp_path))
    assert [command.site(name).name for name in names] == names
