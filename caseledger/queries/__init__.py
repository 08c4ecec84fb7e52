"""Read-only use cases: what every interface shows, as plain values in a fixed order; nothing here writes."""
