"""The commands that read archives say which file cannot be read, and what to do about it."""

from pathlib import Path

import pytest

from ecnscrawl.cli.archives import check_files
from ecnscrawl.exceptions import CannotStart


def test_the_advice_is_that_of_the_command(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.warc.gz"
    with pytest.raises(CannotStart, match="No such file or directory; name a WARC file"):
        check_files([missing])
    with pytest.raises(CannotStart, match="No such file or directory; make it readable"):
        check_files([missing], "make it readable")
