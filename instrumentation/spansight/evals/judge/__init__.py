"""A language model as a judge: it sees the case as data, answers in a shape, and its calls cost."""

from spansight.evals.judge.comparing import Compared, Comparison, compare, longer_wins
from spansight.evals.judge.errors import JudgeError
from spansight.evals.judge.faithful import JudgedFaithfulness
from spansight.evals.judge.graded import Graded
from spansight.evals.judge.judge import Judge
from spansight.evals.judge.prompt import Prompt
from spansight.evals.judge.usage import Pricing, Used

__all__ = [
    "Compared",
    "Comparison",
    "Graded",
    "Judge",
    "JudgeError",
    "JudgedFaithfulness",
    "Pricing",
    "Prompt",
    "Used",
    "compare",
    "longer_wins",
]
