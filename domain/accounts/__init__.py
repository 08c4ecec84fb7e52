"""Accounts: a respondent's record of sanctions, removals, listings and bars, and how they end."""
