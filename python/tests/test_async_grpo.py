"""TRL's AsyncGRPOTrainer takes our samples, computes the loss worked out by hand, and learns the right thing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import pytest
from async_grpo import async_trainer
from by_hand import dapo_loss
from grpo import batch_of, grpo_trainer
from tiny import as_if_sampled_by, logprobs_under, one_group, tiny_model
from transformers import Qwen3ForCausalLM

from entente_data import Row
from entente_data.trl import rollout_samples

STEPS = 20


def test_trls_two_trainers_and_the_loss_by_hand_agree(
    rows: Sequence[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny_model()
    batch = as_if_sampled_by(model, one_group(rows), off_by=0.5)
    samples = list(rollout_samples(batch, model_version=0)) * 2
    trainer = async_trainer(samples, per_step=len(batch), folder=tmp_path, patch=monkeypatch, max_steps=1)
    trainer.current_gradient_accumulation_steps = 1  # train() sets it
    inputs = next(iter(trainer.get_train_dataloader()))
    packed = trainer.compute_loss(trainer.model, inputs).item()
    assert inputs["input_ids"].numel() < sum(len(row.input_ids) for row in batch)
    padded = grpo_trainer(model, "dapo", tmp_path)
    assert packed == pytest.approx(padded.compute_loss(padded.model, batch_of(batch)).item(), abs=1e-5)
    assert packed == pytest.approx(dapo_loss(batch, [logprobs_under(model, row) for row in batch]), abs=1e-5)


def test_twenty_steps_raise_winners_against_losers(
    rows: Sequence[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tiny_model()
    batch = as_if_sampled_by(before, one_group(rows))
    samples = list(rollout_samples(batch, model_version=0)) * (STEPS + 2)
    trainer = async_trainer(
        samples,
        per_step=len(batch),
        folder=tmp_path,
        patch=monkeypatch,
        max_steps=STEPS,
        max_staleness=STEPS,
        learning_rate=1e-3,
        gradient_checkpointing=False,
    )
    trainer.train()
    assert trainer.state.global_step == STEPS
    after = tiny_model()
    after.load_state_dict(trainer.model.state_dict())
    assert _lead_of_winners(after, batch) > _lead_of_winners(before, batch) + 0.01


def _lead_of_winners(model: Qwen3ForCausalLM, rows: Sequence[Row]) -> float:
    """Mean log-probability, in nats per trained token, of rows with positive advantage less that of the negative."""
    winners = [row for row in rows if row.advantage > 0]
    losers = [row for row in rows if row.advantage < 0]
    return _mean_logprob(model, winners) - _mean_logprob(model, losers)


def _mean_logprob(model: Qwen3ForCausalLM, rows: Sequence[Row]) -> float:
    scored = [zip(logprobs_under(model, row), row.loss_mask, strict=True) for row in rows]
    return fmean(logprob for pairs in scored for logprob, mask in pairs if mask)
