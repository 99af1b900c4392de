"""A new site's name and domain are checked before anything is written; its files are written all, or none."""

import importlib
import os
import re
import resource
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ecnscrawl.cli.new_site import TEMPLATES, Project, check_domain, check_name, render, write_all
from ecnscrawl.exceptions import CannotStart, WrongUsage
from tests.saved_pages import ROOT
from tests.second_site.site import GACETA

TODAY = date(2026, 11, 23)
BIN = Path(sys.executable).parent


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of the user's, with spiders of this project and of another one."""
    (tmp_path / "mynews" / "spiders").mkdir(parents=True)
    return Project(tmp_path, "mynews")


SPIDERS = {"gaceta": "mynews.spiders.gaceta", "ecns": "ecnscrawl.spiders.ecns"}


def write(project: Project, texts: dict[Path, str]) -> None:
    """Write the files, and the folder of saved pages."""
    write_all(texts, project.root / "fixtures" / "html" / "harbour")


def files_of(project: Project) -> dict[str, str]:
    """Every file of a project, by its path in it."""
    found = (path for path in sorted(project.root.rglob("*")) if path.is_file())
    return {path.relative_to(project.root).as_posix(): path.read_text(encoding="utf-8") for path in found}


@pytest.mark.parametrize("name", ["harbour", "h", "la_gaceta", "site2", "x" * 30])
def test_a_name_may_have_lower_case_letters_digits_and_underscores(project: Project, name: str) -> None:
    check_name(name, project, SPIDERS, force=False)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Harbour",
        "el-pais",
        "2day",
        "_x",
        "class",
        "import",
        "../x",
        "a b",
        "x" * 31,
        "naïve",
        "host",
        "name",
        "x\n",
    ],
)
def test_a_name_that_no_module_and_no_id_can_have_is_refused(project: Project, name: str) -> None:
    with pytest.raises(WrongUsage, match="lower-case letters"):
        check_name(name, project, SPIDERS, force=True)


@pytest.mark.parametrize("name", ["gaceta", "ecns"])
def test_the_name_of_a_spider_is_refused(project: Project, name: str) -> None:
    with pytest.raises(WrongUsage, match=f"'{name}' exists already, in {SPIDERS[name]}; .*--force"):
        check_name(name, project, SPIDERS, force=False)


@pytest.mark.parametrize("place", [place.format(package="mynews", name="harbour") for place in TEMPLATES.values()])
@pytest.mark.parametrize("force", [True, False])
def test_a_file_that_is_no_site_s_is_never_replaced(project: Project, place: str, force: bool) -> None:
    (project.root / place).parent.mkdir(parents=True, exist_ok=True)
    (project.root / place).write_text("mine")
    with pytest.raises(WrongUsage, match=f"{place} is there already"):
        check_name("harbour", project, SPIDERS, force=force)


def test_a_package_of_the_name_is_never_replaced(project: Project) -> None:
    (project.root / "mynews" / "pages" / "gaceta").mkdir(parents=True)
    with pytest.raises(WrongUsage, match="mynews/pages/gaceta is there already"):
        check_name("gaceta", project, SPIDERS, force=True)


def test_with_force_the_files_of_an_earlier_site_are_replaced(project: Project) -> None:
    write(project, render(project, "gaceta", "gaceta.example", TODAY))
    check_name("gaceta", project, SPIDERS, force=True)


def test_with_force_no_spider_of_another_package_is_replaced(project: Project) -> None:
    (project.root / "mynews" / "spiders" / "ecns.py").write_text("mine")
    with pytest.raises(WrongUsage, match=r"ecns\.py is there already"):
        check_name("ecns", project, SPIDERS, force=True)


