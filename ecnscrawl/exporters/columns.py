"""The record's keys as columns of a database, made from the record's one definition."""

from dataclasses import dataclass, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from ecnscrawl.items import Article, Time


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database names the types of columns."""

    integer: str
    text: str
    time: str  #: of `2024-06-20T23:58:00Z`
    objects: str | None = None  #: of a list of images or videos; None is a list of typed structs


class Column(NamedTuple):
    """A key of a record: its column's name and type, and whether it may be null."""

    name: str
    type: str
    nullable: bool


def columns_of(definition: type, dialect: Dialect) -> list[Column]:
    """The columns of a dataclass, in its order."""
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
        return f"{_type_of(hint, dialect)}[]"
    assert isinstance(hint, type)
    struct = ", ".join(f"{column.name} {column.type}" for column in columns_of(hint, dialect))
    return dialect.objects or f"STRUCT({struct})[]"


#: What an export reads: the records as they stand, so times are the texts that they are.
COLUMNS = {name: kind for name, kind, _ in columns_of(Article, Dialect("INTEGER", "VARCHAR", "VARCHAR"))}
