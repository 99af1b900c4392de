"""What a result says of the machine that it was measured on."""

from bench.__main__ import heading
from bench.machine import busy_ticks


def test_processors_work_whenever_they_are_not_idle() -> None:
    assert busy_ticks("cpu  100 20 30 5000 700 4 3 2 9 1") == 100 + 20 + 30 + 4 + 3 + 2


def test_a_result_says_how_busy_other_programs_kept_the_machine() -> None:
    text = heading(["bench.start"], 0.034)
    assert text.startswith("# The output of `python -m bench.start`\n")
    assert "\n\nOther programs took 3% of the processors meanwhile.\n\n" in text
    assert "Other programs" not in heading(["bench.start"], None)
