"""GRPO's clipped loss, worked out one token at a time in plain Python. Nothing here is shared with a trainer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from entente_data import Row

EPSILON = 0.2
"""How far a ratio may leave 1, to either side, before it is clipped."""


def dapo_loss(rows: Sequence[Row], logprobs: Sequence[Sequence[float]]) -> float:
    """The sum over all trained tokens, divided by their number."""
    return _summed(rows, logprobs) / sum(row.trained_tokens for row in rows)


def dr_grpo_loss(rows: Sequence[Row], logprobs: Sequence[Sequence[float]], longest: int) -> float:
    """The sum over all trained tokens, divided by the number of rows and the longest completion allowed, in tokens."""
    return _summed(rows, logprobs) / (len(rows) * longest)


def is_clipped(row: Row, position: int, logprob: float) -> bool:
    """Whether the token at `position` is past the clip, on the side where it has no gradient."""
    ratio = math.exp(logprob - row.old_logprobs[position])
    return ratio > 1 + EPSILON if row.advantage > 0 else ratio < 1 - EPSILON


def _summed(rows: Sequence[Row], logprobs: Sequence[Sequence[float]]) -> float:
    total = 0.0
    for row, new in zip(rows, logprobs, strict=True):
        for position, carries_loss in enumerate(row.loss_mask):
            if carries_loss:
                ratio = math.exp(new[position] - row.old_logprobs[position])
                clipped = min(max(ratio, 1 - EPSILON), 1 + EPSILON)
                total -= min(ratio * row.advantage, clipped * row.advantage)
    return total
