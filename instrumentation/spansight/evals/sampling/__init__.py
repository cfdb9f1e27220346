"""A day's traffic as a dataset: some of every feature and model, and what must not be missed."""

from spansight.evals.sampling.drawing import Reason
from spansight.evals.sampling.sample import sample
from spansight.evals.sampling.traffic import Window

__all__ = ["Reason", "Window", "sample"]
