"""The long-running processes of the service, each a loop that ends when it is told to."""
