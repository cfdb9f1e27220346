"""What holds for spans of every dialect, once they are translated."""

from collections.abc import Iterator
from typing import Final

from spansight.conventions import attributes as ours
from spansight.dialects.model import Group, attribute
from spansight.dialects.table import FIRST_CHUNK_EVENTS, PROVIDERS, USUAL_PROVIDERS
from spansight.dialects.translation import without

_OPERATION: Final = attribute(ours.OPERATION_NAME)
_PROVIDER: Final = attribute(ours.PROVIDER_NAME)
_FIRST: Final = attribute(ours.TIME_TO_FIRST_CHUNK)


def groups() -> Iterator[Group]:
    """Yield the groups, in the order in which they run."""
    yield _nested()
    yield _first_chunk()
    yield Group(
        "Content in the words of the current conventions.",
        tuple(f"{attribute(name)} != nil" for name in ours.CONTENT),
        tuple(without(tuple(name.replace(".", r"\.") for name in ours.CONTENT))),
    )
    yield _provider()
    yield _pipeline()
    yield _cached_tokens()
    yield _speed()


def _nested() -> Group:
    # Our exporter leaves the operation out itself; an application's own does not.
    return Group(
        "A call inside another is that call, told twice: only operations are counted.",
        (f"{attribute(ours.NESTED)} != nil",),
        (f'delete_key(span.attributes, "{ours.OPERATION_NAME}")',),
    )


def _first_chunk() -> Group:
    names = " or ".join(f'spanevent.name == "{name}"' for name in FIRST_CHUNK_EVENTS)
    stream = attribute(ours.REQUEST_STREAM)
    return Group(
        "The first chunk, where an event marks it; a full list of events has lost its first.",
        (f"({names}) and {_FIRST} == nil and span.dropped_events_count == 0",),
        (
            f"set({_FIRST}, Seconds(spanevent.time - span.start_time))",
            f"set({stream}, true) where {stream} == nil",
        ),
    )


def _provider() -> Group:
    unusual = " and ".join(f'{_PROVIDER} != "{name}"' for name in USUAL_PROVIDERS)
    names = (
        f'set({_PROVIDER}, "{here}") where {_PROVIDER} == "{theirs}"'
        for theirs, here in PROVIDERS.items()
    )
    return Group(
        "One name for a provider.",
        (f"{_PROVIDER} != nil and {unusual}",),
        (f"set({_PROVIDER}, ToLowerCase({_PROVIDER}))", *names),
    )


def _pipeline() -> Group:
    pipeline, service = attribute(ours.PIPELINE), f'resource.attributes["{ours.SERVICE_NAME}"]'
    return Group(
        "A pipeline is a service, unless it is named.",
        tuple(
            f"{kind} != nil and {pipeline} == nil" for kind in (_OPERATION, attribute(ours.STAGE))
        ),
        (f"set({pipeline}, {service}) where {service} != nil",),
    )


def _cached_tokens() -> Group:
    whole = attribute(ours.INPUT_TOKENS)
    parts = tuple(map(attribute, (ours.CACHE_READ_TOKENS, ours.CACHE_WRITE_TOKENS)))
    cached = " + ".join(f"Int(Coalesce([{part}, 0]))" for part in parts)
    there = " or ".join(f"{part} != nil" for part in parts)
    return Group(
        "Of a dialect not in the table: a part that exceeds the whole stood beside it.",
        (f'({_PROVIDER} == "anthropic" or {_PROVIDER} == "aws.bedrock") and ({there})',),
        (
            f'set(span.cache["cached"], {cached})',
            (
                f'set({whole}, Int({whole}) + span.cache["cached"]) '
                f'where {whole} != nil and span.cache["cached"] > Int({whole})'
            ),
        ),
    )


def _speed() -> Group:
    output, speed = attribute(ours.OUTPUT_TOKENS), attribute(ours.TOKENS_PER_SECOND)
    without_speed = (ours.EMBEDDINGS, ours.INVOKE_AGENT, ours.INVOKE_WORKFLOW)
    others = " and ".join(f'{_OPERATION} != "{name}"' for name in without_speed)
    seconds = 'span.cache["seconds"]'
    return Group(
        "The speed of generation.",
        (f"{output} != nil and {speed} == nil and {_OPERATION} != nil and {others}",),
        (
            f"set({seconds}, Seconds(span.end_time - span.start_time))",
            f"set({seconds}, {seconds} - Double({_FIRST})) where {_FIRST} != nil",
            (
                f"set({speed}, Double({output}) / {seconds}) "
                f"where {seconds} > 0.0 and Double({output}) > 0.0"
            ),
        ),
    )
