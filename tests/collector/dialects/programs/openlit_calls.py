"""OpenLIT around any calls: ``openlit_calls.py CALLS``; it exports by itself."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

import sys
from importlib import import_module

import openlit

openlit.init(disable_metrics=True, disable_batch=True)
import_module(sys.argv[1]).ask()
