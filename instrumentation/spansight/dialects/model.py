"""What can be said of a dialect, as data.  Knows no dialect, and no Collector but its expressions.

A `{}` in an expression stands for the attribute that is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass

AS_IT_IS = "{}"
MILLISECONDS = "Double({}) / 1000.0"
LISTED = "[{}]"
PARSED = "ParseJSON({})"
TRUE = "true"


def told(name: str) -> str:
    """Read one count out of a text of JSON, or of what Python prints for a dictionary."""
    return f"""Int(ExtractPatterns({{}}, "[\\"']{name}[\\"']: ?(?P<n>[0-9]+)")["n"])"""


@dataclass(frozen=True, slots=True)
class Row:
    """One fact, by its name here and theirs.  What has a value here already keeps it."""

    here: str
    theirs: str
    read: str = AS_IT_IS
    when: str = ""
    """A further condition; that the attribute is there is one already."""
    keeps: bool = False
    """Whether the attribute stays under its own name too."""


def as_list(name: str) -> Row:
    """Return the row for a list that arrives as its JSON text."""
    return Row(name, name, PARSED, 'IsString({}) and HasPrefix({}, "[")')


@dataclass(frozen=True, slots=True)
class Operations:
    """What a span is, by the value of one attribute; the value "*" stands for any."""

    attribute: str
    values: Mapping[str, str]
    overrules: bool = False
    """Whether it holds against an operation that the span names itself."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """The spelling of one family of instrumentations."""

    name: str
    title: str
    source: str
    """Packages and versions that were recorded, or the text that defines it."""
    spoken: tuple[str, ...]
    """Conditions, any of which recognises it.  Every span is asked them, so they are cheap."""
    operations: tuple[Operations, ...] = ()
    rows: tuple[Row, ...] = ()
    containers: str = ""
    """Condition of a span that repeats what its children say, whatever operation it names."""
    contains: str = ""
    """The same in words, for the reference page."""
    additive: str = ""
    """Condition under which cached tokens stand beside the input instead of inside it."""
    before: tuple[str, ...] = ()
    """Statements that no row can say; they come first."""
    costs: tuple[str, ...] = ()
    """Attributes with a reported cost, which the cost step reads."""
    drops: tuple[str, ...] = ()
    """Attributes that say again what a row says, or what can be worked out."""
    content: tuple[str, ...] = ()
    """Expressions for the names of attributes with what people and models wrote."""
    renames: bool = True
    """Whether its calls are named anew, `chat gpt-4o`, as the conventions ask."""


@dataclass(frozen=True, slots=True)
class Group:
    """The Collector's statements for what meets one of the conditions; without any, for all."""

    why: str
    conditions: tuple[str, ...]
    statements: tuple[str, ...]


def attribute(name: str) -> str:
    """Return the path of a span's attribute."""
    return f'span.attributes["{name}"]'
