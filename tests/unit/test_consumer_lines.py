"""Lines of a byte stream: numbered, bounded, and each with where it ends."""

from io import BytesIO

from consumers.lines import Line, lines_of

BYTES_MAX = 10


def _lines(data: bytes) -> list[Line]:
    return list(lines_of(BytesIO(data), BYTES_MAX))


def test_each_line_has_its_number_and_where_it_ends() -> None:
    assert _lines(b"one\ntwo\n") == [Line(1, 4, 4, b"one"), Line(2, 8, 4, b"two")]


def test_a_last_line_without_an_end_is_a_line() -> None:
    assert _lines(b"one\ntwo")[-1] == Line(2, 7, 3, b"two")


def test_a_carriage_return_is_part_of_the_end() -> None:
    assert [line.data for line in _lines(b"one\r\ntwo\r\n")] == [b"one", b"two"]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert [line.data for line in _lines(b"\xef\xbb\xbfone\n\xef\xbb\xbfx\n")] == [b"one", b"\xef\xbb\xbfx"]


def test_a_line_that_is_too_long_is_passed_over_whole() -> None:
    long = b"x" * 100
    assert _lines(b"one\n" + long + b"\ntwo\n") == [
        Line(1, 4, 4, b"one"),
        Line(2, 105, 101, None),
        Line(3, 109, 4, b"two"),
    ]


def test_a_line_of_exactly_the_limit_is_read() -> None:
    assert _lines(b"0123456789\n0123456789\r\n")[0].data == b"0123456789"
    assert _lines(b"01234567890\n")[0].data is None


def test_numbers_and_offsets_go_on_where_reading_began() -> None:
    stream = BytesIO(b"one\ntwo\n")
    stream.seek(4)
    assert list(lines_of(stream, BYTES_MAX, after_line=1, after_byte=4)) == [Line(2, 8, 4, b"two")]


def test_white_space_and_comments_are_blank_and_nothing_else() -> None:
    assert [line.blank for line in _lines(b" \n# no\n{}\n" + b"#" * 20 + b"\n")] == [True, True, False, False]
