"""Statements of reasons as the DSA Transparency Database takes them: words, rules, and a validator for every rule."""
