"""Pydantic AI with the spans that it makes itself, over a client that is instrumented too."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false

from importlib import import_module

from pydantic_ai import Agent

Agent.instrument_all()
import_module("pydantic_agents")