@pytest.mark.parametrize("domain", ["harbour.example", "www.harbour.example", "a.b.co.uk", "xn--mnchen-3ya.example"])
def test_a_domain_is_a_host_name(domain: str) -> None:
    check_domain(domain, [GACETA], name="harbour")


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("https://harbour.example", "write harbour.example"),
        ("https://www.harbour.example/news/?x=1", "write www.harbour.example"),
        ("harbour.example/", "write harbour.example"),
        ("harbour.example:443", "write harbour.example"),
        ("Harbour.Example", "write harbour.example"),
        ("münchen.example", "write xn--mnchen-3ya.example"),
        ("harbour", "such as www.example.org"),
        ("127.0.0.1", "such as www.example.org"),
        ("[::1]", "such as www.example.org"),
        ("", "such as www.example.org"),
        ("a b.example", "such as www.example.org"),
        ("-a.example", "such as www.example.org"),
        ("user@harbour.example", "such as www.example.org"),
        ("harbour.example\n", "such as www.example.org|write harbour.example"),
        ("a." * 41 + "example", "such as www.example.org"),
        ("http://[", "such as www.example.org"),
    ],
)
def test_anything_but_a_domain_is_refused_with_the_domain_in_it(given: str, hint: str) -> None:
    with pytest.raises(WrongUsage, match=hint) as raised:
        check_domain(given, [], name="harbour")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("domain", ["gaceta.example", "www.gaceta.example"])
def test_a_domain_of_another_site_is_refused(domain: str) -> None:
    with pytest.raises(WrongUsage, match="a domain of the site 'gaceta'"):
        check_domain(domain, [GACETA], name="harbour")
    check_domain(domain, [GACETA], name="gaceta")  # with --force


def test_all_files_are_written_with_the_packages_that_they_need(project: Project) -> None:
    write(project, render(project, "harbour", "www.harbour.example", TODAY))
    assert list(files_of(project)) == [
        "mynews/pages/__init__.py",
        "mynews/pages/harbour.py",
        "mynews/sites/__init__.py",
        "mynews/sites/harbour.py",
        "mynews/spiders/harbour.py",
        "tests/sites/test_harbour.py",
    ]


def test_a_package_that_is_there_stays(project: Project) -> None:
    init = project.root / "mynews" / "sites" / "__init__.py"
    init.parent.mkdir()
    init.write_text("mine")
    write(project, render(project, "harbour", "harbour.example", TODAY))
    assert init.read_text() == "mine"


@pytest.mark.parametrize("in_the_way", ["mynews/spiders", "tests", "fixtures", "fixtures/html/harbour"])
def test_where_a_file_cannot_be_written_none_is(project: Project, in_the_way: str) -> None:
    """A file stands where a folder should be, so it is so for root too."""
    blocked = project.root / in_the_way
    if blocked.is_dir():
        blocked.rmdir()
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file")
    before = files_of(project), sorted(project.root.rglob("*"))
    with pytest.raises(CannotStart, match="nothing was made"):
        write(project, render(project, "harbour", "harbour.example", TODAY))
    assert (files_of(project), sorted(project.root.rglob("*"))) == before


def test_where_a_file_cannot_be_replaced_the_others_are_as_before(project: Project) -> None:
    write(project, render(project, "harbour", "harbour.example", TODAY))
    for path in project.root.rglob("harbour.py"):
        path.write_text("mine")
    last = project.root / "tests" / "sites" / ".test_harbour.py.new"
    last.mkdir()  # where the new file would be written first
    before = files_of(project)
    with pytest.raises(CannotStart, match="nothing was made"):
        write(project, render(project, "harbour", "harbour.example", TODAY))
    assert files_of(project) == before


