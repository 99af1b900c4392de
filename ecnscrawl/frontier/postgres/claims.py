"""Who may change a site's rows: a claim, which ends unless it is renewed. The row of a site in `sites` holds it.

Each claim of a site has a greater epoch than the one before. Every transaction that changes the site's rows holds its
row of `sites` with that epoch, so one whose site was claimed by somebody else in the meantime changes nothing. It has
to be the same owner too: a server that takes over may lack the last claim, and give its epoch once more. A dead
owner needs nobody who clears up after it: its site can be claimed as soon as its lease has ended.

All times are those of the database's clock.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ecnscrawl.frontier.sharing import Claim, ClaimLost

if TYPE_CHECKING:
    from psycopg import Connection

_ADD = "INSERT INTO ecnscrawl.sites (site) VALUES (%s) ON CONFLICT DO NOTHING"
#: What a claim sets. Nothing of it stands in an index, so PostgreSQL need not touch one. Where the owner before has
#: not released it, its last request may have been sent just now.
SET = """
UPDATE ecnscrawl.sites SET
    owner = %(owner)s, epoch = epoch + 1, lease_until = now() + %(lease)s * interval '1 second', claimed_at = now(),
    left_at = CASE WHEN owner IS NULL THEN left_at ELSE now() END
"""
RETURNING = "RETURNING site, epoch, owner, extract(epoch FROM now() - left_at)::float8, crawl_delay"
#: A row that somebody else is changing, or holds in a transaction, is passed by.
FREE = "(owner IS NULL OR lease_until < now())"
LIVE = "(owner IS NOT NULL AND lease_until >= now())"  #: a worker has the site
_CLAIM = f"""
{SET} WHERE site = (
    SELECT site FROM ecnscrawl.sites
    WHERE site = %(site)s AND ({FREE} OR epoch || ':' || owner = %(transferred)s) FOR UPDATE SKIP LOCKED
) {RETURNING}
"""
_OWNER = "SELECT owner FROM ecnscrawl.sites WHERE site = %s"
_OURS = """
(site, epoch, owner) IN (SELECT * FROM unnest(%(sites)s::text[], %(epochs)s::bigint[], %(owners)s::text[]))
"""
#: A site whose run is being committed is passed by, and renewed a little later: a renewal must not wait.
_RENEW = f"""
UPDATE ecnscrawl.sites SET lease_until = now() + %(lease)s * interval '1 second'
FROM (
    SELECT site FROM ecnscrawl.sites
    WHERE {_OURS} AND {LIVE}
    FOR NO KEY UPDATE SKIP LOCKED
) AS held
WHERE sites.site = held.site RETURNING sites.site, sites.epoch, sites.owner
"""
_HELD = f"SELECT site, epoch, owner FROM ecnscrawl.sites WHERE {_OURS} AND {LIVE}"
_RELEASE = """
UPDATE ecnscrawl.sites SET owner = NULL, lease_until = NULL, left_at = now(),
    last_start = CASE WHEN %(is_done)s THEN claimed_at ELSE last_start END,
    due_at = CASE WHEN %(is_done)s THEN claimed_at + coalesce(every, interval '0') ELSE due_at END
WHERE site = %(site)s AND epoch = %(epoch)s AND owner = %(owner)s
"""
_HOLD = "SELECT 1 FROM ecnscrawl.sites WHERE site = %s AND epoch = %s AND owner = %s FOR SHARE"


def claim(
    connection: "Connection[Any]", site: str, owner: str, lease: float, transferred: str | None = None
) -> Claim | None:
    """Claim a site for `lease` seconds; return None if another owner has it.

    `transferred` is the token of a claim that its owner transfers: whoever has another claim keeps the site.
    """
    connection.execute(_ADD, [site])
    values = {"site": site, "owner": owner, "lease": lease, "transferred": transferred}
    row = connection.execute(_CLAIM.encode(), values).fetchone()
    return Claim(*row) if row else None


def hold(connection: "Connection[Any]", held: Claim) -> None:
    """Keep others from claiming the site until the transaction that is open ends. Raises ClaimLost."""
    if connection.execute(_HOLD, [held.site, held.epoch, held.owner]).fetchone() is None:
        raise ClaimLost(f"another worker has taken over {held.site}")


def owner_of(connection: "Connection[Any]", site: str) -> str | None:
    """Return who has claimed a site, also where the lease has ended."""
    row = connection.execute(_OWNER, [site]).fetchone()
    return row[0] if row else None


def renew(connection: "Connection[Any]", held: Iterable[Claim], lease: float) -> set[Claim]:
    """Let these leases end `lease` seconds from now; return the claims whose leases do.

    One that has ended already is never renewed. One whose row is held by a commit is left out, and keeps its end.
    """
    return _claims(connection, _RENEW, held, lease=lease)


def still_held(connection: "Connection[Any]", held: Iterable[Claim]) -> set[Claim]:
    """Return those of these claims whose leases have not ended, also where a commit holds their rows."""
    return _claims(connection, _HELD, held)


def _claims(connection: "Connection[Any]", statement: str, held: Iterable[Claim], **more: float) -> set[Claim]:
    claims = list(held)
    keys = {
        "sites": [each.site for each in claims],
        "epochs": [each.epoch for each in claims],
        "owners": [each.owner for each in claims],
    }
    return {Claim(*row) for row in connection.execute(statement.encode(), keys | more).fetchall()}


def release(connection: "Connection[Any]", held: Claim, *, is_done: bool) -> None:
    """Let the next owner in. Does nothing if the site has another one, or was released before.

    With `is_done` the site is due again when its `every` has passed since the claim; else it is due as it was.
    """
    values = {"site": held.site, "epoch": held.epoch, "owner": held.owner, "is_done": is_done}
    connection.execute(_RELEASE.encode(), values)
