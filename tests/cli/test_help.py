"""The help of each command is readable."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from scrapy.cmdline import ScrapyArgumentParser
from scrapy.commands import ScrapyHelpFormatter
from scrapy.utils.project import get_project_settings

import ecnscrawl.commands

NAMES = sorted(path.stem for path in Path(ecnscrawl.commands.__file__).parent.glob("[a-z]*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_no_option_is_printed_as_a_heading(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scrapy takes each line that ends in a colon for a heading, also one of the text of an option."""
    monkeypatch.setenv("COLUMNS", "80")
    command = import_module(f"ecnscrawl.commands.{name}").Command()
    command.settings = get_project_settings()
    parser = ScrapyArgumentParser(formatter_class=ScrapyHelpFormatter, conflict_handler="resolve")
    command.add_options(parser)
    assert re.findall(r"^ .*\n=+$", parser.format_help().partition("Options\n")[2], re.MULTILINE) == []
