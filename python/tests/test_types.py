"""The package keeps its types, by the strictest rules there are."""

from __future__ import annotations

import subprocess
import sys

from conftest import PYTHON_FOLDER


def test_mypy_finds_nothing() -> None:
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=PYTHON_FOLDER, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
