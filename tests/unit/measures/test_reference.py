"""Every measure against trec_eval, the reference implementation of the field, on any ranking."""

import pytest
import pytrec_eval  # pyright: ignore[reportMissingTypeStubs] - it ships none
from hypothesis import given
from hypothesis import strategies as st

from spansight.measures import ranking

CUTOFFS = (1, 3, 5, 10, 30)
OURS = {"recall": "recall_at_k", "P": "precision_at_k", "success": "hit_rate_at_k"}
EXACTLY = 1e-9

documents = st.sampled_from([f"d{number}" for number in range(20)])
rankings = st.lists(documents, min_size=1, max_size=25)
grades = st.dictionaries(documents, st.integers(0, 4), min_size=1).filter(
    lambda graded: any(graded.values())
)


def trec_eval(found: list[str], graded: dict[str, int]) -> dict[str, float]:
    """Return every measure.

    trec_eval orders by score and breaks ties by id, so each place gets a score of its own; it
    knows no copies, so each is a document of its own that nobody judged.
    """
    seen: set[str] = set()
    run: dict[str, float] = {}
    for place, document in enumerate(found):
        run[f"copy{place}" if document in seen else document] = float(len(found) - place)
        seen.add(document)
    cuts = ",".join(map(str, CUTOFFS))
    measures = {f"{name}.{cuts}" for name in (*OURS, "ndcg_cut")} | {"recip_rank", "map"}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": graded}, measures)
    return evaluator.evaluate({"q": run})["q"]


@given(found=rankings, graded=grades)
def test_we_agree_with_trec_eval(found: list[str], graded: dict[str, int]) -> None:
    theirs = trec_eval(found, graded)
    ours: dict[str, float | None] = {
        "recip_rank": ranking.reciprocal_rank(found, graded),
        "map": ranking.average_precision(found, graded),
    }
    for k in CUTOFFS:
        ours[f"ndcg_cut_{k}"] = ranking.ndcg_at_k(found, graded, k)
        for name, function in OURS.items():
            ours[f"{name}_{k}"] = getattr(ranking, function)(found, graded, k)
    assert ours == pytest.approx(theirs, abs=EXACTLY)


@given(found=rankings, graded=grades)
def test_exponential_gain_is_trec_eval_on_such_grades(
    found: list[str], graded: dict[str, int]
) -> None:
    theirs = trec_eval(found, {document: 2**grade - 1 for document, grade in graded.items()})
    for k in CUTOFFS:
        ours = ranking.ndcg_at_k(found, graded, k, gain="exponential")
        assert ours == pytest.approx(theirs[f"ndcg_cut_{k}"], abs=EXACTLY)
