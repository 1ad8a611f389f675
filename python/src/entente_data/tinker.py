"""Rows as Tinker datums, for its `importance_sampling`, `ppo` and kindred losses.

A datum of a row of T tokens has T - 1 positions: position t sees tokens 0 to t and is asked for token t + 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, TypedDict

from .row import Row


class EncodedText(TypedDict):
    type: Literal["encoded_text"]
    tokens: list[int]


class ModelInput(TypedDict):
    chunks: list[EncodedText]


class LossInputs(TypedDict):
    """Three lists of shape (T - 1,), by the token that is predicted."""

    target_tokens: list[int]
    logprobs: list[float]
    """Natural logarithms at sampling; 0.0 where masked."""
    advantages: list[float]
    """The episode's advantage; 0.0 where masked, which is how Tinker masks."""


class DatumFields(TypedDict):
    model_input: ModelInput
    loss_fn_inputs: LossInputs


def datum_fields(row: Row) -> DatumFields:
    """The datum of one row, as plain data: what travels to the service, but for the types of the numbers."""
    return {
        "model_input": {"chunks": [{"type": "encoded_text", "tokens": list(row.input_ids[:-1])}]},
        "loss_fn_inputs": {
            "target_tokens": list(row.input_ids[1:]),
            "logprobs": list(row.old_logprobs[1:]),
            "advantages": [row.advantage if mask else 0.0 for mask in row.loss_mask[1:]],
        },
    }


def datums(rows: Iterable[Row]) -> Iterator[Any]:
    """Yields Tinker's own `Datum`, one per row, in order; `DatumFields` where tinker is not installed."""
    if find_spec("tinker") is None:
        yield from map(datum_fields, rows)
        return
    types = import_module("tinker.types")
    for row in rows:
        fields = datum_fields(row)
        yield types.Datum(
            model_input=types.ModelInput(**fields["model_input"]),
            loss_fn_inputs=fields["loss_fn_inputs"],
        )
