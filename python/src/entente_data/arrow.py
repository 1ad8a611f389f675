"""The types of a row in Arrow. The exporter's Parquet has the same, save `reward_components`, there a JSON string."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa


def arrow_schema(reward_components: Iterable[str] = ("ca",)) -> pa.Schema:
    """The columns in the file's order; `reward_components` names the parts of the reward.

    Give it to whatever reads JSONL. Readers left to guess take a file whose rewards are all whole for a file of
    integers, and an unnamed policy version for a column without a type.
    """
    text, integer, number = pa.string(), pa.int32(), pa.float64()
    columns = {
        "schema": text,
        "run_id": text,
        "group_id": text,
        "episode_id": text,
        "sample_index": integer,
        "row_index": integer,
        "rows_in_episode": integer,
        "dilemma_id": text,
        "pair_id": text,
        "seat": text,
        "input_ids": pa.list_(integer),
        "loss_mask": pa.list_(integer),
        # 32 bits lose nothing: that is how entente keeps what the server sent.
        "old_logprobs": pa.list_(pa.float32()),
        "reward": number,
        "reward_components": pa.struct([pa.field(name, number) for name in reward_components]),
        "advantage": number,
        "advantage_kind": text,
        "advantage_version": integer,
        "token_source": text,
        "policy_model": text,
        "policy_version": text,
    }
    return pa.schema([pa.field(name, kind) for name, kind in columns.items()])
