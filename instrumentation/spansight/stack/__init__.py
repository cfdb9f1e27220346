"""Bring the same files up either way: official images in Docker, or plain processes on loopback."""
