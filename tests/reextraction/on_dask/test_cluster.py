"""Where a scheduler is, as users write it."""

from pathlib import Path

import pytest

from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.reextraction.on_dask.cluster import address_of


@pytest.mark.parametrize(
    "address", ["tcp://10.0.0.7:8786", "tls://head.example.org:8786", "head:8786", "tcp://[::1]:8786", "wss://x:443/"]
)
def test_an_address_is_taken_as_it_is(address: str) -> None:
    assert address_of(address) == address


def test_the_address_may_stand_in_a_scheduler_file(tmp_path: Path) -> None:
    path = tmp_path / "scheduler.json"
    path.write_text('{"type": "Scheduler", "id": "x", "address": "tcp://10.0.0.7:8786", "workers": {}}')
    assert address_of(str(path)) == "tcp://10.0.0.7:8786"


@pytest.mark.parametrize("address", ["", "head", "http://head:80", "tcp://head", "tcp://a b:1", "tcp://user:x@head:1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(WrongUsage, match="is no address; write tcp://HOST:8786, tls://HOST:8786 or local"):
        address_of(address)


@pytest.mark.parametrize(
    ("content", "error", "what"),
    [
        (None, CannotStart, "No such file or directory"),
        ("{", CannotStart, "is no JSON"),
        ("[]", WrongUsage, "is no address"),
        ("{}", WrongUsage, "is no address"),
    ],
)
def test_a_file_that_is_no_scheduler_file_is_refused(
    tmp_path: Path, content: str | None, error: type[Exception], what: str
) -> None:
    path = tmp_path / "scheduler.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(error, match=what):
        address_of(str(path))
