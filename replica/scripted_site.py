"""Turn a site's pages into pages that scripts fill in: listings from a JSON file, bodies after half a second."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from replica.article_page import FOLLOW_US
from replica.site import Resource, Site

WRITTEN_AFTER = 500  # milliseconds
PICTURE, FONT, STYLE, TRACKER = "/images/head.png", "/fonts/head.woff2", "/css/site.css", "https://tracker.example/t.js"
_LISTS = re.compile(r'<ul class="bizlst dashedlne">.*</ul>', re.DOTALL)
_BODY = re.compile(r'(?<=id="yanse">\n).*(?=\n' + re.escape(FOLLOW_US) + ")", re.DOTALL)
_FURNITURE = f"""<link rel="stylesheet" href="{STYLE}"><link rel="preload" as="font" href="{FONT}" crossorigin>
<img src="{PICTURE}" onerror="document.body.innerHTML = ''"><script async src="{TRACKER}"></script>
"""
_WRITE_LISTS = """<div id="lists"></div><script>
fetch("{address}").then(answer => answer.json())
  .then(lists => {{ document.getElementById("lists").innerHTML = lists.join("\\n"); }});
</script>"""
_WRITE_BODY = """setTimeout(() => {{
  document.getElementById("yanse").insertAdjacentHTML("afterbegin", {body});
}}, {delay});
"""


def script(site: Site, *, listings: bool = False, bodies: bool = False, after: int = WRITTEN_AFTER) -> None:
    """Replace the links of a site's listings, or the bodies of its articles, by scripts that write them.

    Bodies are written `after` milliseconds. The remaining pages, and their ETags, do not depend on what was replaced.
    Pages that are already scripted stay as they are.
    """
    for address in list(site.addresses()):
        resource = site.resource(address)
        if resource.content_type.startswith("text/html") and resource.status == 200:
            changed = dict(_scripted(address, resource, after, listings=listings, bodies=bodies))
            for each, new in changed.items():
                site.put(each, new)


def _scripted(
    address: str, page: Resource, after: int, *, listings: bool, bodies: bool
) -> Iterator[tuple[str, Resource]]:
    encoding, html = _text(page.body)
    path = urlsplit(address).path
    if listings and (found := _LISTS.search(html)):
        data = f"/data{path}{'' if path.endswith('.shtml') else 'index'}.json"
        shell = _without(html, found, _WRITE_LISTS.format(address=data))
        yield data, Resource(json.dumps([found[0]]).encode(), "application/json")
    elif bodies and (found := _BODY.search(html)):
        program = f"/body{path}.js"
        shell = _without(html, found, f'<script src="{program}"></script>')
        written = _WRITE_BODY.format(body=json.dumps(found[0] + "\n"), delay=after)
        yield program, Resource(written.encode(), "text/javascript")
    else:
        return
    body = shell.encode(encoding)
    yield address, replace(page, body=body, etag=f'"{len(body)}"' if page.etag else None)


def _without(html: str, found: re.Match[str], instead: str) -> str:
    return f"{html[: found.start()]}{instead}{html[found.end() :]}".replace("</body>", f"{_FURNITURE}</body>")


def _text(body: bytes) -> tuple[str, str]:
    """Return a page's encoding and its text."""
    try:
        return "utf-8", body.decode()
    except UnicodeDecodeError:
        return "gbk", body.decode("gbk")
