"""What can go wrong between a record and its bytes; no message ever holds a value of the record."""


class SchemaFault(Exception):  # noqa: N818 - a fault is named as the sentence it says
    """A schema, a record or some bytes are not what the published language says."""


class SchemaUnknown(SchemaFault):
    """No published schema has this name or this fingerprint."""


class SchemaAltered(SchemaFault):
    """A schema file is missing, or differs from what was published."""


class SchemaUnsupported(SchemaFault):
    """A schema uses a type that events are not made of."""


class SchemaMismatch(SchemaFault):
    """A record does not fit its schema."""


class RecordTooLarge(SchemaFault):
    """A record or its bytes exceed the limit."""


class Malformed(SchemaFault):
    """Bytes are not the encoding of any record: cut short, too long, or not in the one form that is written."""
