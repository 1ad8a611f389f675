"""Reads a file of rows, one at a time: a file larger than memory is no harder than a small one."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from .row import Row, RowError, TokenSource

FIT_FOR_TRAINING: Final[tuple[TokenSource, ...]] = ("server",)


def read_rows(path: str | os.PathLike[str], *, allow: Collection[TokenSource] = FIT_FOR_TRAINING) -> Iterator[Row]:
    """Yields the rows of a `.jsonl`, `.jsonl.gz` or `.parquet` file (the last needs pyarrow), in the file's order.

    Fails closed: the first row that is not sound, or whose tokens come from elsewhere than `allow` says, raises a
    `RowError` that names the file and the row. Name "rehearsal" only to try a pipeline out, never to train.
    """
    for number, record in enumerate(_records(Path(path)), start=1):
        try:
            row = Row.from_record(record)
        except RowError as error:
            raise RowError(f"{path}, row {number}: {error}") from error
        if row.token_source not in allow:
            raise RowError(
                f"{path}, row {number}: its tokens are {row.token_source!r}, not fit for training; "
                f"read_rows(..., allow=[{row.token_source!r}]) takes them all the same"
            )
        yield row


def _records(path: Path) -> Iterator[Mapping[str, Any]]:
    if path.name.endswith(".jsonl"):
        return _json_lines(path, compressed=False)
    if path.name.endswith(".jsonl.gz"):
        return _json_lines(path, compressed=True)
    if path.name.endswith(".parquet"):
        return _parquet(path)
    raise ValueError(f"{path}: rows are read from .jsonl, .jsonl.gz and .parquet; unpack other files first")


def _json_lines(path: Path, *, compressed: bool) -> Iterator[Mapping[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if compressed else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                raise RowError(f"{path}, row {number}: not JSON: {error}") from error
            if not isinstance(record, dict):
                raise RowError(f"{path}, row {number}: not a JSON object")
            yield record


def _parquet(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise ImportError(f"{path}: reading Parquet needs pyarrow: pip install 'entente-data[datasets]'") from error
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=256):
            yield from map(_with_components, batch.to_pylist())


def _with_components(record: dict[str, Any]) -> dict[str, Any]:
    """The exporter's Parquet has them as a JSON string, for their names differ from run to run."""
    components = record.get("reward_components")
    return record | {"reward_components": json.loads(components)} if isinstance(components, str) else record
