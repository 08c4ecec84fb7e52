"""Long-running work: each module is one process of the service, as a plain function that ends when told to."""
