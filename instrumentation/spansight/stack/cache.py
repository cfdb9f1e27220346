"""The one folder that this command line writes to: built programs, run folders, logs."""

import os
from pathlib import Path

from spansight.conventions.environment import CACHE
from spansight.errors import ConfigError


def folder(*parts: str) -> Path:
    """Return the cache folder, or a folder in it, made if need be."""
    asked = os.environ.get(CACHE.name) or CACHE.default
    try:
        path = Path(asked).expanduser().absolute().joinpath(*parts)
    except RuntimeError:
        raise ConfigError(
            f"{asked!r}: there is no such home folder; set {CACHE.name} to a folder"
        ) from None
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{str(path)!r} cannot be written ({error.strerror}); "
            f"set {CACHE.name} to a folder that can"
        ) from None
    if not os.access(path, os.W_OK):
        raise ConfigError(f"{str(path)!r} cannot be written; set {CACHE.name} to a folder that can")
    return path


def run_folder() -> Path:
    """Return the folder of the stack that `spansight up` starts: its state, data and logs."""
    return folder("run")
