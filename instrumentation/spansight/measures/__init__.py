"""How good a ranking, a context or an answer is: pure functions that know nothing of telemetry."""
