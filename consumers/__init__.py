"""Messages from others, turned into commands: bounded, resumable, and each taking effect once."""
