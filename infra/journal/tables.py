"""The tables of a journal database: the log's records, and the index over them that can be folded again at any time."""

RECORDS = "CREATE TABLE records (offset INTEGER PRIMARY KEY, record BLOB NOT NULL, digest BLOB NOT NULL)"
"""The log itself in the SQLite journal, a copy of it in the index of any other."""

INDEX = {
    "appends": (
        "CREATE TABLE appends (position INTEGER PRIMARY KEY, count INTEGER NOT NULL, offset INTEGER NOT NULL,"
        " at INTEGER NOT NULL)"
    ),
    "streams": (
        "CREATE TABLE streams (originator NOT NULL, last_version INTEGER NOT NULL, first_version INTEGER NOT NULL,"
        " position INTEGER NOT NULL, offset INTEGER NOT NULL, at INTEGER NOT NULL,"
        " PRIMARY KEY (originator, last_version)) WITHOUT ROWID"
    ),
    "ids": (
        "CREATE TABLE ids (append_id BLOB PRIMARY KEY, written INTEGER NOT NULL, position INTEGER NOT NULL,"
        " count INTEGER NOT NULL) WITHOUT ROWID"
    ),
    "tracking": "CREATE TABLE tracking (source TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID",
    "schemas": "CREATE TABLE schemas (fingerprint BLOB PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID",
}
"""What the fold made of all of `records`: both are only ever written in one transaction.

`appends`: events `position` to `position + count - 1` stand together in record `offset` from byte `at`.
`streams`: one row for events of one append with one stream and versions rising by one, so rows never overlap.
`ids`: `written` 1 with first position and count, or 0 for a void append.
"""

SNAPSHOTS = (
    "CREATE TABLE IF NOT EXISTS snapshots (purpose TEXT NOT NULL, originator NOT NULL, version INTEGER NOT NULL,"
    " topic TEXT NOT NULL, state BLOB NOT NULL, PRIMARY KEY (purpose, originator, version)) WITHOUT ROWID"
)
"""A local cache of folded aggregates; no part of the journal."""
