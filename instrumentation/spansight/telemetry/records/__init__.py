"""The way of a span or an event: from the end of a call to the wire."""
