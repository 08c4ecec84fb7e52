"""Read models: plain tables that are a pure function of the ledger, and can be dropped and rebuilt at any time."""
