"""Rows as a Hugging Face `datasets.Dataset`."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
from datasets import Dataset, Features
from datasets.table import InMemoryTable

from .arrow import arrow_schema
from .row import Row

_ROWS_PER_BATCH = 256


def features(reward_components: Iterable[str] = ("ca",)) -> Features:
    """The columns' types, for `load_dataset("json", data_files=..., features=features())` too."""
    return Features.from_arrow_schema(arrow_schema(reward_components))


def dataset(rows: Iterable[Row]) -> Dataset:
    """All rows, in order, in memory, one column per field. Raises ValueError where there are none.

    For a file larger than memory let `load_dataset` read it, with `features()`; that checks types only.
    """
    held = list(rows)
    if not held:
        raise ValueError("there are no rows to make a dataset of")
    schema = arrow_schema(dict.fromkeys(name for row in held for name in row.reward_components))
    batches = [
        pa.RecordBatch.from_pylist([row.to_record() for row in held[start : start + _ROWS_PER_BATCH]], schema=schema)
        for start in range(0, len(held), _ROWS_PER_BATCH)
    ]
    return Dataset(InMemoryTable(pa.Table.from_batches(batches)))
