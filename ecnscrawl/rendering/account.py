"""Whose a request is that a page's scripts want: it is found again after redirects, retries and pauses."""

from scrapy import Request

from ecnscrawl.stopping import RequestDropped

KEY = "account"  #: in a request's meta, which all copies of the request have

page_closed = object()  #: signal: what a page has asked for need not come any more


class Account:
    """One page's requests."""

    def __init__(self) -> None:
        self.is_closed = False


def account_of(request: Request) -> Account | None:
    """The page's that a request is for; None where it is for none."""
    found = request.meta.get(KEY)
    return found if isinstance(found, Account) else None


def is_given_up(request: Request) -> bool:
    """Whether a request is for a page that is closed by now."""
    account = account_of(request)
    return account is not None and account.is_closed


def refuse_given_up(request: Request) -> None:
    """Raises RequestDropped for a request that nobody waits for."""
    if is_given_up(request):
        raise RequestDropped("the page is closed")
