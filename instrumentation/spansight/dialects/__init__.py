"""How other instrumentations spell the vocabulary, and the Collector's step that translates."""
