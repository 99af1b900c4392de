"""Signals that end a command, also where Python cannot raise what they lead to."""

import signal
import sys
from collections.abc import Callable, Iterator

import pytest

from ecnscrawl.cli.signals import noting_lost_interrupts


class Last:
    """Something in whose destructor an error comes."""

    def __init__(self, error: type[BaseException]) -> None:
        self.error = error

    def __del__(self) -> None:
        raise self.error


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)  # in the place of that of pytest
    with noting_lost_interrupts() as raise_lost:
        yield raise_lost


def test_an_interrupt_in_a_destructor_is_found_and_not_printed(
    check: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    check()
    Last(KeyboardInterrupt)  # deleted at once
    with pytest.raises(KeyboardInterrupt):
        check()
    assert capsys.readouterr().err == ""


def test_any_other_error_there_is_printed(check: Callable[[], None], capsys: pytest.CaptureFixture[str]) -> None:
    Last(ZeroDivisionError)
    check()
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_signal_in_a_destructor_is_such_an_interrupt(check: Callable[[], None]) -> None:
    class Signalled:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        Signalled()
    finally:
        signal.signal(signal.SIGINT, before)
    with pytest.raises(KeyboardInterrupt):
        check()


def test_the_hook_that_was_there_gets_all_other_errors_and_afterwards_interrupts_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: found.append(unraisable.exc_type))
    with noting_lost_interrupts():
        Last(ZeroDivisionError)
        Last(KeyboardInterrupt)
    assert found == [ZeroDivisionError]
    Last(KeyboardInterrupt)
    assert found == [ZeroDivisionError, KeyboardInterrupt]
