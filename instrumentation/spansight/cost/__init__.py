"""What a call costs: the price table, and the arithmetic that the Collector does too."""
