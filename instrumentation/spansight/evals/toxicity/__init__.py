"""How abusive an answer is, from 0 to 1, of which 1 is the worst; and whether it has abusive words.

A score needs somebody who can read: the packaged model reads English, and of any other language
there is no score.  Words of a list are found in Korean too, and found is all that they are.
"""

from spansight.evals.toxicity.classifier import Packaged
from spansight.evals.toxicity.evaluators import NotAbusive, Scorer, Toxicity, scorer_of

__all__ = ["NotAbusive", "Packaged", "Scorer", "Toxicity", "scorer_of"]
