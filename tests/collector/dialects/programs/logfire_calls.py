"""Logfire around any calls: ``logfire_calls.py SDK CALLS``; by OTLP instead of to Logfire."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

import sys
from importlib import import_module

import logfire

logfire.configure(send_to_logfire=False, console=False, inspect_arguments=False, metrics=False)
getattr(logfire, f"instrument_{sys.argv[1]}")()
import_module(sys.argv[2]).ask()
logfire.shutdown()
