"""How far a re-extraction has come, from job to job."""

from ecnscrawl.reextraction.progress import FileProgress, Progress


def stopped() -> Progress:
    """What a job finds that goes on after one that had come to record 5, while 1 and 3 waited for others."""
    return Progress(since_run="x", files={"a": FileProgress(done=5, open=[1, 3])})


def test_what_waited_is_read_again_and_the_rest_is_not() -> None:
    assert [stopped().is_done(("a", number)) for number in range(7)] == [True, False, True, False, True, True, False]


def test_what_waited_is_read_again_although_something_before_it_waits_anew() -> None:
    progress = stopped()
    progress.note(("a", 1))
    progress.set_waiting({("a", 1)})
    assert not progress.is_done(("a", 3))
    assert progress.files["a"].open == [1, 3]  # also by the job after this one


def test_a_file_that_is_named_twice_is_read_once() -> None:
    progress = Progress()
    for number in (0, 1):
        progress.note(("a", number))
    assert [progress.is_done(("a", number)) for number in (0, 1, 2)] == [True, True, False]
