"""What the user names as ``module:name`` on the command line, from the current folder too."""

import os
import sys
from importlib import import_module
from typing import cast

from spansight.errors import ConfigError
from spansight.evals.model import Evaluator


def loaded(place: str, what: str) -> object:
    """Import what a place names; `what` is the word for it in an error."""
    look_here()
    return imported(place, what)


def look_here() -> None:
    """Have Python look in the current folder too, as it does for a script."""
    if os.getcwd() not in sys.path:  # noqa: PTH109 - sys.path holds texts
        sys.path.insert(0, os.getcwd())  # noqa: PTH109 - likewise


def imported(place: str, what: str) -> object:
    """Import it from where Python looks: in the user's own process, that is not ours to change."""
    module, _, name = place.partition(":")
    if not (module and name):
        raise ConfigError(f"{what} {place!r}: expected module:name, such as rag_app:answer")
    try:
        found: object = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except ModuleNotFoundError as error:
        if error.name and not f"{module}.".startswith(f"{error.name}."):
            raise  # one that the user's module needs
        raise ConfigError(
            f"{what} {place!r}: no module {module!r} here or installed; "
            "call from the folder that holds it"
        ) from error
    except AttributeError as error:
        raise ConfigError(f"{what} {place!r}: {error}; check the name") from error
    return found


def as_evaluator(found: object, place: str) -> Evaluator:
    """Take an evaluator as it is, and make one of its class."""
    made: object = found() if isinstance(found, type) else found
    if not callable(getattr(made, "evaluate", None)):
        raise ConfigError(
            f"evaluator {place!r}: a {type(made).__name__}; expected an object with evaluate(case)"
        )
    return cast("Evaluator", made)
