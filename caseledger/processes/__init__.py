"""Long-running processes of the service: how each starts, works, is measured, and stops."""
