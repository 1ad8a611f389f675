"""verl's agent loop that generates nothing: it hands back the row that came with the prompt (see `replay`)."""

from __future__ import annotations

from typing import Any

from verl.experimental.agent_loop import AgentLoopBase, AgentLoopOutput

from .replay import stored_row
from .verl import agent_loop_fields


class StoredRows(AgentLoopBase):  # type: ignore[misc]
    """`reward_score` is the row's advantage; its reward is in `extra_fields["reward_extra_info"]`."""

    async def run(self, sampling_params: dict[str, Any], **columns: Any) -> AgentLoopOutput:
        row = stored_row(columns)
        fields = agent_loop_fields(row)
        fields["reward_score"] = row.advantage
        fields["extra_fields"]["reward_extra_info"] = {"reward": row.reward}
        return AgentLoopOutput(**fields)
