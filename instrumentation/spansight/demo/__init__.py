"""Real traffic to look at: a scripted provider, and what the demo sends through the stack."""
