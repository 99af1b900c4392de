"""uv gets the index, the certificates and the proxy that pip is configured with."""

import pytest

from installing.uv import options_of, variables_for_uv

LISTED = """\
global.index-url='https://reader:se%20cret@packages.example.org/simple'
global.extra-index-url='https://one.example.org/simple\\nhttps://two.example.org/simple'
install.find-links='/srv/wheels'
global.find-links='/elsewhere'
:env:.cert='/etc/ssl/own.pem'
download.no-index='true'
"""


def test_the_options_that_pip_lists_are_read() -> None:
    assert options_of(LISTED) == {
        "index-url": "https://reader:se%20cret@packages.example.org/simple",
        "extra-index-url": "https://one.example.org/simple\nhttps://two.example.org/simple",
        "find-links": "/srv/wheels",
        "cert": "/etc/ssl/own.pem",
    }


def test_the_environment_comes_before_the_files_of_pip() -> None:
    assert options_of(":env:.index-url='https://a.example/'\ninstall.index-url='https://b.example/'\n") == {
        "index-url": "https://a.example/"
    }


def test_uv_is_told_by_its_variables() -> None:
    assert variables_for_uv(options_of(LISTED), {}) == {
        "UV_DEFAULT_INDEX": "https://reader:se%20cret@packages.example.org/simple",
        "UV_INDEX": "https://one.example.org/simple https://two.example.org/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/srv/wheels",
        "SSL_CERT_FILE": "/etc/ssl/own.pem",
    }


@pytest.mark.parametrize("listed", ["", "global.index-url=''\n"])
def test_without_options_uv_is_told_nothing(listed: str) -> None:
    assert variables_for_uv(options_of(listed), {}) == {}


def test_a_variable_that_is_set_stays() -> None:
    told = variables_for_uv({"cert": "/of/pip.pem", "index-url": "https://a.example/"}, {"SSL_CERT_FILE": "/own.pem"})
    assert told == {"UV_DEFAULT_INDEX": "https://a.example/"}
