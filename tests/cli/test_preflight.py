"""Settings, logs and feeds that cannot be used are refused in one line before a crawl starts."""

from pathlib import Path

import pytest
from scrapy.settings import Settings

from ecnscrawl.cli.feeds import check_feeds
from ecnscrawl.cli.preflight import check_log, check_settings, check_writable
from ecnscrawl.configuration.storage import run_settings
from ecnscrawl.exceptions import CannotStart, EcnscrawlError, WrongUsage
from ecnscrawl.network.certificates import check_certificate_file
from ecnscrawl.network.proxies import check_proxies


def settings(priority: str = "cmdline", **given: object) -> Settings:
    """The project's settings with these, as if given with `-s`."""
    made = Settings()
    made.setmodule("ecnscrawl.settings", priority="project")
    made.setdict(given, priority=priority)
    return made


def refusal(error: pytest.ExceptionInfo[EcnscrawlError]) -> str:
    """Return the line that the user reads."""
    (line,) = str(error.value).splitlines()
    return line


def test_the_project_s_own_settings_pass() -> None:
    check_settings(settings())
    check_log(settings())
    check_feeds(settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUTOTHROTTLE_ENABLED", "0"),
        ("AUTOTHROTTLE_ENABLED", "True"),
        ("ROBOTSTXT_OBEY", "false"),
        ("DOWNLOAD_DELAY", "0"),
        ("DOWNLOAD_DELAY", "0.25"),
        ("DOWNLOAD_DELAY_JITTER", "0.5"),
        ("DOWNLOAD_TIMEOUT", "2.5"),
        ("COMMIT_RECORDS", "1"),
        ("COMMIT_SECONDS", "0.5"),
        ("HEALTH_SAMPLE", "3"),
        ("HEALTH_STALE_HOURS", "0.5"),
        ("REDIRECT_PRIORITY_ADJUST", "-2"),
        ("CLOSESPIDER_ITEMCOUNT", "5"),
        ("RECHECK_AGES", "0.5,1,2"),
        ("RECHECK_AGES", ""),
        ("CONTACT", "me@example.org"),
        ("CONTACT", "mailto:news-desk@example.org"),
        ("CONTACT", "https://example.org/bot?lang=en"),
        ("CONTACT", ""),
        ("HOST_FAILURES", "3"),
        ("SOMETHING_OF_MY_OWN", "abc"),
    ],
)
def test_a_usable_value_is_accepted(name: str, value: str) -> None:
    check_settings(settings(**{name: value}))


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("AUTOTHROTTLE_ENABLED", "maybe", "neither yes nor no"),
        ("CONTACT", "me", "neither a mail nor a web address"),
        ("CONTACT", "me@", "ECNSCRAWL_CONTACT"),
        ("CONTACT", "me at example.org", "ECNSCRAWL_CONTACT"),
        ("CONTACT", "me@example.org) Mozilla/5.0 (", "ECNSCRAWL_CONTACT"),
        ("CONTACT", "me@example.org X-Header: 1", "ECNSCRAWL_CONTACT"),
        ("CONTACT", "ftp://example.org", "ECNSCRAWL_CONTACT"),
        ("CONTACT", "编辑@example.org", "ECNSCRAWL_CONTACT"),
        ("DOWNLOAD_DELAY", "abc", "not a number"),
        ("DOWNLOAD_DELAY", "", "not a number"),
        ("DOWNLOAD_DELAY", "0,5", "not a number"),
        ("DOWNLOAD_DELAY", "-1", "below zero"),
        ("DOWNLOAD_DELAY", "nan", "number"),
        ("COMMIT_SECONDS", "nan", "number"),
        ("COMMIT_SECONDS", "-0.5", "below zero"),
        ("COMMIT_RECORDS", "2.5", "not a whole number"),
        ("COMMIT_RECORDS", "inf", "number"),
        ("FILE_RECORDS", "²", "not a number"),
        ("CONCURRENT_REQUESTS", "many", "not a number"),
        ("RETRY_TIMES", "-3", "below zero"),
        ("RECHECK_AGES", "1,abc", "not a number"),
        ("RECHECK_AGES", "nan", "number"),
        ("RECHECK_AGES", "1,inf", "number"),
        ("RECHECK_AGES", "-1", "below zero"),
        ("ALLOWED_PORTS", "abc", "number"),
        ("ALLOWED_PORTS", "80,0", "an invalid port"),
        ("HEALTH_FAILED_SHARE", "20", "above one"),
        ("LISTING_REQUEST", "", "did you mean 'LISTING_MAX_REQUESTS'"),
        ("HOST_FAILURES", "many", "not a number"),  # the old name, as the user wrote it
        ("DATA_DIR", " ", "name a folder"),
    ],
)
def test_an_unusable_value_is_refused_with_its_name(name: str, value: str, word: str) -> None:
    with pytest.raises(WrongUsage) as error:
        check_settings(settings(**{name: value}))
    line = refusal(error)
    assert name in line
    assert value.rsplit(",", maxsplit=1)[-1].strip() in line
    assert word in line


