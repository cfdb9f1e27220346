"""Evaluations have one shape, whoever judged: an event that joins the answer it is about."""

from spansight.evals.record import record

__all__ = ["record"]
