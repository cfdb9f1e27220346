# ruff: noqa: INP001 - a folder for PYTHONPATH, not a package
"""`spansight run` puts this folder on PYTHONPATH: it starts what `spansight.pth` would."""

import sys
from importlib import import_module
from pathlib import Path

_HERE = str(Path(__file__).parent)


def _start() -> None:
    try:
        hook = import_module("spansight.telemetry.hook")
    except ImportError as error:
        sys.stderr.write(f"spansight: not installed for {sys.executable}: {error}; not started\n")
    else:
        hook.start()


def _step_aside() -> None:
    """Let the application's own sitecustomize, if it has one, run as it would without us."""
    sys.path[:] = [folder for folder in sys.path if folder != _HERE]
    del sys.modules["sitecustomize"]
    try:
        import_module("sitecustomize")
    except ModuleNotFoundError:
        sys.modules["sitecustomize"] = sys


_start()
_step_aside()