@pytest.mark.parametrize(
    ("path", "id_"),
    [
        ("/world/2026/some-words-471147.html", "471147"),
        ("/world/471147-some-words/", "471147"),
        ("/articles/20261126-OYT1T0012/", "20261126-OYT1T0012"),
        ("/articles/20261126-OYT1T0031/", "20261126-OYT1T0031"),
        ("/articles/20261126_0031.html", "20261126_0031"),
        ("/articles/late-ferry-20261126.html", "late-ferry-20261126"),
        ("/articles/late-ferry-20261126-471147.html", "471147"),
        ("/20261126/late-ferry-471147.html", "471147"),
        ("/articles/2026112600471/", "2026112600471"),
        ("/articles/20271326-some-words/", "20271326"),
        ("/archive/20261126/", None),
        ("/archive/20261126.html", None),
        ("/about/", None),
    ],
)
def test_a_new_profile_takes_no_day_for_the_id_of_an_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, id_: str | None
) -> None:
    made = Project(tmp_path, "datednews")
    (tmp_path / "datednews" / "spiders").mkdir(parents=True)
    write(made, render(made, "harbour", "www.harbour.example", TODAY))
    monkeypatch.syspath_prepend(tmp_path)
    try:
        article_ref = importlib.import_module("datednews.sites.harbour").article_ref
    finally:
        for name in [each for each in sys.modules if each.partition(".")[0] == "datednews"]:
            del sys.modules[name]
    ref = article_ref(f"https://www.harbour.example{path}")
    assert (ref and ref.id) == (f"harbour:{id_}" if id_ else None)
    assert ref is None or article_ref(ref.url) == ref


def test_the_profile_and_the_spider_take_few_lines(project: Project) -> None:
    made = render(project, "harbour", "www.harbour.example", TODAY)
    lines = [made[project.path(template, "harbour")].count("\n") for template in ("profile.py.tmpl", "spider.py.tmpl")]
    assert sum(lines) < 75


def test_an_installed_package_is_not_the_user_s() -> None:
    with pytest.raises(CannotStart, match=r"startproject mynews`, then write `from ecnscrawl\.settings import \*`"):
        Project.of("scrapy.spiders")


@pytest.mark.parametrize("module", ["", "spiders", "mynews", "my.news.spiders", "no_such_package.spiders"])
def test_only_the_spiders_of_a_package_are_extended(module: str) -> None:
    with pytest.raises(CannotStart, match="NEWSPIDER_MODULE"):
        Project.of(module)


@pytest.mark.system
@pytest.mark.parametrize("package", ["ecnscrawl", "mynews"])
@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("a", "b.example"),
        ("zz9", "www.zz9.example"),
        ("the_evening_post_of_the_valley", f"www.{'long-' * 11}name.of.example.org"),
    ],
)
def test_the_files_are_as_the_project_s_checks_want_them(tmp_path: Path, package: str, name: str, domain: str) -> None:
    project = Project(tmp_path, package)
    write(project, render(project, name, domain, TODAY))
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    first_party = f'lint.isort.known-first-party=["{package}"]'
    for words in (["check", "--config", first_party], ["format", "--check"]):
        done = subprocess.run(
            [BIN / "ruff", *words, "--no-cache", "."], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.system
def test_the_files_are_typed_as_the_project_s_checks_want_them(tmp_path: Path) -> None:
    project = Project(tmp_path, "mynews")
    write(project, render(project, "harbour", "www.harbour.example", TODAY) | {tmp_path / "mynews" / "__init__.py": ""})
    config = ("--config-file", ROOT / "pyproject.toml", "--cache-dir", ROOT / ".mypy_cache")
    checked = ("-p", "mynews", "-m", "test_harbour")
    places = f"{tmp_path}:{tmp_path / 'tests' / 'sites'}"
    done = subprocess.run(
        [BIN / "mypy", *config, "--no-error-summary", *checked],
        cwd=ROOT, env=os.environ | {"MYPYPATH": places}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_a_full_disk_is_named_with_the_file_that_was_being_written(project: Project) -> None:
    made = render(project, "harbour", "harbour.example", TODAY)
    first = next(iter(made))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))  # a write beyond it fails, and the error names no file
    try:
        with pytest.raises(CannotStart, match=re.escape(f"{first} cannot be written (File too large)")):
            write(project, made)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert files_of(project) == {}
