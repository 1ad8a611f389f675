"""pyarrow and datasets load the exporter's files, and our rows, with the right types."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet
import pytest
from datasets import Dataset, Value, load_dataset
from made import row

from entente_data import Row, read_rows
from entente_data.arrow import arrow_schema
from entente_data.datasets import dataset, features


@pytest.fixture
def records(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [each.to_record() for each in rows]


def test_pyarrow_loads_jsonl(exported: Path, records: list[dict[str, Any]]) -> None:
    options = pyarrow.json.ParseOptions(explicit_schema=arrow_schema())
    table = pyarrow.json.read_json(exported / "rows.jsonl", parse_options=options)
    assert table.schema == arrow_schema()
    assert table.to_pylist() == records


def test_pyarrow_loads_parquet(exported: Path, records: list[dict[str, Any]]) -> None:
    table = pyarrow.parquet.read_table(exported / "rows.parquet")
    assert _types(table.schema) == _types(arrow_schema()) | {"reward_components": "string"}
    assert table.to_pylist() == [_with_json_components(record) for record in records]


def test_datasets_loads_jsonl(exported: Path, tmp_path: Path, records: list[dict[str, Any]]) -> None:
    loaded = _load("json", exported / "rows.jsonl", tmp_path, features=features())
    assert loaded.features == features()
    assert loaded.to_list() == records


def test_datasets_loads_gzipped_jsonl(exported: Path, tmp_path: Path, records: list[dict[str, Any]]) -> None:
    assert _load("json", exported / "rows.jsonl.gz", tmp_path, features=features()).to_list() == records


def test_datasets_loads_parquet(exported: Path, tmp_path: Path, records: list[dict[str, Any]]) -> None:
    loaded = _load("parquet", exported / "rows.parquet", tmp_path)
    assert loaded.features == features() | {"reward_components": Value("string")}
    assert loaded.to_list() == [_with_json_components(record) for record in records]


def test_left_to_guess_datasets_takes_whole_rewards_for_integers(tmp_path: Path) -> None:
    """Why `features()` is there."""
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row().to_record() | {"reward": 3}) + "\n")
    guessed = _load("json", path, tmp_path).features
    assert (guessed["reward"], guessed["policy_version"]) == (Value("int64"), Value("null"))


def test_rows_become_a_dataset(rows: Sequence[Row], records: list[dict[str, Any]]) -> None:
    made = dataset(iter(rows))
    assert made.features == features()
    assert made.to_list() == records


def test_a_component_that_only_some_rows_have_is_kept() -> None:
    made = dataset([row(), row(episode_id="run-2", reward_components={"ca": 3, "rounds": 2})])
    assert made["reward_components"][:] == [{"ca": 3.0, "rounds": None}, {"ca": 3.0, "rounds": 2.0}]


def test_a_dataset_written_as_parquet_reads_back(tmp_path: Path) -> None:
    mixed = [row(), row(episode_id="run-2", reward_components={"ca": 3, "rounds": 2})]
    dataset(mixed).to_parquet(tmp_path / "rows.parquet")
    assert list(read_rows(tmp_path / "rows.parquet")) == mixed


def test_a_large_dataset_is_made_of_batches() -> None:
    assert dataset(row(sample_index=index) for index in range(1000))["sample_index"][:] == list(range(1000))


def test_no_rows_make_no_dataset() -> None:
    with pytest.raises(ValueError, match="no rows"):
        dataset([])


def _types(schema: pa.Schema) -> dict[str, str]:
    """Columns by their types, whatever a list's element is called and whether it may be null."""
    return {
        field.name: f"[{field.type.value_type}]" if pa.types.is_list(field.type) else str(field.type)
        for field in schema
    }


def _with_json_components(record: dict[str, Any]) -> dict[str, Any]:
    whole = {name: int(value) for name, value in record["reward_components"].items()}
    return record | {"reward_components": json.dumps(whole, separators=(",", ":"))}


def _load(kind: str, path: Path, cache: Path, **options: Any) -> Dataset:
    return load_dataset(kind, data_files=str(path), split="train", cache_dir=str(cache), **options)
