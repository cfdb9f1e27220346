"""What must not leave: the patterns of personal data and secrets, and the masking of values."""
