"""Which instrumentors are loaded, and with what.

Two families of packages, and others, instrument the same libraries under the same names.  Where the
chosen family offers one it is loaded, and no other; with both, every call would count twice.
"""

import logging
import re
import warnings
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import wrapt
from opentelemetry.metrics import NoOpMeterProvider

from spansight.settings import Instrumentor, say
from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors import finishing, ranges, repairs, streaming

if TYPE_CHECKING:
    from opentelemetry.instrumentation.instrumentor import BaseInstrumentor

    from spansight.telemetry.instrumentors.repairs.patches import Patches

_logger: Final = logging.getLogger("spansight.telemetry")

_INSTRUMENTS: Final = re.compile(r"([\w-]+).*extra == ['\"]instruments['\"]")

GROUP: Final = "opentelemetry_instrumentor"
_BUILT_ON: Final[dict[str, Instrumentor]] = {
    "opentelemetry-util-genai": "official",
    "opentelemetry-semantic-conventions-ai": "openllmetry",
}
"""The library that all packages of a family, and no others, require."""
_MODULES: Final = {
    "boto3": "botocore.session",
    "google-genai": "google.genai",
    "langchain": "langchain_core",
    "llama-index-core": "llama_index.core",
    "openai-agents": "agents",
}
"""Library → the module that every use of it imports, where its name does not tell."""


class Instrumentors:
    """The loaded instrumentors, so that they can be unloaded, or pointed at another provider."""

    def __init__(self) -> None:
        """Load none."""
        self._chosen: set[str] = set()
        self._loaded: dict[str, _Loaded] = {}

    def load(self, entry_point: EntryPoint, chosen: Instrumentor, **kwargs: object) -> None:
        """Load one, unless its twin is; one that fails is one line, and the rest go on."""
        if entry_point.name in self._chosen or _gives_way(entry_point, chosen):
            return
        self._chosen.add(entry_point.name)
        if not family(entry_point):
            self._load(entry_point, kwargs)
            return
        # The Collector derives every metric from spans; recording a histogram for each chunk of a
        # stream is a third of what instrumentation costs.
        kwargs["meter_provider"] = NoOpMeterProvider()
        streaming.watch()
        finishing.watch()
        target = _target(entry_point)
        if target is None:
            self._load(entry_point, kwargs)
        else:
            wrapt.register_post_import_hook(
                lambda _: self._load_quietly(entry_point, kwargs), target
            )

    def _load(self, entry_point: EntryPoint, kwargs: dict[str, object]) -> None:
        if entry_point.name not in self._chosen:
            return
        with Guard(f"instrumentor {entry_point.name}") as guard:
            loaded = _Loaded(entry_point, kwargs)
            loaded.start()
            self._loaded[entry_point.name] = loaded
            if library := ranges.undeclared(entry_point.dist):
                say(f"{library} is instrumented, though its instrumentor was not written for it")
        if isinstance(guard.error, ModuleNotFoundError):
            _logger.debug("%s is not installed; not instrumented", entry_point.name)
        elif guard.error is not None:
            say(f"{entry_point.name} could not be instrumented: {guard.error!r}; going on without")

    def _load_quietly(self, entry_point: EntryPoint, kwargs: dict[str, object]) -> None:
        """Load one whose library is there: what its own import warns of is nobody's to mend.

        Where warnings are errors, it would not be instrumented at all.
        """
        with warnings.catch_warnings(action="ignore"):
            self._load(entry_point, kwargs)

    def unload(self) -> None:
        """Unload all, and those that still wait for their library."""
        self._chosen.clear()
        for loaded in self._loaded.values():
            with Guard("unloading of an instrumentor"):
                loaded.stop()
        self._loaded.clear()

    def reload(self) -> None:
        """Make all take the providers that are global now."""
        for loaded in self._loaded.values():
            with Guard("reloading of an instrumentor"):
                loaded.stop()
                loaded.start()


class _Loaded:
    """An instrumentor, and the repairs of what it gets wrong."""

    def __init__(self, entry_point: EntryPoint, kwargs: dict[str, object]) -> None:
        self._instrumentor: Final[BaseInstrumentor] = entry_point.load()()
        self._name: Final = entry_point.name
        self._family: Final = family(entry_point)
        self._kwargs: Final = kwargs
        self._patches: Patches | None = None

    def start(self) -> None:
        # One that the application has loaded itself is the application's.
        if self._instrumentor.is_instrumented_by_opentelemetry:
            return
        if self._family is None:
            self._instrumentor.instrument(**self._kwargs)
            return
        kwargs = repairs.prepared(self._family, self._kwargs)
        self._instrumentor.instrument(**kwargs)
        self._patches = repairs.repair(self._family, self._name, self._kwargs)

    def stop(self) -> None:
        if self._patches:
            self._patches.undo()
        self._instrumentor.uninstrument()


def family(entry_point: EntryPoint) -> Instrumentor | None:
    """Return the family of a package that instruments GenAI libraries, None for any other."""
    required = entry_point.dist.requires if entry_point.dist else None
    for requirement in required or ():
        for library, name in _BUILT_ON.items():
            if requirement.startswith(library):
                return name
    return None


def _target(entry_point: EntryPoint) -> str | None:
    """Return the module to wait for, None where it cannot be told.

    To load OpenAI's instrumentor is to import OpenAI: half a second for a program that never does.
    """
    required = entry_point.dist.requires if entry_point.dist else None
    targets = [match[1] for line in required or () if (match := _INSTRUMENTS.match(line))]
    if known := [_MODULES[name] for name in targets if name in _MODULES]:
        return known[0]
    modules = [name.replace("-", "_") for name in targets]
    return modules[0] if len(modules) == 1 and find_spec(modules[0]) else None


def _gives_way(entry_point: EntryPoint, chosen: Instrumentor) -> bool:
    if family(entry_point) == chosen:
        return False
    twins = entry_points(group=GROUP, name=entry_point.name)
    return any(family(twin) == chosen for twin in twins)
