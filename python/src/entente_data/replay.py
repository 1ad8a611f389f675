"""Stored rows for trainers that know prompts only: one prompt per row, and the row travels with it.

The trainer asks for one sample per prompt and is given the stored tokens back in place of a generation. For reward it
gets the row's `advantage`: a group of one has no baseline, so that the advantage of the file is the one trained with,
however many rows an episode has. Rows are off-policy as soon as the policy has changed since it sampled them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from .read import FIT_FOR_TRAINING, read_rows
from .row import Row, TokenSource


@dataclass(frozen=True, slots=True)
class Prompts:
    """A written file of prompts, and what a trainer has to be told of it. Lengths in tokens."""

    path: Path
    count: int
    longest_prompt: int
    longest_response: int


def write_prompts(rows: Sequence[Row], path: Path) -> Prompts:
    """One line per row, in order. `prompt` and `text` name the row; `row` is the row itself, as a JSON string."""
    with path.open("w", encoding="utf-8") as file:
        for index, row in enumerate(rows):
            file.write(json.dumps(_prompt(index, row)) + "\n")
    return Prompts(
        path=path.resolve(),
        count=len(rows),
        longest_prompt=max(row.prompt_length for row in rows),
        longest_response=max(len(row.input_ids) - row.prompt_length for row in rows),
    )


def _prompt(index: int, row: Row) -> dict[str, Any]:
    text = f"stored row {index}"
    return {
        "prompt": [{"role": "user", "content": text}],
        "text": text,
        "row": json.dumps(row.to_record()),
        "data_source": "entente",
        "extra_info": {"index": index},
    }


def stored_row(columns: Mapping[str, Any]) -> Row:
    """The row that travels with a prompt. Checked again, for it has been through the trainer's hands."""
    return Row.from_record(json.loads(columns["row"]))


@dataclass(frozen=True, slots=True)
class Step:
    """What all commands ask for: sound rows, as many as make one step, and a model."""

    rows: Sequence[Row]
    model: str
    gpus: int
    out: Path
    """The folder for what the trainer writes; there from here on."""
    only_show: bool
    further: Sequence[str]
    """Arguments for the trainer, last, so that they win."""

    def prompts(self) -> Prompts:
        return write_prompts(self.rows, self.out / "prompts.jsonl")


def read_step(command: str, what: str, arguments: Sequence[str] | None) -> Step:
    """Reads the command line, and then the rows. Where there are not enough of them it ends with what to do."""
    parser = argparse.ArgumentParser(prog=f"python -m entente_data.{command}", description=what)
    add_rows(parser)
    parser.add_argument("--gpus", type=int, default=1, help="on this machine; rows are a multiple of it (default 1)")
    parser.add_argument("--out", type=Path, default=Path("first-step"), help="folder to write to (default first-step)")
    parser.add_argument("--show", action="store_true", help="show the trainer's command instead of running it")
    options, further = parser.parse_known_args(arguments)
    rows = take_rows(parser, options)
    kept = len(rows) - len(rows) % options.gpus
    if kept == 0:
        parser.error(f"{options.data} has {len(rows)} rows, too few for {options.gpus} GPUs")
    options.out.mkdir(parents=True, exist_ok=True)
    return Step(
        rows=rows[:kept],
        model=options.model,
        gpus=options.gpus,
        out=options.out,
        only_show=options.show,
        further=further,
    )


def add_rows(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", help="rows of `entente export RUN --out data.jsonl`")
    parser.add_argument("--model", required=True, help="the policy that sampled the rows: a folder or a name")
    parser.add_argument("--rows", type=int, default=64, help="how many rows, from the first, make a step (default 64)")
    parser.add_argument("--rehearsal", action="store_true", help="take rehearsed tokens too, to try the pipeline out")


def take_rows(parser: argparse.ArgumentParser, options: argparse.Namespace) -> list[Row]:
    allowed: tuple[TokenSource, ...] = (*FIT_FOR_TRAINING, "rehearsal") if options.rehearsal else FIT_FOR_TRAINING
    if options.rows < 1:
        parser.error("--rows is at least 1")
    try:
        rows = list(islice(read_rows(options.data, allow=allowed), options.rows))
    except (OSError, ValueError) as error:
        parser.error(str(error))
    if not any(row.advantage for row in rows):
        parser.error(f"{options.data}: no row of the first {options.rows} has an advantage other than 0 to learn from")
    return rows