def test_a_job_folder_is_refused_as_runs_go_on_without_one(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage) as error:
        check_settings(settings(JOBDIR=str(tmp_path)))
    assert refusal(error).startswith("JOBDIR is not for these crawls")


@pytest.mark.parametrize("value", ["1e3", "50.0", "1_000", " 7 ", "007", "+5", "٣"])
@pytest.mark.parametrize("name", ["COMMIT_RECORDS", "HEALTH_SAMPLE", "PENDING_ATTEMPTS", "CLOSESPIDER_ITEMCOUNT"])
def test_a_number_that_passes_can_be_read(name: str, value: str) -> None:
    made = settings(**{name: value})
    try:
        check_settings(made)
    except WrongUsage:
        return
    made.getint(name)


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "1e999", "0.5", "1,,2", "1, 2"])
def test_ages_that_pass_make_a_run(tmp_path: Path, value: str) -> None:
    made = settings(RECHECK_AGES=value, DATA_DIR=str(tmp_path))
    try:
        check_settings(made)
    except WrongUsage:
        return
    assert all(age >= 0 for age in run_settings(made).recheck_ages)


def test_values_of_a_project_or_add_on_are_not_checked() -> None:
    check_settings(settings("project", DOWNLOAD_DELAY="abc"))


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", 30])
def test_a_known_log_level_passes(level: object) -> None:
    check_log(settings(LOG_LEVEL=level))


@pytest.mark.parametrize("level", ["LOUD", "", "warning!"])
def test_an_unknown_log_level_is_refused_with_the_known_ones(level: str) -> None:
    with pytest.raises(WrongUsage) as error:
        check_log(settings(LOG_LEVEL=level))
    assert f"LOG_LEVEL={level!r}" in refusal(error)
    assert "DEBUG, INFO, WARNING, ERROR or CRITICAL" in refusal(error)


def test_a_writable_log_is_accepted_and_not_changed(tmp_path: Path) -> None:
    (tmp_path / "old.log").write_text("before\n")
    check_log(settings(LOG_FILE=str(tmp_path / "old.log")))
    check_log(settings(LOG_FILE=str(tmp_path / "new.log")))
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("old.log", "before\n")]


def test_a_log_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotStart) as error:
        check_log(settings(LOG_FILE=str(tmp_path / "logs" / "run.log")))
    assert str(tmp_path / "logs" / "run.log") in refusal(error)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["{path}", "file://{path}"])
def test_a_missing_folder_of_a_feed_is_created_as_scrapy_does(tmp_path: Path, form: str) -> None:
    target = tmp_path / "feeds" / "records.jsonl"
    check_feeds(settings(FEEDS={form.format(path=target): {"format": "jsonlines"}}))
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("form", ["{path}", "file://{path}"])
def test_a_feed_that_cannot_be_written_is_refused(tmp_path: Path, form: str) -> None:
    (tmp_path / "file").write_text("mine")
    target = tmp_path / "file" / "records.jsonl"
    with pytest.raises(CannotStart) as error:
        check_feeds(settings(FEEDS={form.format(path=target): {"format": "jsonlines"}}))
    assert str(target) in refusal(error)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_feed_may_be_a_path_object(tmp_path: Path) -> None:
    check_feeds(settings(FEEDS={tmp_path / "records.jsonl": {"format": "jsonlines"}}))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("target", ["stdout:", "-", "ftp://host/records.jsonl", "/nowhere/%(time)s.jsonl"])
def test_a_feed_that_is_not_a_file_or_has_placeholders_is_not_checked(target: str) -> None:
    check_feeds(settings(FEEDS={target: {"format": "jsonlines"}}))


@pytest.mark.parametrize("name", ["x.y", "nowhere", "scrapy.resolver.NoSuchResolver"])
def test_a_resolver_that_cannot_be_imported_is_refused(name: str) -> None:
    with pytest.raises(WrongUsage) as error:
        check_settings(settings(TWISTED_DNS_RESOLVER=name))
    assert refusal(error).startswith(f"TWISTED_DNS_RESOLVER={name!r} cannot be imported (")


