"""How tests read CloudEvents with the `cloudevents` package: the data stays bytes, for Avro has readers of its own."""

from cloudevents.core.formats.base import Format


class AsItIs(Format):
    """Takes Avro data as bytes; everything else is not to be met."""

    def read_data(self, body: str | bytes, datacontenttype: str | None) -> bytes:
        assert datacontenttype == "application/avro"
        assert isinstance(body, bytes)
        return body

    def read(self, *_: object) -> None:
        raise NotImplementedError

    write = write_data = get_content_type = read
