"""The collector leaves alone what the start of a crawl has made."""

import gc

from ecnscrawl.workers.garbage import freeze_start


def test_what_the_start_has_made_is_not_searched_again() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    made = [[number] for number in range(1000)]
    gc.set_threshold(700, 10, 10)  # Python's own: mypy, which other tests call, raises it
    try:
        freeze_start()
        assert gc.get_freeze_count() >= frozen + len(made)
        assert gc.get_threshold() > (700, 10, 10)
        assert not any(each is made for each in gc.get_objects())
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
