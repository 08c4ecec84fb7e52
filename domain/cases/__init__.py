"""Cases: the handling of one item, from its first report to a decision, its appeals and what comes from outside."""
