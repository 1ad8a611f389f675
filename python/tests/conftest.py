"""Rows for all tests, made by the real program, and the real packages, in the versions named. Nothing is ever skipped:
what is missing fails the run and says what it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement

from entente_data import Row, TokenSource, read_rows

PYTHON_FOLDER = Path(__file__).parents[1]
MAIN = PYTHON_FOLDER.parent / "dist" / "cli" / "main.js"
REHEARSED: Final[Sequence[TokenSource]] = ["rehearsal"]

# Before any test module imports them. No GPU, no network, no reporting. One thread: for models this small a second one
# gains little, and on a busy machine the two wait for each other, at thirty times the cost.
os.environ |= {
    "OMP_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRL_EXPERIMENTAL_SILENCE": "1",
}


def pytest_sessionstart() -> None:
    lines = (PYTHON_FOLDER / "requirements-test.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    missing = [str(pin) for pin in pins if (pin.marker is None or pin.marker.evaluate()) and not _installed(pin)]
    if missing:
        pytest.exit(f"FAILED: not installed: {', '.join(missing)}. python/run-tests installs them.", returncode=1)


def _installed(pin: Requirement) -> bool:
    try:
        return pin.specifier.contains(version(pin.name), prereleases=True)
    except PackageNotFoundError:
        return False


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `rows.jsonl`, `rows.jsonl.gz` and `rows.parquet` of one rehearsed run, 3 groups of 4 episodes, and
    its texts in a folder each: `sft/data.jsonl`, `dpo/data.jsonl`, `kto/data.jsonl`."""
    folder = tmp_path_factory.mktemp("export")
    database = ["--db", str(folder / "entente.db")]
    _entente("run", *database, "--groups", "3", "--group-size", "4", "--name", "py")
    for ending in ("jsonl", "jsonl.gz", "parquet"):
        _entente("export", "py", *database, "--out", str(folder / f"rows.{ending}"))
    for texts in ("sft", "dpo", "kto"):
        (folder / texts).mkdir()
        _entente("export", "py", *database, "--format", texts, "--out", str(folder / texts / "data.jsonl"))
    return folder


def _entente(*arguments: str) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.fail("node is not on the PATH: the rows of these tests are made by the real program")
    if not MAIN.exists():
        pytest.fail(f"{MAIN} is missing: npm run build makes it, and with it the rows of these tests")
    done = subprocess.run([node, str(MAIN), *arguments], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        pytest.fail(f"entente {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")


@pytest.fixture(scope="session")
def rows(exported: Path) -> Sequence[Row]:
    """Rows of 12 episodes, byte-level tokens of a vocabulary of 260. Some episodes have several rows."""
    held = tuple(read_rows(exported / "rows.jsonl", allow=REHEARSED))
    assert len({row.episode_id for row in held}) == 12
    assert any(row.rows_in_episode > 1 for row in held)
    return held
