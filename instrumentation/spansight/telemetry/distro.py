"""OpenTelemetry's own way in: a distribution and its configurator, both found by entry point.

`opentelemetry-instrument`, `spansight run`, SPANSIGHT_ENABLED and `spansight.instrument()` all come
through here.
"""

import logging
import os
from importlib.metadata import EntryPoint
from typing import Final

from opentelemetry.instrumentation.auto_instrumentation import (  # pyright: ignore[reportMissingTypeStubs]
    initialize,
)
from opentelemetry.instrumentation.distro import BaseDistro
from opentelemetry.sdk._configuration import _OTelSDKConfigurator  # pyright: ignore[reportPrivateUsage] - meant for distributions

from spansight.settings import CHOICE, Settings, say
from spansight.telemetry import standard
from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors import ranges, wiring
from spansight.telemetry.process import installation
from spansight.telemetry.records import answers
from spansight.telemetry.scopes import threads

CONFIG_FILE: Final = "OTEL_CONFIG_FILE"


class SpansightDistro(BaseDistro):
    """Sets the defaults, and decides which instrumentors load."""

    def _configure(self, **_: object) -> None:
        with Guard("configuration"):
            standard.apply()
            standard.apply_content(Settings.from_env())
        with Guard("declared versions"):
            ranges.widen()

    def load_instrumentor(self, entry_point: EntryPoint, **kwargs: object) -> None:
        """Load one instrumentor; whatever it raises, the next one is tried."""
        if installed := installation.current():
            chosen = installed.settings.instrumentor
            installed.instrumentors.load(entry_point, chosen, **kwargs)


class SpansightConfigurator(_OTelSDKConfigurator):
    """Builds the providers, unless a configuration file does."""

    def _configure(self, **kwargs: object) -> None:
        if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
            return
        # `instrument()` may be called in a process that was switched on from outside.
        first = installation.current() is None
        if first and os.environ.get(CONFIG_FILE):
            self._read_file(kwargs)
        with Guard("installation") as guard:
            installed = installation.install(Settings.from_env())
            threads.carry()
            if first:
                wiring.wire(installed.settings.stages)
                answers.start(installed.settings)
        if guard.error is not None:
            say(f"could not be set up: {guard.error!r}; the application runs without it")

    def _read_file(self, kwargs: dict[str, object]) -> None:
        kwargs.clear()
        # Without a handler of its own, a process would print what is one line here.
        logging.getLogger("opentelemetry.configuration").addHandler(logging.NullHandler())
        with Guard("configuration file") as guard:
            super()._configure()  # pyright: ignore[reportUnknownMemberType] - untyped upstream
        if guard.error is not None:
            path = os.environ.pop(CONFIG_FILE)
            why = " ".join(str(guard.error).split())
            say(f"{CONFIG_FILE}={path!r}: {why}; using the environment instead")


def instrument() -> None:
    """Switch instrumentation on in this process, as the environment says; again does no harm.

    It never raises: what cannot be set up is one line on standard error.
    """
    os.environ.update(CHOICE)
    initialize()


def uninstrument() -> None:
    """Leave the libraries as they were, and send what waits."""
    if installed := installation.current():
        installed.instrumentors.unload()
        threads.release()
        installed.flush()
