"""What the programs share: each step is a span of the application, and a line of its output."""

import asyncio
import contextvars
import inspect
import os
from collections.abc import Callable, Mapping

from opentelemetry import trace

WEATHER = "Sunny, says the almanac."
"""What the one tool of these programs answers."""


def base_url(scenario: str = "ok") -> str:
    """Return the address behind which the provider plays a scenario."""
    return f"{os.environ['PROVIDER']}/{scenario}"


def run(steps: Mapping[str, Callable[[str], object]]) -> None:
    """Run all steps; the prompt of each names it, so that the provider's log does too."""
    tracer = trace.get_tracer("application")
    # One loop for all: libraries keep connections, which belong to the loop they were made in.
    with asyncio.Runner() as runner:
        for name, step in steps.items():
            with tracer.start_as_current_span(name):
                result = _outcome(runner, step, f"[{name}] What is the weather in Seoul?")
                print(f"{name}: {result}")  # noqa: T201 - what both runs are compared by


def _outcome(runner: asyncio.Runner, step: Callable[[str], object], prompt: str) -> object:
    try:
        result = step(prompt)
        if inspect.iscoroutine(result):
            return runner.run(result, context=contextvars.copy_context())
        return result  # noqa: TRY300 - an error may come from either
    except Exception as error:  # noqa: BLE001 - what the application sees is the outcome
        return type(error).__name__
