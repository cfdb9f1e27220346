"""What happens to log records: their name, content as a body, and the sizes that Loki takes."""

from collections.abc import Iterator
from typing import Final

from spansight.conventions import attributes as ours
from spansight.conventions import events
from spansight.dialects.model import Group

_KEYS: Final = {
    "system": ours.SYSTEM_INSTRUCTIONS,
    "input": ours.INPUT_MESSAGES,
    "output": ours.OUTPUT_MESSAGES,
    "tools": ours.TOOL_DEFINITIONS,
    "arguments": ours.TOOL_CALL_ARGUMENTS,
    "result": ours.TOOL_CALL_RESULT,
    "query": ours.RETRIEVAL_QUERY_TEXT,
    "documents": ours.RETRIEVAL_DOCUMENTS,
}
"""Key of the body → attribute that it holds."""

_SIGNS: Final = {"003c": "<", "003e": ">", "0026": "&"}
_MOST_ATTRIBUTES: Final = 128
_LONGEST_VALUE: Final = 100


def groups() -> Iterator[Group]:
    """Yield the groups, in the order in which they run."""
    yield _name()
    yield _explanation()
    yield _content()
    yield _parts()
    yield _body()
    yield _attributes()


def _attribute(name: str) -> str:
    return f'log.attributes["{name}"]'


def _name() -> Group:
    name, pipeline = _attribute(ours.EVENT_NAME), _attribute(ours.PIPELINE)
    earlier, service = _attribute("event.name"), f'resource.attributes["{ours.SERVICE_NAME}"]'
    return Group(
        "Loki does not keep the name of an event.",
        (),
        (
            f'set({name}, log.event_name) where log.event_name != ""',
            f"set({name}, {earlier}) where {name} == nil and {earlier} != nil",
            (
                f"set({pipeline}, {service}) where {pipeline} == nil and {service} != nil "
                rf'and IsMatch({name}, "^(gen_ai|spansight)\\.")'
            ),
        ),
    )


def _explanation() -> Group:
    explanation = _attribute(ours.EVALUATION_EXPLANATION)
    return Group(
        "Why a score is what it is reads as the line.",
        (f"{explanation} != nil",),
        (
            f"set(log.body, {explanation})",
            f'delete_key(log.attributes, "{ours.EVALUATION_EXPLANATION}")',
        ),
    )


def _content() -> Group:
    return Group(
        "What people and models wrote goes into the body, as one JSON object: attributes become"
        " Loki's structured metadata.",
        tuple(f"{_attribute(name)} != nil" for name in _KEYS.values()),
        (
            'set(log.cache["content"], {})',
            *(line for key, name in _KEYS.items() for line in _moved(key, name)),
            'set(log.body, String(log.cache["content"]))',
            *(_unescaped(code, sign) for code, sign in _SIGNS.items()),
        ),
    )


def _moved(key: str, name: str) -> Iterator[str]:
    place, value = f'log.cache["content"]["{key}"]', _attribute(name)
    yield f"set({place}, {value}) where {value} != nil"
    # Emitters that cannot send structures send JSON texts.
    is_json = rf'IsString({value}) and IsMatch({value}, "^\\s*[\\[{{]")'
    yield f"set({place}, ParseJSON({value})) where {is_json}"
    yield f'delete_key(log.attributes, "{name}")'


def _unescaped(code: str, sign: str) -> str:
    """JSON for web pages escapes these; the tags that prompts are full of would be unreadable."""
    odd_backslashes = rf'"(^|[^\\\\])((?:\\\\\\\\)*)\\\\u{code}"'
    return (
        f'replace_pattern(log.body, {odd_backslashes}, "${{1}}${{2}}{sign}") '
        rf'where IsMatch(log.body, "\\\\u{code}")'
    )


def _parts() -> Group:
    return Group(
        "A body of parts is read, and measured, as its text.",
        ("IsMap(log.body) or IsList(log.body)",),
        ("set(log.body, String(log.body))",),
    )


def _body() -> Group:
    # The cut itself belongs to the masking, which knows how far a secret may reach across it.
    return Group(
        "The next step cuts a body that Loki would refuse; this is how long it was.",
        (f"IsString(log.body) and Len(log.body) > {events.LONGEST_BODY}",),
        (f"set({_attribute(ours.BODY_BYTES)}, Len(log.body))",),
    )


def _attributes() -> Group:
    too_long = f'"(?s)^.{{{_LONGEST_VALUE + 1},}}$"'
    return Group(
        "Attributes become structured metadata, which has a limit too.",
        (
            f"Len(log.attributes) > {_MOST_ATTRIBUTES}",
            f"Len(String(log.attributes)) > {events.LONGEST_ATTRIBUTES}",
        ),
        (
            "flatten(log.attributes)",  # what is nested could not be cut
            f'limit(log.attributes, {_MOST_ATTRIBUTES}, ["{ours.EVENT_NAME}"])',
            # Whole values: half a secret is one that no pattern of the next step knows.
            f'replace_all_patterns(log.attributes, "value", {too_long}, "[cut]")',
            f"set({_attribute(ours.ATTRIBUTES_CUT)}, true)",
        ),
    )
