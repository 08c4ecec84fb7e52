"""Identities: by their keyed digests, which accounts they hold and which bars they meet."""
