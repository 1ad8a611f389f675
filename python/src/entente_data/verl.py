"""Rows as verl's `AgentLoopOutput`s: what an agent loop hands back for one prompt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from typing import Any, TypedDict

from .row import Row


class AgentLoopFields(TypedDict):
    """The fields of `AgentLoopOutput`: a prompt of P tokens and a response of R."""

    prompt_ids: list[int]
    """Shape (P,). Everything before the learner's first token."""
    response_ids: list[int]
    """Shape (R,). All from there on, the other seat's turns included."""
    response_mask: list[int]
    """Shape (R,). 1 where the learner sampled the token."""
    response_logprobs: list[float]
    """Shape (R,). Natural logarithms; 0.0 where masked."""
    reward_score: float
    """The episode's reward, the same on all its rows."""
    num_turns: int
    """Chat turns of this row, the prompt as one: 2 for a prompt with its reply, 4 where a turn and a reply follow."""
    metrics: dict[str, float]
    """verl's own timings; there are none."""
    extra_fields: dict[str, Any]
    """Where the row comes from, and its `advantage`."""


def agent_loop_fields(row: Row) -> AgentLoopFields:
    """verl computes advantages anew from `reward_score`, row by row. Where episodes have several rows, take
    `extra_fields["advantage"]` instead, or an episode with more rows weighs more in the mean of its group.
    """
    start = row.prompt_length
    return {
        "prompt_ids": list(row.input_ids[:start]),
        "response_ids": list(row.input_ids[start:]),
        "response_mask": list(row.loss_mask[start:]),
        "response_logprobs": list(row.old_logprobs[start:]),
        "reward_score": row.reward,
        "num_turns": sum(1 for _ in groupby(row.loss_mask)),
        "metrics": {},
        "extra_fields": {
            "advantage": row.advantage,
            "group_id": row.group_id,
            "episode_id": row.episode_id,
            "row_index": row.row_index,
            "rows_in_episode": row.rows_in_episode,
            "policy_version": row.policy_version,
        },
    }


def agent_loop_outputs(rows: Iterable[Row]) -> Iterator[Any]:
    """Yields verl's own `AgentLoopOutput`, one per row, in order; `AgentLoopFields` where verl is not installed."""
    if find_spec("verl") is None:
        yield from map(agent_loop_fields, rows)
        return
    output = import_module("verl.experimental.agent_loop").AgentLoopOutput
    for row in rows:
        yield output(**agent_loop_fields(row))
