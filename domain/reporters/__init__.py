"""Reporters: their standing, what they were credited with, and their rewards."""
