"""Signals that end a command, also where Python cannot raise what they lead to."""

import signal
import sys

import pytest

from ecnscrawl.cli.signals import LostInterrupts


class Last:
    """Something in whose destructor an error comes."""

    def __init__(self, error: type[BaseException]) -> None:
        self.error = error

    def __del__(self) -> None:
        raise self.error


@pytest.fixture
def interrupts(monkeypatch: pytest.MonkeyPatch) -> LostInterrupts:
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)  # which is put back
    return LostInterrupts()


def test_an_interrupt_in_a_destructor_is_found_and_not_printed(
    interrupts: LostInterrupts, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupts.check()
    Last(KeyboardInterrupt)  # deleted at once
    with pytest.raises(KeyboardInterrupt):
        interrupts.check()
    assert capsys.readouterr().err == ""


def test_any_other_error_there_is_printed(interrupts: LostInterrupts, capsys: pytest.CaptureFixture[str]) -> None:
    Last(ZeroDivisionError)
    interrupts.check()
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_signal_in_a_destructor_is_such_an_interrupt(interrupts: LostInterrupts) -> None:
    class Signalled:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        Signalled()
    finally:
        signal.signal(signal.SIGINT, before)
    with pytest.raises(KeyboardInterrupt):
        interrupts.check()
