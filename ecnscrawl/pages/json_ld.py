"""Parse the JSON-LD of a page, in the forms in which pages write it."""

import json
import re
from typing import Any

from lxml.html import HtmlElement

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|;)\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


def json_ld_values(root: HtmlElement) -> list[Any]:
    """Return the value of each script with JSON-LD, in page order; those that cannot be parsed are left out."""
    texts = (script.text or "" for script in root.iter("script") if "ld+json" in (script.get("type") or "").lower())
    return [value for text in texts if (value := _parsed(text)) is not None]


def _parsed(text: str) -> Any:
    """Return the JSON of a script. What many pages write around it, and commas too many, are ignored."""
    for form in (text, _WRAPPING.sub("", text), _TRAILING_COMMA.sub(r"\1", _WRAPPING.sub("", text))):
        try:
            return json.loads(form, strict=False)
        except (ValueError, RecursionError):
            continue
    return None
