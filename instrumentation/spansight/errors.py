"""Errors that a caller of ours can meet; instrumentation raises none of them into an application.

SpansightError
├── ConfigError        a file, variable or argument is wrong
├── EvaluatorError     an evaluator, such as a judge, has no opinion (spansight.evals.model)
├── StackError         a server could not be built, started or stopped
└── StoreUnavailable   Prometheus, Tempo, Loki or Grafana did not answer
"""


class SpansightError(Exception):
    """Any error of ours; its message says what failed, what was expected, and what to do."""


class ConfigError(SpansightError):
    """A file, variable or argument is wrong."""


class StackError(SpansightError):
    """A server could not be built, started or stopped."""


class StoreUnavailable(SpansightError):  # noqa: N818 - the state has a name of its own in the field
    """A store did not answer."""
