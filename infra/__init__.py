"""Adapters: the only place with input and output."""
