"""Find a Chromium on a machine."""

from pathlib import Path

import pytest

from ecnscrawl.rendering.executable import BrowserNotFoundError, find


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return program(tmp_path / "browsers" / "chromium-1234" / "chrome-linux64" / "chrome")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"PATH": str(tmp_path / "bin"), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "browsers")}


def test_the_chromium_in_the_setting_comes_first(tmp_path: Path, own: Path, environment: dict[str, str]) -> None:
    named = program(tmp_path / "mine")
    assert find(str(named), environment, tmp_path) == named


def test_a_name_in_the_setting_is_searched_on_the_path(tmp_path: Path, own: Path, environment: dict[str, str]) -> None:
    named = program(tmp_path / "bin" / "my-chromium")
    assert find("my-chromium", environment, tmp_path) == named


def test_playwright_s_own_comes_before_the_system_s(tmp_path: Path, own: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin" / "chromium")
    assert find(None, environment, tmp_path) == own


def test_playwright_s_own_is_found_in_the_home_folder(tmp_path: Path) -> None:
    own = program(tmp_path / ".cache" / "ms-playwright" / "chromium-1234" / "chrome-linux" / "chrome")
    assert find(None, {"PATH": ""}, tmp_path) == own


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_the_system_s_chromium_is_found_by_each_of_its_names(
    tmp_path: Path, environment: dict[str, str], name: str
) -> None:
    system = program(tmp_path / "bin" / name)
    assert find("", environment, tmp_path) == system


def test_the_error_says_how_to_install_a_browser(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(BrowserNotFoundError, match="playwright install chromium"):
        find(None, environment, tmp_path)


def test_a_wrong_path_in_the_setting_is_an_error_and_no_other_browser_is_used(
    tmp_path: Path, own: Path, environment: dict[str, str]
) -> None:
    with pytest.raises(BrowserNotFoundError, match="no-such"):
        find("/no-such", environment, tmp_path)
