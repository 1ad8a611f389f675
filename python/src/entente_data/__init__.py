"""entente's training rows for Python trainers.

    from entente_data import read_rows

    for row in read_rows("rows.jsonl"):
        ...

One module per destination, each needing only the package it is named after: `entente_data.trl`, `.verl`, `.tinker`,
`.datasets`. One command per trainer: `python -m entente_data.first_step` (PyTorch alone), `.trl_step`, `.verl_step`,
`.openrlhf_step`, `.skyrl_step`, `.tinker_step`.
"""

from .read import read_rows
from .row import SCHEMA, Row, RowError, Seat, TokenSource
from .weights import episode_weights

__all__ = ["SCHEMA", "Row", "RowError", "Seat", "TokenSource", "episode_weights", "read_rows"]
