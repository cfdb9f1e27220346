"""A module that knows nothing of tracing."""

import runpy
from pathlib import Path


def search(query: str, top_k: int) -> list[dict[str, str | float]]:
    """Find something."""
    return [{"text": query, "score": 1.0}, {"text": "other", "score": 0.5}][:top_k]


def answer() -> None:
    """Ask the model."""
    runpy.run_path(str(Path(__file__).with_name("quiet.py")))