def test_a_resolver_that_can_be_imported_is_accepted() -> None:
    check_settings(settings(TWISTED_DNS_RESOLVER="scrapy.resolver.CachingHostnameResolver"))


def test_a_folder_is_refused_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(CannotStart) as error:
        check_writable(tmp_path, "the log")
    assert refusal(error) == f"{tmp_path}: the log cannot be written to a folder; name a file"


def test_checking_a_file_leaves_nothing_behind_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    check_writable(tmp_path / "a", "the feed")
    check_writable(tmp_path / "b", "the feed")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "mine")]


@pytest.mark.parametrize(
    "name",
    [
        "CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN", "CONCURRENT_ITEMS", "FILE_RECORDS", "PENDING_ATTEMPTS",
        "REACTOR_THREADPOOL_MAXSIZE", "SCRAPER_SLOT_MAX_ACTIVE_SIZE", "RENDER_MEMORY_MB", "HEALTH_SAMPLE",
    ],
)  # fmt: skip
def test_a_number_below_one_is_refused_if_nothing_would_work(name: str) -> None:
    with pytest.raises(WrongUsage, match=f"{name}='0' is less than one") as caught:
        check_settings(settings(**{name: "0"}))
    assert refusal(caught)


@pytest.mark.parametrize(
    ("name", "value", "way_out"),
    [
        ("DOWNLOAD_DELAY", "abc", "is not a number; write one such as 0.5"),
        ("DOWNLOAD_DELAY", "-1", "is below zero; write 0 or more"),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", "1.5", "is not a whole number; write one such as 2"),
        ("RECHECK_AGES", "1,x", "is not a number; write one such as 24, or several with commas: 1,3,9"),
        ("ALLOWED_PORTS", "http", "is not a number; write one such as 443"),
    ],
)
def test_a_number_that_cannot_be_used_is_refused_with_one_that_can(name: str, value: str, way_out: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        check_settings(settings(**{name: value}))
    assert str(caught.value).endswith(way_out)


@pytest.mark.parametrize(
    "name", ["DOWNLOAD_TIMEOUT", "DNS_TIMEOUT", "RENDER_SECONDS", "AUTOTHROTTLE_TARGET_CONCURRENCY", "COMMIT_SECONDS"]
)
def test_a_time_limit_of_zero_is_refused(name: str) -> None:
    with pytest.raises(WrongUsage, match=f"{name}='0' is zero; write a number above it"):
        check_settings(settings(**{name: "0"}))


@pytest.mark.parametrize(
    "value",
    [
        "nonsense", "proxy.example:3128", "https://proxy.example:3128", "socks5://proxy.example:1080", "http://",
        "http://proxy.example:port", "http://proxy.example:0", "http://two words:3128", "3128",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY"])
def test_a_malformed_url_of_a_proxy_is_refused(name: str, value: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        check_proxies({name: value})
    assert refusal(caught) == f"{name}={value!r} is not the URL of a proxy; write {name}=http://HOST:PORT, or unset it"


@pytest.mark.parametrize(
    "environment",
    [
        {"https_proxy": "http://proxy.example:3128"},
        {"HTTPS_PROXY": "http://desk:s3cret@proxy.example:3128/"},
        {"https_proxy": "http://[::1]:3128", "http_proxy": "proxy.example:3128"},
        {"https_proxy": "", "no_proxy": "*", "ftp_proxy": "nonsense"},
    ],
)
def test_the_address_of_a_proxy_passes(environment: dict[str, str]) -> None:
    check_proxies(environment)


def test_a_missing_or_invalid_file_of_certificates_is_named(tmp_path: Path) -> None:
    missing, junk = tmp_path / "missing.pem", tmp_path / "junk.pem"
    junk.write_text("no certificate\n")
    way_out = "name a file of PEM certificates, or unset it"
    with pytest.raises(WrongUsage) as caught:
        check_certificate_file({"SSL_CERT_FILE": str(missing)})
    assert refusal(caught) == f"SSL_CERT_FILE={str(missing)!r} cannot be read (No such file or directory); {way_out}"
    with pytest.raises(WrongUsage) as caught:
        check_certificate_file({"SSL_CERT_FILE": str(junk)})
    assert refusal(caught) == f"SSL_CERT_FILE={str(junk)!r} holds no certificate; {way_out}"
    check_certificate_file({})
