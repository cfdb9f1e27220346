"""One module for each family of dialects: data only."""
