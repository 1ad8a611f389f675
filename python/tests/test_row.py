"""A row that a trainer must not see cannot be made."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from made import record, row

from entente_data import Row, RowError


def test_a_sound_record_becomes_a_row_of_the_right_types() -> None:
    made = row()
    assert made.input_ids == (5, 6, 7, 10, 11, 8, 12, 13)
    assert made.loss_mask == (0, 0, 0, 1, 1, 0, 1, 1)
    assert made.old_logprobs == (0.0, 0.0, 0.0, -0.5, -0.25, 0.0, -1.0, -2.0)
    assert {type(logprob) for logprob in made.old_logprobs} == {float}
    assert (type(made.reward), type(made.advantage), type(made.reward_components["ca"])) == (float, float, float)
    assert (made.prompt_length, made.trained_tokens) == (3, 4)


def test_a_row_goes_back_to_its_record() -> None:
    assert row().to_record() == record()
    assert list(row().to_record()) == list(record())


def test_a_row_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        row().advantage = 0.0  # type: ignore[misc]


def test_columns_of_later_versions_are_let_be() -> None:
    assert row(another="column") == row()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"schema": "entente.rows/2"}, "schema is 'entente.rows/2'"),
        ({"input_ids": [5, 6, 7]}, "3, 8 and 8 long"),
        ({"loss_mask": [0, 1]}, "8, 2 and 8 long"),
        ({"old_logprobs": [0]}, "8, 8 and 1 long"),
        ({"input_ids": [], "loss_mask": [], "old_logprobs": []}, "no token carries loss"),
        ({"loss_mask": [0] * 8, "old_logprobs": [0] * 8}, "no token carries loss"),
        ({"loss_mask": [0, 0, 0, 2, 1, 0, 1, 1]}, "other than 0 and 1"),
        ({"loss_mask": [0, 0, 0, True, 1, 0, 1, 1]}, "loss_mask holds bool"),
        ({"loss_mask": [1, 0, 0, 1, 1, 0, 1, 1]}, "first token carries loss"),
        ({"old_logprobs": [0, 0, -0.1, -0.5, -0.25, 0, -1, -2]}, "masked token has a log-probability"),
        ({"old_logprobs": [0, 0, 0, float("nan"), -0.25, 0, -1, -2]}, "not finite"),
        ({"old_logprobs": [0, 0, 0, float("-inf"), -0.25, 0, -1, -2]}, "not finite"),
        ({"old_logprobs": [0, 0, 0, None, -0.25, 0, -1, -2]}, "old_logprobs holds NoneType"),
        ({"old_logprobs": None}, "old_logprobs is null"),
        ({"input_ids": [5, 6, 7, 10, 11, 8, 12, -1]}, "negative id"),
        ({"input_ids": [5, 6, 7, 10, 11, 8, 12, 13.0]}, "input_ids holds float"),
        ({"reward": None}, "reward is None"),
        ({"reward": float("nan")}, "reward is not finite"),
        ({"reward_components": {"ca": "3"}}, "reward_components.ca is '3'"),
        ({"advantage": float("inf")}, "advantage is not finite"),
        ({"advantage": True}, "advantage is True"),
        ({"row_index": 1}, "row_index is 1 of 1"),
        ({"seat": "C"}, "seat is 'C'"),
        ({"token_source": "guessed"}, "token_source is 'guessed'"),
        ({"policy_version": 7}, "policy_version is 7"),
    ],
)
def test_an_unsound_record_is_refused_with_its_reason(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RowError, match=complaint):
        row(**changes)


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Row)])
def test_no_field_may_be_missing(name: str) -> None:
    short = record()
    del short[name]
    with pytest.raises(RowError, match=f"{name} is missing"):
        Row.from_record(short)


def test_a_changed_copy_is_checked_again() -> None:
    with pytest.raises(RowError, match=r"episode run-1, row 0: .*8, 8 and 1 long"):
        dataclasses.replace(row(), old_logprobs=(0.0,))
