"""The commands that hand stored rows to a trainer. TRL's and Tinker's classes are the real ones. OpenRLHF and SkyRL
need a GPU to be installed: empty base classes stand in for theirs, and what is tested is our side of the interface."""

from __future__ import annotations

import argparse
import asyncio
import inspect
import json
import shlex
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import tinker
from async_grpo import without_gpu
from made import row
from tiny import as_if_sampled_by, one_group, save_tiny_model, tiny_model
from tinker.lib.public_interfaces.training_client import TrainingClient

from entente_data import Row, openrlhf_step, skyrl_step, tinker_step
from entente_data.first_step import divisor, run_pass
from entente_data.replay import read_step, stored_row, write_prompts
from entente_data.trl_step import stored_trainer


def stand_in(patch: pytest.MonkeyPatch, module: str, *names: str) -> None:
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        name = ".".join(parts[:end])
        if name not in sys.modules:
            patch.setitem(sys.modules, name, ModuleType(name))
    vars(sys.modules[module]).update(dict.fromkeys(names, object))


def columns_of(rows: Sequence[Row], folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in write_prompts(rows, folder / "p.jsonl").path.read_text().splitlines()]


def test_a_row_travels_with_its_prompt(rows: Sequence[Row], tmp_path: Path) -> None:
    assert [stored_row(columns) for columns in columns_of(rows, tmp_path)] == list(rows)


def test_prompts_tell_the_lengths(tmp_path: Path) -> None:
    longer = row(input_ids=[1, 2, 3, 4, 5], loss_mask=[0, 0, 0, 0, 1], old_logprobs=[0, 0, 0, 0, -1])
    prompts = write_prompts([row(), longer], tmp_path / "p.jsonl")
    assert (prompts.count, prompts.longest_prompt, prompts.longest_response) == (2, 4, 5)


