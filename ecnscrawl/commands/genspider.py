"""`scrapy genspider -t news NAME DOMAIN`: begin a new site, with its profile, page class, spider, fixtures and test.

Scrapy's own templates work too. Their spiders are not news spiders, so `scrapy crawl` refuses them.
"""

import argparse
import shlex
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from scrapy.commands.genspider import Command as ScrapyGenspider
from scrapy.spiderloader import get_spider_loader

from ecnscrawl.cli.base import OneLineErrors, positional
from ecnscrawl.cli.new_site import TEMPLATE, Project, check_domain, check_name, render, template_text, write_all
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.hints import program
from ecnscrawl.redaction import print_safely
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.testing.fixtures import SavedPages


class Command(OneLineErrors, ScrapyGenspider):
    """Writes into the project that NEWSPIDER_MODULE names, if that is a project's folder: all files, or none."""

    def syntax(self) -> str:
        return "[options] NAME DOMAIN"

    def short_desc(self) -> str:
        return "Begin a new site with -t news; or a spider from one of Scrapy's own templates"

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        words = positional("genspider", args)
        if opts.list:
            self._list_templates()
            print_safely(
                f"  {TEMPLATE}: profile, page class, spider, fixtures and test of a site; the others are Scrapy's own"
            )
        elif opts.dump == TEMPLATE:
            print_safely(template_text())
        elif opts.dump:
            ScrapyGenspider.run(self, list(words), opts)
        elif len(words) != 2:
            raise WrongUsage(f"name the new site and its domain: `{program()} genspider -t {TEMPLATE} NAME DOMAIN`")
        elif opts.template == TEMPLATE:
            self._begin_site(words[0], words[1], opts)
        else:
            if (module := self._new_spider_module).startswith("ecnscrawl."):
                Project.of(module)  # refuses an installed package, which Scrapy would write into
            ScrapyGenspider.run(self, list(words), opts)
            print_safely(
                f"It is no news spider, so `{program()} crawl {words[0]}` refuses it. For a news site:"
                f" `{program()} genspider -t {TEMPLATE} {shlex.join(words)}`"
            )

    @property
    def _new_spider_module(self) -> str:
        return str(self.own_settings["NEWSPIDER_MODULE"] or "")

    def _begin_site(self, name: str, domain: str, opts: argparse.Namespace) -> None:
        project = Project.of(self._new_spider_module)
        loader = get_spider_loader(self.own_settings)
        spiders = {each: loader.load(each) for each in loader.list()}
        modules = {each: spider.__module__ for each, spider in spiders.items()}
        profiles = [getattr(spider, "profile", None) for spider in spiders.values()]
        check_name(name, project, modules, force=opts.force)
        check_domain(domain, [each for each in profiles if isinstance(each, SiteProfile)], name=name)
        pages = SavedPages(project.root / "fixtures")
        folder = pages.folder / "html" / name
        texts = render(project, name, domain, datetime.now(UTC).date())
        write_all(texts | {pages.manifest_file: pages.manifest_with(name)}, folder)
        made = (path.relative_to(project.root) for path in (*texts, folder, pages.manifest_file))
        print_safely("made", *(f"  {path}" for path in made))
        profile = project.path("profile.py.tmpl", name)
        print_safely(
            "next, in this order:",
            f"  choose pattern, zone, language and sources in {profile.relative_to(project.root)}",
            f"  {program()} fixture URL",
            f"  python -m pytest {project.path('test.py.tmpl', name).relative_to(project.root)}",
        )
        if opts.edit:
            self.exitcode = _edit(profile, str(self.own_settings["EDITOR"] or ""))


def _edit(path: Path, editor: str) -> int:
    """Open a file in the user's editor, and return its exit status. Raises CannotStart."""
    try:
        return subprocess.call([*shlex.split(editor), str(path)])  # noqa: S603 - the user's own editor
    except (OSError, ValueError) as error:
        raise CannotStart(f"EDITOR={editor!r} cannot be started ({error}); open {path} yourself") from None
