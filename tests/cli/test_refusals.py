"""What argparse says of a wrong option is put into plain words, in every supported Python."""

import argparse
import doctest
from typing import NoReturn

import pytest

from ecnscrawl.cli import refusals
from ecnscrawl.cli.refusals import refusal


def test_the_examples_are_true() -> None:
    assert doctest.testmod(refusals).failed == 0


class Parser(argparse.ArgumentParser):
    """A parser that raises what it would print."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(refusal(message))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--search", "-foo"], "argument --search needs a value; one that begins with - is written --search=-…"),
        (["-s"], "argument --set needs a value; one that begins with - is written --set=-…"),
        (["-a"], "argument -a needs a value"),
        (["--kind", "foto"], "--kind 'foto' is not known (did you mean 'photo'?); write article, photo or video"),
        (["--by", "month"], "--by 'month' is not known; write day"),
    ],
)
def test_a_refused_option_is_named_with_the_way_out(words: list[str], said: str) -> None:
    parser = Parser(prog="export")
    parser.add_argument("--search")
    parser.add_argument("-s", "--set")
    parser.add_argument("-a")
    parser.add_argument("--kind", choices=("article", "photo", "video"))
    parser.add_argument("--by", choices=("day",))
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - what it says is compared whole
        parser.parse_args(words)
    assert str(refused.value) == said


def test_another_message_stays() -> None:
    assert refusal("Invalid -a value, use -a NAME=VALUE") == "Invalid -a value, use -a NAME=VALUE"
