"""Rows as Tinker takes them, held against Tinker's own class."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest
import tinker
from made import row

from entente_data import Row
from entente_data.tinker import datum_fields, datums


def test_position_t_is_asked_for_token_t_plus_1() -> None:
    assert datum_fields(row()) == {
        "model_input": {"chunks": [{"type": "encoded_text", "tokens": [5, 6, 7, 10, 11, 8, 12]}]},
        "loss_fn_inputs": {
            "target_tokens": [6, 7, 10, 11, 8, 12, 13],
            "logprobs": [0.0, 0.0, -0.5, -0.25, 0.0, -1.0, -2.0],
            "advantages": [0.0, 0.0, -1.5, -1.5, 0.0, -1.5, -1.5],
        },
    }


def test_where_tinker_is_installed_its_own_objects_come(rows: Sequence[Row]) -> None:
    for datum, each in zip(datums(rows), rows, strict=True):
        assert isinstance(datum, tinker.Datum)
        assert tuple(datum.model_input.to_ints()) == each.input_ids[:-1]
        inputs = datum.loss_fn_inputs
        assert {name: (data.dtype, data.shape) for name, data in inputs.items()} == {
            "target_tokens": ("int64", [datum.model_input.length]),
            "logprobs": ("float32", [datum.model_input.length]),
            "advantages": ("float32", [datum.model_input.length]),
        }
        assert tuple(inputs["target_tokens"].data) == each.input_ids[1:]
        assert tuple(inputs["logprobs"].data) == each.old_logprobs[1:]
        carries = [advantage != 0 for advantage in inputs["advantages"].data]
        assert carries == [mask == 1 and each.advantage != 0 for mask in each.loss_mask[1:]]


def test_where_tinker_is_not_installed_plain_fields_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tinker", None)
    assert list(datums([row()])) == [datum_fields(row())]
