"""Names of environment variables that are misspelt."""

from pathlib import Path

import pytest

from ecnscrawl import settings
from ecnscrawl.cli.environment import KNOWN, environment_warnings


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("ECNSCRAWL_DATADIR", "ECNSCRAWL_DATA_DIR"),
        ("ecnscrawl_data_dir", "ECNSCRAWL_DATA_DIR"),
        ("ECNSCRAWL_CONTAKT", "ECNSCRAWL_CONTACT"),
    ],
)
def test_a_misspelt_name_is_warned_of_with_the_nearest_one(name: str, nearest: str) -> None:
    assert environment_warnings(["PATH", name]) == [
        f"the environment variable {name} means nothing (did you mean {nearest!r}?)"
    ]


def test_a_name_that_is_like_none_is_warned_of_with_all_of_them() -> None:
    (warning,) = environment_warnings(["ECNSCRAWL_ZZZZ"])
    assert warning == f"the environment variable ECNSCRAWL_ZZZZ means nothing; known are {', '.join(KNOWN)}"


def test_known_names_and_those_of_others_are_not_warned_of() -> None:
    assert environment_warnings([*KNOWN, "HOME", "SCRAPY_SETTINGS_MODULE", "CONTACT"]) == []


def test_the_known_names_are_those_that_the_settings_read() -> None:
    text = Path(settings.__file__).read_text(encoding="utf-8")
    assert [name for name in KNOWN if name not in text] == []
