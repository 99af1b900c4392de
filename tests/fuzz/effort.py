"""The number of examples for each target, and the time limit for one of them."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time
from types import FrameType
from typing import NoReturn, TypeVar

from hypothesis import HealthCheck, Phase, settings

PROFILE = "fuzz"  #: of hypothesis: `make fuzz` names it
WHOLE = 100_000  #: examples of all targets together, in that profile
EACH = 200  #: of each target in `make test`
SECONDS = 1.0  #: of the processor, for one example

Test = TypeVar("Test", bound=Callable[..., None])


def examples(share: float) -> Callable[[Test], Test]:
    """Gives a test this share of all examples; in `make test` a few, and the same ones each time."""
    is_long = settings.get_current_profile_name() == PROFILE
    effort = settings(
        max_examples=round(WHOLE * share) if is_long else EACH,
        derandomize=not is_long,  # a failure of `make test` is to tell of the change, not of chance
        database=None,  # a find becomes a test of its own
        deadline=None,  # `in_time` has its own, of processor time: the machine may be busy
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),  # to shrink a page that takes a second takes an hour
    )

    def apply(test: Test) -> Test:
        return effort(test)

    return apply


@contextmanager
def in_time(seconds: float = SECONDS) -> Iterator[None]:
    """Fail if the block uses more processor time than this; interrupts it then."""

    def give_up(_number: int, _frame: FrameType | None) -> NoReturn:
        raise AssertionError(f"more than {seconds} s of the processor")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    began = process_time()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    assert process_time() - began <= seconds  # a C library hears of no signal before it is done
