"""Run a command in a terminal of a given width, and read the screen."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.interrupts import heard
from tests.system.crawling import ROOT, Crawl

ROWS = 50
_PIECE = re.compile(r"\x1b\[(?P<parameters>[?\d;]*)(?P<final>[A-Za-z])|(?P<character>[^\x1b])", re.DOTALL)


@dataclass
class Screen:
    """The text on a terminal after this output. Only the escape sequences of the progress line are known."""

    columns: int
    rows: list[list[str]] = field(default_factory=lambda: [[]])
    row: int = 0
    column: int = 0
    shows_cursor: bool = True
    colours: list[str] = field(default_factory=list)

    def show(self, output: str) -> None:
        """Take in output; ValueError for a sequence that is not known."""
        at = 0
        while at < len(output):
            match = _PIECE.match(output, at)
            if match is None:
                raise ValueError(f"an unknown sequence: {output[at : at + 20]!r}")
            at = match.end()
            if (character := match["character"]) is not None:
                self._write(character)
            else:
                self._control(match["parameters"], match["final"])

    @property
    def lines(self) -> list[str]:
        """The rows that are not blank."""
        return [line for row in self.rows if (line := "".join(row).rstrip())]

    def _write(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self._go_to(self.row + 1)
        else:
            if self.column == self.columns:
                self._go_to(self.row + 1)
                self.column = 0
            row = self.rows[self.row]
            row += " " * (self.column + 1 - len(row))
            row[self.column] = character
            self.column += 1

    def _go_to(self, row: int) -> None:
        self.row = row
        while len(self.rows) <= row:
            self.rows.append([])

    def _control(self, parameters: str, final: str) -> None:
        if final == "m":
            self.colours.append(parameters)
        elif final == "A":
            self.row -= int(parameters or 1)
        elif final == "K" and parameters == "2":
            self.rows[self.row] = []
        elif final in "lh" and parameters == "?25":
            self.shows_cursor = final == "h"
        else:
            raise ValueError(f"an unknown sequence: {parameters}{final}")


@dataclass(frozen=True)
class Shown:
    """The end of a command: its exit status, all its output to the terminal, and the text on the screen."""

    status: int
    output: str
    screen: Screen
    most_lines: int  #: that stood on the screen at any time

    @property
    def text(self) -> str:
        """All that came, without its control sequences."""
        return re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", self.output)


def in_terminal(
    crawl: Crawl,
    arguments: Sequence[str],
    columns: int = 120,
    environment: Mapping[str, str] | None = None,
    signals: Sequence[signal.Signals] = (),
    when: Callable[[str], bool] = bool,
) -> Shown:
    """The crawl with standard error on a terminal; the signals are sent, a little apart, when its output is like that."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    outside = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "FORCE_COLOR")}
    mine = {"ECNSCRAWL_DATA_DIR": str(crawl.data), "TERM": "xterm-256color"}
    with heard():
        process = subprocess.Popen(
            crawl.command(*arguments),
            env={**outside, **crawl.environment, **mine, **(environment or {})},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=slave,
        )
    os.close(slave)
    guard = threading.Timer(60, process.kill)
    guard.start()
    try:
        chunks: list[str] = []
        waiting = list(signals)
        while chunk := _read(master):
            chunks.append(chunk)
            while waiting and when("".join(chunks)):
                process.send_signal(waiting.pop(0))
                time.sleep(0.3)
        status = process.wait()
    finally:
        guard.cancel()
        os.close(master)
    return _shown(status, chunks, columns)


def _read(master: int) -> str:
    try:
        return os.read(master, 65536).decode()
    except OSError:  # the other side is closed
        return ""


def _shown(status: int, chunks: Sequence[str], columns: int) -> Shown:
    output = "".join(chunks)
    screen, most = Screen(columns), 0
    for piece in re.split(r"(?=\r)", output):
        screen.show(piece)
        most = max(most, len(screen.lines))
    return Shown(status, output, screen, most)
