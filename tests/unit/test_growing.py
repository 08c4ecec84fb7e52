"""Sequences and maps that share what they grew from, and never see each other change."""

import pytest

from domain.growing import Growing, GrowingMap


def test_a_sequence_grows_without_changing_what_it_grew_from() -> None:
    one = Growing([1])
    two = one.plus(2)
    assert (list(one), list(two), len(one), len(two)) == ([1], [1, 2], 1, 2)


def test_two_that_grew_from_the_same_do_not_meet() -> None:
    one = Growing([1])
    left, right = one.plus(2), one.plus(3)
    assert (list(one), list(left), list(right)) == ([1], [1, 2], [1, 3])
    assert list(left.plus(4)) == [1, 2, 4]


def test_items_and_slices_end_where_the_sequence_ends() -> None:
    one = Growing([1, 2])
    three = one.plus(3)
    assert (one[0], one[-1], one[:5], three[1:], three[::-1]) == (1, 2, (1, 2), (2, 3), (3, 2, 1))
    with pytest.raises(IndexError):
        one[2]


def test_equal_items_make_equal_sequences() -> None:
    one = Growing([1])
    assert one.plus(2) == Growing([1, 2])
    assert hash(one.plus(2)) == hash(Growing([1, 2]))
    assert one != one.plus(2)
    assert one != [1]


def test_a_map_grows_without_changing_what_it_grew_from() -> None:
    none = GrowingMap[str, int]()
    one = none.plus("a", 1)
    two = one.plus("b", 2)
    assert (dict(none), dict(one), dict(two)) == ({}, {"a": 1}, {"a": 1, "b": 2})
    assert list(two) == ["a", "b"]
    assert "b" not in one
    with pytest.raises(KeyError):
        one["b"]


def test_a_key_keeps_its_first_value() -> None:
    one = GrowingMap[str, int]().plus("a", 1)
    assert one.plus("a", 2) is one


def test_two_maps_that_grew_from_the_same_do_not_meet() -> None:
    one = GrowingMap[str, int]().plus("a", 1)
    left, right = one.plus("b", 2), one.plus("b", 3)
    assert (left["b"], right["b"], dict(one)) == (2, 3, {"a": 1})


def test_equal_keys_and_values_make_equal_maps() -> None:
    one, same = GrowingMap[str, int]().plus("a", 1), GrowingMap[str, int]().plus("a", 1)
    assert one == same
    assert hash(one) == hash(same)
    assert one != same.plus("b", 2)
    assert one != {"a": 1}


def test_pairs_are_those_of_this_map_alone() -> None:
    one = GrowingMap[str, int]().plus("a", 1)
    two = one.plus("b", 2)
    assert list(one.pairs()) == [("a", 1)]
    assert list(two.pairs()) == list(two.items()) == [("a", 1), ("b", 2)]
