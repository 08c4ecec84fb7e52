"""The caseledger service: use cases, queries, settings, the command line, and the place that joins all parts."""
