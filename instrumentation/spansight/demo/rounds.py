"""How often a program of the demo does what it does, and where its provider is."""

import argparse
import os
import time
from collections.abc import Iterator


def rounds(description: str) -> Iterator[str]:
    """Read the command line, and yield the provider's root for each round that it asks for."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--pause", type=float, default=0, help="seconds between two rounds")
    options = parser.parse_args()
    root = os.environ["OPENAI_BASE_URL"].removesuffix("/v1").rpartition("/")[0]
    for number in range(options.rounds):
        time.sleep(options.pause if number else 0)
        yield root
