"""What a judge answered, as plain data that follows the schema it was asked for.  Pure."""

import json
import re
from typing import Any, Final, NoReturn, cast

from spansight.evals.judge.prompt import Schema
from spansight.evals.schemas import first_error

_THOUGHT: Final = re.compile(r"<think>.*?</think>", re.DOTALL)


class Malformed(Exception):  # noqa: N818 - a state of an answer, which is then asked for again
    """The answer is not of the shape that was asked for; the message says where."""


def read(text: str, schema: Schema) -> dict[str, Any]:
    """Return the first JSON object of an answer, whatever stands around it."""
    said = _THOUGHT.sub("", text)
    decoder = json.JSONDecoder(parse_constant=_refuse)
    reason = "no JSON object"
    for start in (found.start() for found in re.finditer(r"\{", said)):
        try:
            value, _ = decoder.raw_decode(said[start:])
        except (json.JSONDecodeError, RecursionError) as error:
            reason = f"no JSON: {error}"
            continue
        return _followed(cast("dict[str, Any]", value), schema)
    raise Malformed(reason)


def _followed(value: dict[str, Any], schema: Schema) -> dict[str, Any]:
    wrong = first_error(schema, value)
    if wrong is not None:
        raise Malformed(wrong)
    return value


def _refuse(constant: str) -> NoReturn:
    raise Malformed(f"{constant}: expected a number")
