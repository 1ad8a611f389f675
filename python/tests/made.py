"""A small sound row to spoil."""

from __future__ import annotations

from typing import Any

from entente_data import Row


def record(**changes: Any) -> dict[str, Any]:
    """As a line of a file: two turns of two tokens each, after prompts of three tokens and of one."""
    return {
        "schema": "entente.rows/1",
        "run_id": "run",
        "group_id": "run-g1",
        "episode_id": "run-1",
        "sample_index": 0,
        "row_index": 0,
        "rows_in_episode": 1,
        "dilemma_id": "dilemma",
        "pair_id": "pair",
        "seat": "A",
        "input_ids": [5, 6, 7, 10, 11, 8, 12, 13],
        "loss_mask": [0, 0, 0, 1, 1, 0, 1, 1],
        "old_logprobs": [0, 0, 0, -0.5, -0.25, 0, -1, -2],
        "reward": 3,
        "reward_components": {"ca": 3},
        "advantage": -1.5,
        "advantage_kind": "grpo",
        "advantage_version": 1,
        "token_source": "server",
        "policy_model": "model",
        "policy_version": None,
    } | changes


def row(**changes: Any) -> Row:
    return Row.from_record(record(**changes))
