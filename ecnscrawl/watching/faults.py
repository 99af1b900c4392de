"""What is wrong in a table of sites, each fault with its line."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.hints import program
from ecnscrawl.normalize.text import counted


@dataclass(frozen=True, order=True)
class Fault:
    """A fault in a table: the line, from 1, and what is wrong with the way out, in one line."""

    line: int
    text: str


@dataclass
class Faults:
    """The faults found so far."""

    found: list[Fault] = field(default_factory=list)

    def add(self, line: int, text: object) -> None:
        """Note a fault."""
        self.found.append(Fault(line, " ".join(str(text).split())))


class FaultyTable(WrongUsage):
    """A table that cannot be used. `faults` has a text for each fault: `SITES.toml:3: unknown key 'evry' …`.

    The message is one line: the first of them, and how many more there are.
    """

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        """`name` is the table's file, as the user wrote it. There must be a fault."""
        self.faults = tuple(f"{name}:{fault.line}: {fault.text}" for fault in sorted(set(faults)))
        first, *others = self.faults
        more = f" (and {counted(len(others), 'further fault')}: `{program()} watch {name} --check`)" if others else ""
        super().__init__(first + more)
