"""Rows as TRL's own RolloutSample."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from made import row
from trl.experimental.async_grpo.async_rollout_worker import RolloutSample

from entente_data import Row
from entente_data.trl import rollout_samples


def test_the_installed_class_is_the_one_we_fill() -> None:
    fields = {field.name: field.default for field in dataclasses.fields(RolloutSample)}
    # When TRL's own worker queued the sample, for a metric; optional.
    assert fields.pop("enqueued_at") is None
    assert set(fields) == {
        "prompt",
        "completion",
        "input_ids",
        "completion_mask",
        "old_log_probs",
        "advantage",
        "model_version",
        "group_id",
        "metrics",
    }


def test_a_row_becomes_a_sample_with_trls_types() -> None:
    (sample,) = rollout_samples([row()], model_version=7)
    assert isinstance(sample, RolloutSample)
    arrays = (sample.input_ids, sample.completion_mask, sample.old_log_probs)
    assert [array.dtype for array in arrays] == [np.int64, np.int64, np.float32]
    assert sample.input_ids.tolist() == [5, 6, 7, 10, 11, 8, 12, 13]
    assert sample.completion_mask.tolist() == [0, 0, 0, 1, 1, 0, 1, 1]
    assert sample.old_log_probs.tolist() == [0.0, 0.0, 0.0, -0.5, -0.25, 0.0, -1.0, -2.0]
    assert (sample.advantage, sample.model_version, sample.group_id) == (-1.5, 7, 0)
    assert sample.metrics == {"reward": 3.0, "rewards/ca": 3.0}
    assert (sample.prompt, sample.completion, sample.enqueued_at) == ([], [], None)


def test_every_row_becomes_a_sample_in_order(rows: Sequence[Row]) -> None:
    samples = list(rollout_samples(rows, model_version=0))
    assert [tuple(sample.input_ids.tolist()) for sample in samples] == [each.input_ids for each in rows]
    assert [tuple(sample.old_log_probs.tolist()) for sample in samples] == [each.old_logprobs for each in rows]
    assert [sample.advantage for sample in samples] == [each.advantage for each in rows]


def test_groups_are_numbered_from_0_and_on_over_files() -> None:
    numbers: dict[str, int] = {}
    first = rollout_samples([row(), row(group_id="g2"), row()], model_version=0, group_numbers=numbers)
    assert [sample.group_id for sample in first] == [0, 1, 0]
    second = rollout_samples([row(group_id="g3"), row(group_id="g2")], model_version=0, group_numbers=numbers)
    assert [sample.group_id for sample in second] == [2, 1]


def test_the_version_may_come_from_the_row() -> None:
    versions = rollout_samples([row(policy_version="12")], model_version=lambda each: int(each.policy_version or 0))
    assert [sample.model_version for sample in versions] == [12]


def test_without_a_version_the_rows_own_is_taken_as_the_exporter_takes_it() -> None:
    named = [row(policy_version=version) for version in ("12", "step-3", "0x1", "step-3")]
    unnamed = [row(policy_version=None, policy_model=model) for model in ("x", "step-3")]
    versions = [sample.model_version for sample in rollout_samples([*named, *unnamed])]
    assert versions == [12, 0, 1, 0, 2, 0]


def test_a_decoder_gives_the_traces_their_text() -> None:
    (sample,) = rollout_samples([row()], model_version=0, decode=lambda ids: " ".join(map(str, ids)))
    assert sample.prompt == [{"role": "user", "content": "5 6 7"}]
    assert sample.completion == [{"role": "assistant", "content": "10 11 8 12 13"}]
