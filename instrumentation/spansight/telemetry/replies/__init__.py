"""What a call or a search was asked and has answered, read from whatever shape it has."""
