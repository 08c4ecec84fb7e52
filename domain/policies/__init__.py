"""Policies: which rules were published when, with their whole text."""
