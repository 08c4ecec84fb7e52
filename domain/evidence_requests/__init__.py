"""Evidence requests: what an authority asked for, by when it had to be sent, and what was sent."""
