"""Recorded series by subject."""
