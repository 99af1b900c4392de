"""The files of a new site, made from templates/news/ for `scrapy genspider -t news`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.resources import files
from keyword import iskeyword
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.hints import beside_python
from ecnscrawl.normalize.urls import resolve
from ecnscrawl.safe_files import write_whole
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.hosts import twin_of

#: The templates, each with the place of its file in the project.
TEMPLATES = {
    "profile.py.tmpl": "{package}/sites/{name}.py",
    "page.py.tmpl": "{package}/pages/{name}.py",
    "spider.py.tmpl": "{package}/spiders/{name}.py",
    "test.py.tmpl": "tests/sites/test_{name}.py",
}
#: Packages that a project of the user's may lack, each with its first line.
_PACKAGES = {"sites": '"""Site profiles."""\n', "pages": '"""The page classes of the sites."""\n'}
_NOT_STANDARD = frozenset({"ecnscrawl", "lxml", "pytest"})  #: that the templates import, beside the standard library
_FOLDER = files("ecnscrawl").joinpath("templates/news")
TEMPLATE = _FOLDER.name  #: what `-t` calls them
_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
_TAKEN = frozenset({"host", "name"})  # the profile has constants of these names
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])")
_MAX_DOMAIN = 80  #: letters, so that no line of the files is too long; the longest in use have about 60


@dataclass(frozen=True)
class Project:
    """The Scrapy project to which the site is added."""

    root: Path  #: the folder of its scrapy.cfg
    package: str  #: its Python package

    @classmethod
    def of(cls, spiders_module: str) -> "Project":
        """Return the project of a NEWSPIDER_MODULE, such as `mynews.spiders`.

        Raises CannotStart if that is no package in a project's folder: an installed package is not the user's.
        """
        package, _, last = spiders_module.rpartition(".")
        if not package or "." in package or last != "spiders":
            raise CannotStart(f"NEWSPIDER_MODULE={spiders_module!r} is not the `spiders` of a package; name one such")
        try:
            root = Path(import_module(package).__file__ or "").resolve().parent.parent
        except ImportError as error:
            raise CannotStart(f"NEWSPIDER_MODULE={spiders_module!r} cannot be imported ({error})") from None
        if not (root / "scrapy.cfg").exists():
            scrapy = beside_python("scrapy")
            raise CannotStart(
                f"{package} is installed in {root}, where genspider adds nothing; make a project of your own:"
                f" `{scrapy} startproject mynews`, then write `from ecnscrawl.settings import *` at the top of"
                f" mynews/mynews/settings.py, and run `{scrapy} genspider` in mynews"
            )
        return cls(root, package)

    def path(self, template: str, name: str) -> Path:
        """The file of a site that is made from a template."""
        return self.root / TEMPLATES[template].format(package=self.package, name=name)


def check_name(name: str, project: Project, spiders: Mapping[str, str], *, force: bool) -> None:
    """Raise WrongUsage if a new site cannot have this name. `spiders` maps the names of all spiders to their modules.

    With `force` the files of an earlier site of this name are replaced, and no others.
    """
    if not _NAME.fullmatch(name) or iskeyword(name) or name in _TAKEN:
        raise WrongUsage(
            f"{name!r} cannot be a site's name; write up to 30 lower-case letters, digits and underscores, a letter"
            " first, and no word of Python, such as 'la_gaceta'"
        )
    module = spiders.get(name)
    if module is not None and not force:
        raise WrongUsage(
            f"spider {name!r} exists already, in {module}; choose another name, or replace it with --force"
        )
    made_here = module == f"{project.package}.spiders.{name}"
    folders = (project.root / project.package / each / name for each in ("sites", "pages", "spiders"))
    existing = [path for path in (project.path(template, name) for template in TEMPLATES) if path.exists()]
    in_the_way = [folder for folder in folders if folder.exists()] + ([] if made_here else existing)
    if in_the_way:
        raise WrongUsage(f"{in_the_way[0]} is there already; choose another name, or move it away")


def check_domain(given: str, known: Iterable[SiteProfile], *, name: str) -> None:
    """Raise WrongUsage unless this is a domain, of no other site than `name`."""
    if not _DOMAIN.fullmatch(given) or len(given) > _MAX_DOMAIN:
        host = urlsplit(resolve("https://x/", given if "//" in given else f"//{given}") or "").hostname or ""
        hint = f"; write {host}" if _DOMAIN.fullmatch(host) and host != given else "; write one such as www.example.org"
        raise WrongUsage(f"{given!r} is not a domain alone, in lower case, without scheme, port and path{hint}")
    for profile in known:
        if profile.name != name and ({given, twin_of(given)} & {*profile.hosts, *profile.domains}):
            raise WrongUsage(f"{given} is a domain of the site {profile.name!r}, which `scrapy crawl` knows already")


def render(project: Project, name: str, host: str, today: date) -> dict[Path, str]:
    """Return the text of each file of a new site. `name` and `host` have been checked."""
    words = {
        "package": project.package,
        "name": name,
        "constant": name.upper(),
        "class_name": "".join(part.capitalize() for part in name.split("_")),
        "domain": host.removeprefix("www."),
        "host": host,
        "other_host": twin_of(host),
        "year": str(today.year),
    }
    made = {}
    for template in TEMPLATES:
        text = Template((_FOLDER / template).read_text(encoding="utf-8")).substitute(words)
        made[project.path(template, name)] = _with_sorted_imports(text, project.package)
    for folder, docstring in _PACKAGES.items():
        init = project.root / project.package / folder / "__init__.py"
        if not init.exists():
            made[init] = docstring
    return made


def template_text() -> str:
    """Return all templates, each below the place of its file."""
    parts = (
        f"# {place}\n\n{(_FOLDER / template).read_text(encoding='utf-8')}" for template, place in TEMPLATES.items()
    )
    return "\n\n".join(parts)


def write_all(texts: Mapping[Path, str], folder: Path) -> None:
    """Write all files and make a folder for more, or leave all as it was. Raises CannotStart."""
    before = {path: path.read_bytes() if path.exists() else None for path in texts}
    folders = _missing([folder, *(path.parent for path in texts)])
    written, place = [], folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            place = path
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text.encode())
            written.append(path)
    except OSError as error:
        for path in written:
            content = before[path]
            if content is None:
                path.unlink(missing_ok=True)
            else:
                write_whole(path, content)
        for made in folders:
            if made.is_dir() and not any(made.iterdir()):
                made.rmdir()
        where = error.filename or place  # an error of a write, such as a full disk, names no file
        raise CannotStart(f"{where} cannot be written ({error.strerror}); nothing was made") from None


def _missing(folders: Iterable[Path]) -> list[Path]:
    """Return the folders, and those above them, that do not exist, the deepest first."""
    found = {each for folder in folders for each in (folder, *folder.parents) if not each.exists()}
    return sorted(found, key=lambda path: len(path.parts), reverse=True)


def _with_sorted_imports(text: str, package: str) -> str:
    """Sort the imports of a file as import sorters do: the standard library's, then others', then the package's own."""
    lines = text.splitlines(keepends=True)
    imports = [number for number, line in enumerate(lines) if line.startswith(("import ", "from "))]
    groups: dict[int, list[str]] = {}
    for number in imports:
        top = lines[number].split()[1].partition(".")[0]
        groups.setdefault(2 if top == package else int(top in _NOT_STANDARD), []).append(lines[number])
    blocks = ["".join(sorted(group, key=_import_order)) for _, group in sorted(groups.items())]
    return "".join([*lines[: imports[0]], "\n".join(blocks), *lines[imports[-1] + 1 :]])


def _import_order(line: str) -> tuple[bool, str]:
    return line.startswith("from "), line.split()[1]
