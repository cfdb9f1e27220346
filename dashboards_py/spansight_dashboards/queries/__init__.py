"""Named queries by subject, each a function of a scope: a panel and an alert share one text."""
