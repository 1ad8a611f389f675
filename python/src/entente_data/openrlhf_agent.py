"""OpenRLHF's agent that generates nothing: it hands back the row that came with the prompt (see `replay`).

OpenRLHF loads this file by its path (`--train.agent_func_path`), so that it imports the package by name.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from openrlhf.utils.agent import AgentExecutorBase

from entente_data.replay import stored_row
from entente_data.row import Row


def action_ranges(row: Row) -> list[tuple[int, int]]:
    """Stretches of trained tokens, [start, end)."""
    trained = [position for position, mask in enumerate(row.loss_mask) if mask]
    stretches = [[pair[1] for pair in same] for _, same in groupby(enumerate(trained), lambda pair: pair[1] - pair[0])]
    return [(stretch[0], stretch[-1] + 1) for stretch in stretches]


class AgentExecutor(AgentExecutorBase):  # type: ignore[misc]
    """`label` is the row. `reward` is its advantage, and `scores` its reward."""

    async def execute(self, prompt: str, label: str, *_: Any, images: Any = None, **__: Any) -> dict[str, Any]:
        row = stored_row({"row": label})
        return {
            "prompt": prompt,
            "label": label,
            "images": images,
            "mm_train_inputs": None,
            "reward": row.advantage,
            "scores": row.reward,
            "observation_tokens": list(row.input_ids),
            "action_ranges": action_ranges(row),
            "rollout_log_probs": list(row.old_logprobs),
            "truncated": False,
            "extra_logs": {},
        }
