"""Find the site that a user names by the arguments `site` and `url` of a crawl."""

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.hosts import domain_of, site_host
from ecnscrawl.sites.registry import profiles


def named_host(site: str | None, url: str | None) -> str:
    """Return the host that the arguments `site` and `url` of a crawl name. Raises WrongUsage."""
    if site is None and url is None:
        raise WrongUsage("name a site: -a site=example.org")
    host = site_host(site) if site is not None else site_host(url or "", argument="url")
    if url is not None and domain_of(url_host := site_host(url, argument="url")) != domain_of(host):
        raise WrongUsage(f"url={url!r} is a page of {url_host}, not of {host}; leave site out, or name a page of it")
    if url is not None and "://" not in url:
        raise WrongUsage(f"url={url!r} does not begin with https:// or http://; write https://{url.lstrip('/ ')}")
    if own := own_spider(host):
        raise WrongUsage(f"{host} has a spider of its own; run `crawl {own}`")
    return host


def own_spider(host: str) -> str | None:
    """Return the name of the spider whose site has this host; None if none has."""
    found = (profile.name for profile in profiles().values() if _has_host(profile, host))
    return next(found, None)


def _has_host(profile: SiteProfile, host: str) -> bool:
    return any(f".{host}".endswith(f".{domain}") for domain in profile.domains)
