"""What is switched on in a process, from its first import to its last flush."""
