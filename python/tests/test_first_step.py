"""The step in plain PyTorch: its loss is the one worked out by hand, and its steps teach the right thing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from by_hand import dapo_loss, dr_grpo_loss, is_clipped
from made import record
from tiny import as_if_sampled_by, logprobs_under, one_group, save_tiny_model, tiny_model
from transformers import AutoModelForCausalLM

from entente_data import Row
from entente_data.first_step import HEADING, divisor, main, run_pass


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_the_loss_is_the_one_worked_out_by_hand(rows: Sequence[Row], temperature: float) -> None:
    model = tiny_model().eval()
    batch = as_if_sampled_by(model, one_group(rows), off_by=0.5)
    with torch.no_grad():
        hot = tiny_model().eval()
        hot.lm_head.weight /= temperature
    logprobs = [logprobs_under(hot, row) for row in batch]
    dapo = run_pass(model, batch, divisor(batch, "dapo", None), temperature=temperature, learn=False)
    assert dapo.loss == pytest.approx(dapo_loss(batch, logprobs), abs=1e-5)
    dr_grpo = run_pass(model, batch, divisor(batch, "dr-grpo", 4096), temperature=temperature, learn=False)
    assert dr_grpo.loss == pytest.approx(dr_grpo_loss(batch, logprobs, 4096), abs=1e-5)
    assert len(dapo.ratios) == sum(row.trained_tokens for row in batch)


def test_a_token_past_the_clip_has_no_gradient(rows: Sequence[Row]) -> None:
    model = tiny_model().eval()
    first = next(row for row in rows if row.advantage > 0)
    (batch,) = as_if_sampled_by(model, [first])
    far = [logprob - 1.0 if mask else 0.0 for logprob, mask in zip(batch.old_logprobs, batch.loss_mask, strict=True)]
    past = Row.from_record(batch.to_record() | {"old_logprobs": far})
    assert is_clipped(past, past.prompt_length, batch.old_logprobs[past.prompt_length])
    run_pass(model, [past], 1)
    assert all(parameter.grad is None or not parameter.grad.any() for parameter in model.parameters())
    run_pass(model, [batch], 1)
    assert any(parameter.grad is not None and parameter.grad.any() for parameter in model.parameters())


@pytest.mark.parametrize("loss", ["dapo", "dr-grpo"])
def test_steps_raise_winners_against_losers(
    loss: str, rows: Sequence[Row], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = save_tiny_model(tmp_path / "model")
    data = tmp_path / "data.jsonl"
    _write(data, as_if_sampled_by(tiny_model().eval(), one_group(rows)))
    arguments = [str(data), "--rehearsal", "--model", name, "--loss", loss, "--steps", "4", "--lr", "1e-3"]
    main([*arguments, "--save", str(tmp_path / "saved")])
    printed = capsys.readouterr().out.splitlines()
    assert printed[1] == HEADING
    lines = [line.split() for line in printed[2:]]
    assert [line[0] for line in lines] == ["0", "1", "2", "3", "after"]
    (_, _, rising, falling, ratio, clipped), after = map(float, lines[0]), [float(cell) for cell in lines[-1][1:]]
    assert ratio == pytest.approx(1.0, abs=1e-4)
    assert clipped == 0
    assert after[1] - after[2] > rising - falling
    saved = AutoModelForCausalLM.from_pretrained(tmp_path / "saved")
    assert not torch.equal(saved.lm_head.weight, tiny_model().lm_head.weight)


def test_rehearsed_tokens_have_to_be_asked_for(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(exported / "rows.jsonl"), "--model", "none"])
    assert ended.value.code == 2
    assert "not fit for training" in capsys.readouterr().err


def test_rows_without_advantage_teach_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(tmp_path / "data.jsonl", [Row.from_record(record(advantage=0))])
    with pytest.raises(SystemExit):
        main([str(tmp_path / "data.jsonl"), "--model", "none"])
    assert "no row of the first 64 has an advantage other than 0" in capsys.readouterr().err


def _write(path: Path, rows: Sequence[Row]) -> None:
    path.write_text("".join(json.dumps(row.to_record()) + "\n" for row in rows))
