"""TRL's GRPO loss on our rows: what it does not look at, and that it is the one worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from by_hand import dapo_loss, dr_grpo_loss, is_clipped
from grpo import LONGEST, batch_of, grpo_trainer
from tiny import VOCABULARY, as_if_sampled_by, logprobs_under, one_group, tiny_model

from entente_data import Row


@pytest.fixture(scope="module", params=["as exported", "off the policy"])
def batch(request: pytest.FixtureRequest, rows: Sequence[Row]) -> list[Row]:
    """One group, with the file's log-probabilities, and with such that some ratios are clipped and some are not."""
    group = one_group(rows)
    return group if request.param == "as exported" else as_if_sampled_by(tiny_model(), group, off_by=0.5)


@pytest.fixture(scope="module")
def logprobs(batch: Sequence[Row]) -> list[list[float]]:
    model = tiny_model()
    return [logprobs_under(model, row) for row in batch]


def test_dapo_loss_is_the_one_worked_out_by_hand(
    batch: Sequence[Row], logprobs: Sequence[Sequence[float]], tmp_path: Path
) -> None:
    trainer = grpo_trainer(tiny_model(), "dapo", tmp_path)
    loss = trainer.compute_loss(trainer.model, batch_of(batch)).item()
    assert abs(loss) > 1e-2
    assert loss == pytest.approx(dapo_loss(batch, logprobs), abs=1e-5)


def test_dr_grpo_loss_is_the_one_worked_out_by_hand(
    batch: Sequence[Row], logprobs: Sequence[Sequence[float]], tmp_path: Path
) -> None:
    trainer = grpo_trainer(tiny_model(), "dr_grpo", tmp_path)
    loss = trainer.compute_loss(trainer.model, batch_of(batch)).item()
    assert abs(loss) > 1e-3
    assert loss == pytest.approx(dr_grpo_loss(batch, logprobs, LONGEST), abs=1e-5)


def model_with_bare_logits() -> Any:
    """A model whose head is the identity, so that what enters the head are the logits: TRL fuses head and loss, and
    never lays the logits open."""
    model = tiny_model(hidden_size=VOCABULARY)
    torch.nn.init.eye_(model.lm_head.weight)
    return model


def predicts_a_trained_token(rows: Sequence[Row], inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """Shape (B, P + C): position p is asked for token p + 1. Worked out row by row, from the rows."""
    prompts, completions = inputs["prompt_ids"].shape[1], inputs["completion_ids"].shape[1]
    predicts = torch.zeros(len(rows), prompts + completions, dtype=torch.bool)
    for index, row in enumerate(rows):
        padding = prompts - row.prompt_length
        for position, carries_loss in enumerate(row.loss_mask):
            if carries_loss:
                predicts[index, padding + position - 1] = True
    return predicts


def test_the_gradient_of_a_masked_token_is_exactly_0(rows: Sequence[Row], tmp_path: Path) -> None:
    model = model_with_bare_logits()
    batch = as_if_sampled_by(model, one_group(rows), off_by=0.5)
    clipped = [
        is_clipped(row, position, logprob)
        for row in batch
        for position, logprob in enumerate(logprobs_under(model, row))
        if row.loss_mask[position]
    ]
    assert {True, False} == set(clipped)
    inputs = batch_of(batch)
    logits: list[torch.Tensor] = []

    def keep(_module: object, _inputs: object, output: torch.Tensor) -> None:
        output.retain_grad()
        logits.append(output)

    model.model.norm.register_forward_hook(keep)
    trainer = grpo_trainer(model, "dapo", tmp_path)
    trainer.compute_loss(trainer.model, inputs).backward()
    (kept,) = logits
    touched = (kept.grad != 0).any(-1)
    predicts = predicts_a_trained_token(batch, inputs)
    assert predicts.sum() == sum(row.trained_tokens for row in batch)
    assert not touched[~predicts].any()
    assert (~touched[predicts]).tolist() == clipped


def test_whatever_is_predicted_at_masked_positions_the_loss_is_the_same(rows: Sequence[Row], tmp_path: Path) -> None:
    model = model_with_bare_logits()
    batch = as_if_sampled_by(model, one_group(rows), off_by=0.5)
    inputs = batch_of(batch)
    spared = predicts_a_trained_token(batch, inputs)[..., None]
    trainer = grpo_trainer(model, "dapo", tmp_path)
    with torch.no_grad():
        before = trainer.compute_loss(trainer.model, inputs)

        def disturb(_module: object, _inputs: object, output: torch.Tensor) -> torch.Tensor:
            return torch.where(spared, output, 10 * torch.randn_like(output))

        model.model.norm.register_forward_hook(disturb)
        after = trainer.compute_loss(trainer.model, inputs)
    assert torch.equal(before, after)
