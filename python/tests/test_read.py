"""Every file the exporter writes reads back as the same rows; a file with one bad row is refused there."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from made import record

from entente_data import Row, RowError, read_rows


@pytest.mark.parametrize("ending", ["jsonl.gz", "parquet"])
def test_every_ending_holds_the_same_rows(exported: Path, rows: Sequence[Row], ending: str) -> None:
    assert tuple(read_rows(exported / f"rows.{ending}", allow=["rehearsal"])) == rows


def test_rows_hold_what_the_file_holds(exported: Path, rows: Sequence[Row]) -> None:
    lines = (exported / "rows.jsonl").read_text().splitlines()
    assert [row.to_record() for row in rows] == [json.loads(line) for line in lines]


def test_one_row_is_read_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(record()) + "\nnot JSON\n")
    reader = read_rows(path)
    assert next(reader).episode_id == "run-1"
    with pytest.raises(RowError, match=r"rows\.jsonl, row 2: not JSON"):
        next(reader)


def test_a_bad_row_is_named_by_file_and_number(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    with gzip.open(path, "wt") as file:
        file.write(json.dumps(record()) + "\n" + json.dumps(record(episode_id="run-2", loss_mask=[0] * 8)) + "\n")
    with pytest.raises(RowError, match=r"rows\.jsonl\.gz, row 2: episode run-2, row 0: "):
        list(read_rows(path))


@pytest.mark.parametrize("source", ["retokenized", "rehearsal"])
def test_tokens_that_no_server_sent_are_refused_unless_named(tmp_path: Path, source: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(record(token_source=source)) + "\n")
    with pytest.raises(RowError, match=f"its tokens are '{source}', not fit for training"):
        list(read_rows(path))
    assert len(list(read_rows(path, allow=["server", "retokenized", "rehearsal"]))) == 1


def test_the_rehearsed_export_is_refused(exported: Path) -> None:
    with pytest.raises(RowError, match="'rehearsal', not fit for training"):
        next(read_rows(exported / "rows.jsonl"))


def test_an_array_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("[]\n")
    with pytest.raises(RowError, match="row 1: not a JSON object"):
        list(read_rows(path))


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"rows\.csv: rows are read from \.jsonl"):
        next(read_rows(tmp_path / "rows.csv"))


def test_parquet_without_pyarrow_says_what_to_install(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ImportError, match=r"pip install 'entente-data\[datasets\]'"):
        next(read_rows(exported / "rows.parquet"))