def test_trls_trainer_takes_the_step_of_the_loss_over_all_rows(
    rows: Sequence[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_gpu(monkeypatch)
    batch = as_if_sampled_by(tiny_model(), one_group(rows), off_by=0.5)
    name = save_tiny_model(tmp_path)
    out = str(tmp_path / "out")
    on_cpu = {"dtype": "float32", "use_cpu": True, "bf16": False, "save_strategy": "no", "disable_tqdm": True}
    plain = {"optim": "sgd", "learning_rate": 1.0, "max_grad_norm": 0.0, "lr_scheduler_type": "constant"}
    same_clip = {"epsilon": 0.2, "epsilon_high": 0.2}
    trainer = stored_trainer(batch, model=name, steps=1, output_dir=out, **on_cpu, **plain, **same_clip)
    trainer.train()
    assert trainer.state.global_step == 1
    model = tiny_model().eval()
    run_pass(model, batch, divisor(batch, "dapo", None))
    trained = dict(trainer.model.named_parameters())
    for parameter_name, parameter in model.named_parameters():
        assert parameter.grad is not None
        moved = parameter - trained[parameter_name]
        assert moved.allclose(parameter.grad, rtol=1e-3, atol=1e-5), parameter_name


def test_tinker_is_asked_for_one_step(
    exported: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[str] = []

    class Client:
        def __getattr__(self, name: str) -> Any:
            def call(*given: Any, **named: Any) -> Any:
                bound = inspect.signature(getattr(TrainingClient, name)).bind(self, *given, **named)
                calls.append(name)
                if name == "forward_backward":
                    assert {type(datum) for datum in bound.arguments["data"]} == {tinker.Datum}
                    assert bound.arguments["loss_fn"] == "importance_sampling"
                result = SimpleNamespace(metrics={"loss:sum": 1.5}, path="tinker://saved")
                return SimpleNamespace(result=lambda: result)

            return call

    monkeypatch.setattr(tinker.ServiceClient, "__init__", lambda _: None)
    monkeypatch.setattr(tinker.ServiceClient, "create_lora_training_client", lambda _, base_model, rank: Client())
    tinker_step.main([str(exported / "rows.jsonl"), "--rehearsal", "--model", "Qwen/Qwen3-8B"])
    assert calls == ["forward_backward", "optim_step", "save_state"]
    assert capsys.readouterr().out.splitlines() == ["{'loss:sum': 1.5}", "tinker://saved"]


def test_openrlhfs_agent_hands_back_the_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "openrlhf.utils.agent", "AgentExecutorBase")
    (columns,) = columns_of([row()], tmp_path)
    agent = import_module("entente_data.openrlhf_agent").AgentExecutor()
    asked = {"sampling_params": None, "max_length": 9, "hf_tokenizer": None, "llm_engine": None, "images": None}
    sample = asyncio.run(agent.execute(prompt=columns["text"], label=columns["row"], **asked))
    assert sample["observation_tokens"] == [5, 6, 7, 10, 11, 8, 12, 13]
    assert sample["action_ranges"] == [(3, 5), (6, 8)]
    assert sample["rollout_log_probs"] == [0, 0, 0, -0.5, -0.25, 0, -1, -2]
    assert (sample["reward"], sample["scores"]) == (-1.5, 3.0)


def test_skyrls_generator_hands_back_the_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "ray")
    stand_in(monkeypatch, "skyrl.train.config", "SkyRLTrainConfig")
    stand_in(monkeypatch, "skyrl.train.entrypoints.main_base", "BasePPOExp")
    stand_in(monkeypatch, "skyrl.train.generators.base", "GeneratorInterface")
    stand_in(monkeypatch, "skyrl.train.utils", "validate_cfg")
    stand_in(monkeypatch, "skyrl.train.utils.utils", "initialize_ray")
    generator = import_module("entente_data.skyrl_main").StoredRows()
    extras = columns_of([row(), row(advantage=0.5)], tmp_path)
    output = asyncio.run(generator.generate({"env_extras": extras, "trajectory_ids": ["0_0", "1_0"]}))
    assert output["rewards"] == [-1.5, 0.5]
    assert output["prompt_token_ids"] == [[5, 6, 7]] * 2
    assert output["response_ids"] == [[10, 11, 8, 12, 13]] * 2
    assert output["loss_masks"] == [[1, 1, 0, 1, 1]] * 2
    assert output["rollout_logprobs"] == [[-0.5, -0.25, 0, -1, -2]] * 2
    assert output["trajectory_ids"] == ["0_0", "1_0"]


@pytest.mark.parametrize("step", [openrlhf_step, skyrl_step])
def test_the_trainers_command_can_be_shown(
    step: Any, exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = str(exported / "rows.jsonl"), tmp_path / "out"
    asked = [data, "--rehearsal", "--model", "M", "--gpus", "2", "--rows", "9", "--out", str(out), "--show"]
    assert step.main(asked) == 0
    command = shlex.split(capsys.readouterr().out)
    assert any("M" in word.split("=")[-1:] for word in command)
    assert any(str(out / "prompts.jsonl") in word for word in command)
    assert len((out / "prompts.jsonl").read_text().splitlines()) == 8


def test_openrlhfs_options_are_words_argparse_takes(exported: Path, tmp_path: Path) -> None:
    data = str(exported / "rows.jsonl")
    step = read_step("openrlhf_step", "", [data, "--rehearsal", "--model", "M", "--out", str(tmp_path)])
    parser = argparse.ArgumentParser()
    parser.add_argument("--reward.clip_range", type=float, nargs=2)
    parser.add_argument("--algo.advantage.no_std_norm", action="store_true")
    known, rest = parser.parse_known_args(openrlhf_step.options(step, step.prompts()))
    low, high = vars(known)["reward.clip_range"]
    assert all(low <= each.advantage <= high for each in step.rows)
    assert vars(known)["algo.advantage.no_std_norm"] is True
    assert rest[-2] == "--ckpt.output_dir"


def test_too_few_rows_for_the_gpus_are_refused(
    exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(exported / "rows.jsonl")
    with pytest.raises(SystemExit):
        skyrl_step.main([data, "--rehearsal", "--model", "M", "--gpus", "8", "--rows", "4", "--out", str(tmp_path)])
    assert "has 4 rows, too few for 8 GPUs" in capsys.readouterr().err
