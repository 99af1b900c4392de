"""Commands end with one line for whatever a user can cause."""

import argparse
from pathlib import Path

import pytest

from ecnscrawl.cli.base import OneLineErrors


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
