"""A JSON Schema of the part of ninjs 3.0 that the exporter writes. It allows no other key.

Keys, types and values are those of IPTC's specification, https://iptc.org/std/ninjs/; the wording is ours.
"""

from typing import Any

TEXT = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "format": "uri", "pattern": "^[a-z]+:[!-~]+$"}
MOMENT = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}


def _items(required: list[str], **properties: Any) -> dict[str, Any]:
    each = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"type": "array", "minItems": 1, "items": each}


_TEXTS = _items(["value"], role=TEXT, contentType=TEXT, value=TEXT)
_CONCEPTS = _items(["name"], name=TEXT, rel=TEXT)
_ITEM = {
    "uri": ADDRESS,
    "type": {"enum": "text audio video picture graphic composite component event planning".split()},
    "representationType": {"enum": ["full", "partial"]},
    "version": {"type": "string", "pattern": r"^\d+$"},
    "firstCreated": MOMENT,
    "versionCreated": MOMENT,
    "pubStatus": {"enum": ["usable", "withheld", "canceled"]},
    "language": TEXT,
    "headlines": _TEXTS,
    "descriptions": _TEXTS,
    "bodies": _TEXTS,
    "by": TEXT,
    "located": TEXT,
    "people": _CONCEPTS,
    "subjects": _CONCEPTS,
    "infoSources": _items(["name"], name=TEXT, role=TEXT),
    "renditions": _items(["name"], name=TEXT, href=ADDRESS),
    "altIds": _items(["value"], role=TEXT, value=TEXT),
    "standard": {
        "type": "object",
        "properties": {"name": {"const": "ninjs"}, "version": {"const": "3.0"}, "schema": ADDRESS},
        "required": ["name", "version", "schema"],
        "additionalProperties": False,
    },
}

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["uri"],
    "properties": _ITEM | {"associations": _items(["name", "uri"], name=TEXT, **_ITEM)},
    "additionalProperties": False,
}
