"""Turn one dialect into the Collector's statements.  Pure."""

import json
from collections.abc import Iterator

from spansight.conventions import attributes as ours
from spansight.dialects.model import Dialect, Group, Operations, Row, attribute


def group(dialect: Dialect) -> Group:
    """Return the statements that translate a span of this dialect."""
    statements = (
        *dialect.before,
        *(line for table in dialect.operations for line in _operations(table)),
        *map(_row, dialect.rows),
        *_containers(dialect.containers),
        *_inclusive(dialect.additive),
        *_named(dialect),
        *_dropped(dialect),
        *without(dialect.content),
    )
    return Group(dialect.title, dialect.spoken, statements)


def without(content: tuple[str, ...]) -> Iterator[str]:
    """Yield statements that remove attributes, and say how many: a span is no place for them."""
    if content:
        removed, names = attribute(ours.CONTENT_REMOVED), f"^({'|'.join(content)})$"
        before, gone = 'span.cache["before"]', 'span.cache["gone"]'
        yield f"set({before}, Len(span.attributes))"
        yield f"delete_matching_keys(span.attributes, {json.dumps(names)})"
        yield f"set({gone}, {before} - Len(span.attributes))"
        yield f"set({gone}, {gone} + {removed}) where {gone} > 0 and {removed} != nil"
        yield f"set({removed}, {gone}) where {gone} > 0"


def _operations(table: Operations) -> Iterator[str]:
    operation, value = attribute(ours.OPERATION_NAME), attribute(table.attribute)
    unless = "" if table.overrules else f" and {operation} == nil"
    for theirs, here in table.values.items():
        matches = f"{value} != nil" if theirs == "*" else f'{value} == "{theirs}"'
        yield f'set({operation}, "{here}") where {matches}{unless}'


def _row(row: Row) -> str:
    here, theirs = attribute(row.here), attribute(row.theirs)
    conditions = [f"{theirs} != nil"]
    if row.here != row.theirs:
        conditions.insert(0, f"{here} == nil")
    if row.when:
        when = row.when.replace("{}", theirs)
        conditions.append(f"({when})" if " or " in when else when)
    return f"set({here}, {row.read.replace('{}', theirs)}) where {' and '.join(conditions)}"


def _containers(condition: str) -> Iterator[str]:
    """Take its operation from a container: only operations are counted."""
    if condition:
        yield f'delete_key(span.attributes, "{ours.OPERATION_NAME}") where {condition}'


def _inclusive(condition: str) -> Iterator[str]:
    """Add cached tokens that stand beside the input to it."""
    if condition:
        whole = attribute(ours.INPUT_TOKENS)
        for part in map(attribute, (ours.CACHE_READ_TOKENS, ours.CACHE_WRITE_TOKENS)):
            there = f"{whole} != nil and {part} != nil"
            yield f"set({whole}, Int({whole}) + Int({part})) where {there} and {condition}"


def _named(dialect: Dialect) -> Iterator[str]:
    if dialect.renames:
        operation, model = attribute(ours.OPERATION_NAME), attribute(ours.REQUEST_MODEL)
        calls = " or ".join(f'{operation} == "{name}"' for name in ours.INFERENCE_OPERATIONS)
        name = f'Concat([{operation}, {model}], " ")'
        yield f"set(span.name, {name}) where {model} != nil and ({calls})"


def _dropped(dialect: Dialect) -> Iterator[str]:
    kept = {row.theirs for row in dialect.rows if row.keeps or row.here == row.theirs}
    read = {row.theirs for row in dialect.rows} - kept
    for name in sorted({*read, *dialect.drops}):
        yield f'delete_key(span.attributes, "{name}")'
