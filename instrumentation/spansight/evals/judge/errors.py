"""Why a judge has given no opinion; each is a recorded failure that says what it had cost.

EvaluatorError
└── JudgeError
    ├── RejectedError      the endpoint takes no such call: key, model, address, quota
    ├── RateLimitError     too many calls, and the pauses that it asked for did not help
    ├── UnreachableError   no answer, or one that says the server is broken
    ├── LateError          no answer in time
    ├── RefusedError       the model does not want to judge
    ├── NonsenseError      no answer of the shape that was asked for, asked twice
    └── TooLongError       question and answer alone are more than the judge may read
"""

from spansight.evals.model import EvaluatorError


class JudgeError(EvaluatorError):
    """A judge has given no opinion."""


class RejectedError(JudgeError):
    """The endpoint takes no such call."""


class RateLimitError(JudgeError):
    """The endpoint was called too often."""


class UnreachableError(JudgeError):
    """The endpoint did not answer."""


class LateError(JudgeError):
    """The endpoint did not answer in time."""


class RefusedError(JudgeError):
    """The model does not want to judge."""


class NonsenseError(JudgeError):
    """The model did not answer in the shape that it was asked for."""


class TooLongError(JudgeError):
    """There is more to read than the judge may."""
