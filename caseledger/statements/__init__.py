"""Statements of reasons for the DSA Transparency Database, made of decisions by a mapping that is data."""
