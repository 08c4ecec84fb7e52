"""Where read models are kept: SQLite for one machine, PostgreSQL in production, through the same statements."""
