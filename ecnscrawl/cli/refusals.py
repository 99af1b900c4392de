"""Put what argparse and Scrapy say of a wrong option into the words of this project's messages."""

import re

from ecnscrawl.exceptions import suggestion

_NO_VALUE = re.compile(r"argument (?:\S+/)?(?P<option>\S+): expected one argument")
_NO_CHOICE = re.compile(
    r"argument (?:\S+/)?(?P<option>\S+): invalid choice: '(?P<value>.*)' \(choose from (?P<choices>.*)\)"
)


def refusal(message: str) -> str:
    """Return a message of argparse in plain words; any other one as it is.

    >>> refusal("argument -L/--loglevel: expected one argument")
    'argument --loglevel needs a value; one that begins with - is written --loglevel=-…'
    >>> refusal("argument --kind: invalid choice: 'foto' (choose from 'article', 'photo', 'video')")
    "--kind 'foto' is not known (did you mean 'photo'?); write article, photo or video"
    """
    if match := _NO_VALUE.fullmatch(message):
        option = match["option"]
        own = f"; one that begins with - is written {option}=-…" if option.startswith("--") else ""
        return f"argument {option} needs a value{own}"
    if match := _NO_CHOICE.fullmatch(message):
        choices = re.findall(r"[^\s',]+", match["choices"])
        *others, last = choices
        known = f"{', '.join(others)} or {last}" if others else last
        return f"{match['option']} {match['value']!r} is not known{suggestion(match['value'], choices)}; write {known}"
    return message
