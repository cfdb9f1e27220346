"""Blocks and functions that work happens inside of, however it ends."""
