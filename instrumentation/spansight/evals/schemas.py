"""Values against a JSON Schema."""

from collections.abc import Mapping
from typing import Any, Final

from spansight.errors import ConfigError

_LONGEST: Final = 200


def first_error(schema: Mapping[str, Any], value: object) -> str | None:
    """Name the first thing that is wrong, and where; None where nothing is."""
    try:
        import jsonschema  # noqa: PLC0415 - an extra: nothing else needs it
    except ModuleNotFoundError as error:
        raise ConfigError("JSON Schema needs jsonschema; pip install 'spansight[evals]'") from error

    validator: Any = jsonschema.Draft202012Validator(schema)
    error = next(iter(validator.iter_errors(value)), None)
    return None if error is None else f"{error.json_path}: {error.message}"[:_LONGEST]
