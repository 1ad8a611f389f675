"""Rows as TRL's `RolloutSample`s, what `AsyncGRPOTrainer` trains on (TRL 1.9 and later)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence

import numpy as np
from trl.experimental.async_grpo.async_rollout_worker import RolloutSample

from .row import Row

Decode = Callable[[Sequence[int]], str]
Messages = list[dict[str, str]]


def rollout_samples(
    rows: Iterable[Row],
    *,
    model_version: int | Callable[[Row], int] | None = None,
    group_numbers: MutableMapping[str, int] | None = None,
    decode: Decode | None = None,
) -> Iterator[RolloutSample]:
    """Yields one sample per row, in order.

    `model_version`: the trainer's count of weight updates at which the rows were sampled. The trainer drops samples
        that are more than `max_staleness` behind its own count. Without it a row's `policy_version` is taken where that
        is a whole number, and other versions are numbered from 0 in order of appearance, as `export --format trl` does.
    `group_numbers`: TRL numbers groups from 0 where entente has names. Pass one dict for several files to go on
        counting; it is filled.
    `decode`: ids to text, for the trainer's traces. Without it `prompt` and `completion` are empty; no loss reads them.
    """
    numbers = {} if group_numbers is None else group_numbers
    versions = _policy_numbers() if model_version is None else model_version
    for row in rows:
        prompt, completion = _messages(row, decode)
        yield RolloutSample(
            prompt=prompt,
            completion=completion,
            input_ids=np.asarray(row.input_ids, dtype=np.int64),
            completion_mask=np.asarray(row.loss_mask, dtype=np.int64),
            old_log_probs=np.asarray(row.old_logprobs, dtype=np.float32),
            advantage=row.advantage,
            model_version=versions(row) if callable(versions) else versions,
            group_id=numbers.setdefault(row.group_id, len(numbers)),
            metrics=_metrics(row),
        )


def _policy_numbers() -> Callable[[Row], int]:
    known: dict[str, int] = {}

    def number(row: Row) -> int:
        version = row.policy_version
        if version is not None and re.fullmatch(r"[0-9]{1,9}", version):
            return int(version)
        return known.setdefault(row.policy_model if version is None else version, len(known))

    return number


def _messages(row: Row, decode: Decode | None) -> tuple[Messages, Messages]:
    """All before the learner's first token, and all from there on: templates and the other seat's turns included."""
    if decode is None:
        return [], []
    start = row.prompt_length
    return (
        [{"role": "user", "content": decode(row.input_ids[:start])}],
        [{"role": "assistant", "content": decode(row.input_ids[start:])}],
    )


def _metrics(row: Row) -> dict[str, float]:
    """Named as TRL names its own, so that they join the same curves."""
    return {"reward": row.reward} | {f"rewards/{name}": value for name, value in row.reward_components.items()}
