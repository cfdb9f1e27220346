"""People judge what no evaluator can: a small local page and an append-only file."""
