"""The Avro schemas of the journal's log records: contracts, never edited once a journal was written with them."""

WRITER_BYTES = 16
FINGERPRINT_BYTES = 8

APPENDS_SCHEMA = """{"type": "record", "name": "journal.Appends", "fields": [
  {"name": "writer", "type": {"type": "fixed", "name": "journal.WriterId", "size": 16}},
  {"name": "recorded_at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
  {"name": "appends", "type": {"type": "array", "items": {"type": "record", "name": "journal.Append", "fields": [
    {"name": "append_id", "type": {"type": "fixed", "name": "journal.AppendId", "size": 16}},
    {"name": "events", "type": {"type": "array", "items": {"type": "record", "name": "journal.Event", "fields": [
      {"name": "originator_id", "type": [{"type": "fixed", "name": "journal.Uuid", "size": 16}, "string"]},
      {"name": "version", "type": "long"},
      {"name": "type", "type": "string"},
      {"name": "state", "type": "bytes"}
    ]}}},
    {"name": "tracking", "type": {"type": "array", "items": {"type": "record", "name": "journal.Tracking", "fields": [
      {"name": "source", "type": "string"},
      {"name": "position", "type": "long"}
    ]}}}
  ]}}}
]}"""

CANCEL_SCHEMA = """{"type": "record", "name": "journal.Cancel", "fields": [
  {"name": "append_ids", "type": {"type": "array", "items": {"type": "fixed", "name": "journal.AppendId", "size": 16}}}
]}"""

SCHEMA_SCHEMA = """{"type": "record", "name": "journal.Schema", "fields": [
  {"name": "fingerprint", "type": {"type": "fixed", "name": "journal.Fingerprint", "size": 8}},
  {"name": "text", "type": "string"}
]}"""

# CRC-64-AVRO of each schema's parsing canonical form, little-endian, as the single-object encoding has it.
APPENDS_FINGERPRINT = bytes.fromhex("dac23384d8381dd7")
CANCEL_FINGERPRINT = bytes.fromhex("3a120127caf395f1")
SCHEMA_FINGERPRINT = bytes.fromhex("b47df3f233c67838")
