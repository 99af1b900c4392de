"""Derive database columns from the definition of the record."""

from dataclasses import dataclass, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from ecnscrawl.items import Article, Time


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database names the types of columns."""

    integer: str
    text: str
    time: str  #: for times such as `2024-06-20T23:58:00Z`
    objects: str | None = None  #: for a list of images or videos; None means a list of typed structs
    texts: str | None = None  #: for a list of texts; None means an array


class Column(NamedTuple):
    """The column for a key of the record."""

    name: str
    type: str
    nullable: bool


def columns_of(definition: type, dialect: Dialect) -> list[Column]:
    """Return the columns for the fields of a dataclass, in their order."""
    hints = get_type_hints(definition, include_extras=True)
    return [Column(name, _type_of(hint, dialect), NoneType in get_args(hint)) for name, hint in hints.items()]


def _type_of(hint: Any, dialect: Dialect) -> str:
    if hint == Time:
        return dialect.time
    origin, arguments = get_origin(hint), [each for each in get_args(hint) if each is not NoneType]
    if origin is list:
        return _list_of(arguments[0], dialect)
    if origin is Literal:
        return _type_of(type(arguments[0]), dialect)
    if origin in (Annotated, Union, UnionType):
        return _type_of(arguments[0], dialect)
    return {int: dialect.integer, str: dialect.text}[hint]


def _list_of(hint: Any, dialect: Dialect) -> str:
    if not is_dataclass(hint):
        return dialect.texts or f"{_type_of(hint, dialect)}[]"
    assert isinstance(hint, type)
    struct = ", ".join(f"{column.name} {column.type}" for column in columns_of(hint, dialect))
    return dialect.objects or f"STRUCT({struct})[]"


#: Name -> DuckDB type of each column that an export reads. Times stay the texts that they are in a record.
COLUMNS = {name: kind for name, kind, _ in columns_of(Article, Dialect("INTEGER", "VARCHAR", "VARCHAR"))}
#: The keys that are times.
TIMES = frozenset(
    name for name, kind, _ in columns_of(Article, Dialect("INTEGER", "VARCHAR", "TIME")) if kind == "TIME"
)
