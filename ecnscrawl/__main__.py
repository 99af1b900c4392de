"""The command `ecnscrawl`: Scrapy's command line with this project's settings, from any folder.

`python -m ecnscrawl` is the same. No scrapy.cfg is read, whichever stands above the working folder.
"""

import contextlib
import io
import os
import pkgutil
import re
import sys
from importlib import import_module
from importlib.metadata import entry_points, version
from pathlib import Path

from ecnscrawl.exceptions import CannotStart, WrongUsage, refuse, suggestion
from ecnscrawl.hints import program
from ecnscrawl.redaction import print_safely

SETTINGS_MODULE = "ecnscrawl.settings"
_TITLE = re.compile(r"^Scrapy (\S+) - .*$", re.MULTILINE)  # of the list of commands


def main() -> None:
    """Run the command that `sys.argv` names; ends the process with that command's exit status."""
    words = sys.argv[1:]
    if words[:1] == ["--version"]:
        print_safely(f"ecnscrawl {version('ecnscrawl')}")
        return
    try:
        Path.cwd()
    except OSError as error:
        refuse(CannotStart(f"the working folder cannot be used ({error.strerror}); change to another one"))
    command = next((word for word in words if not word.startswith("-")), None)
    if command is not None and command not in (known := _known_commands()):
        refuse(WrongUsage(f"unknown command {command!r}{suggestion(command, known)}; `{program()}` lists them"))
    if not (Path(__file__).parents[1] / "scrapy.cfg").exists():  # installed, so that no checkout counts either
        os.environ.setdefault("ECNSCRAWL_DATA_DIR", str(Path.cwd() / "data"))
    os.environ["SCRAPY_SETTINGS_MODULE"] = SETTINGS_MODULE  # for the processes that a command starts, too
    if command is None or not {"-h", "--help"}.isdisjoint(words):
        _print_help()
    else:
        _execute()


def _execute() -> None:
    from scrapy.cmdline import execute  # noqa: PLC0415 - it takes a third of a second
    from scrapy.settings import Settings  # noqa: PLC0415

    settings = Settings()
    settings.setmodule(SETTINGS_MODULE, priority="project")
    if editor := os.environ.get("EDITOR"):
        settings.set("EDITOR", editor, priority="project")
    execute(settings=settings)


def _print_help() -> None:
    """Print Scrapy's help with the name of this program, because `scrapy` may not be on the user's PATH."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            _execute()
    finally:
        text = _TITLE.sub(f"ecnscrawl {version('ecnscrawl')}, with Scrapy \\1", said.getvalue(), count=1)
        for before in ("usage: ", "Usage: ", "Usage:\n  ", "  ", '"'):
            text = text.replace(f"{before}scrapy ", f"{before}{program()} ")
        try:
            if text:
                print_safely(text.removesuffix("\n"))
        except BrokenPipeError:  # the reader has gone, like `head`; Python would fail once more when it flushes at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _known_commands() -> set[str]:
    """Return the names of all commands: Scrapy's, this project's, and those of plugins."""
    modules = (import_module(name) for name in ("scrapy.commands", "ecnscrawl.commands"))
    own = {found.name for module in modules for found in pkgutil.iter_modules(module.__path__)}
    return own | {plugin.name for plugin in entry_points(group="scrapy.commands")}


if __name__ == "__main__":
    main()
