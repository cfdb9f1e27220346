"""Judges two recorded answers, each of a trace of another process."""

from spansight.evals import run_offline_eval

run_offline_eval(
    [
        {
            "question": "How long do refunds take?",
            "answer": answer,
            "contexts": ["Refunds take 7 days."],
            "trace_id": f"{number:032x}",
            "span_id": f"{number:016x}",
        }
        for number, answer in enumerate(["Refunds take 7 days.", "Refunds take 9 days."], 1)
    ]
)
