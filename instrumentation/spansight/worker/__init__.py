"""The jobs that run by the clock: what evaluates yesterday while nobody watches."""
