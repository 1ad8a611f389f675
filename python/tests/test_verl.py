"""Rows as verl takes them, held against verl's own class."""

from __future__ import annotations

import ast
import asyncio
import json
import shlex
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Optional

import pydantic
import pytest
import torch
import yaml
from made import row

from entente_data import Row
from entente_data.replay import write_prompts
from entente_data.verl import AgentLoopFields, agent_loop_fields, agent_loop_outputs
from entente_data.verl_step import main


@pytest.fixture
def verl(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`verl.experimental.agent_loop` with the real `AgentLoopOutput`, an empty `AgentLoopBase`, and nothing else.

    The class statements are those of the installed verl, run by themselves: importing the module around them takes ray
    and thirty packages more, none of which the class uses.
    """
    spec = find_spec("verl")
    assert spec is not None and spec.origin is not None
    source = Path(spec.origin).parent / "experimental" / "agent_loop" / "agent_loop.py"
    wanted = {"AgentLoopMetrics", "AgentLoopOutput"}
    tree = ast.parse(source.read_text())
    tree.body = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name in wanted]
    assert len(tree.body) == 2
    module = ModuleType("verl.experimental.agent_loop")
    vars(module).update(BaseModel=pydantic.BaseModel, Any=Any, Optional=Optional, torch=torch, AgentLoopBase=object)
    exec(compile(tree, str(source), "exec"), vars(module))
    for name in ("verl", "verl.experimental"):
        parent = ModuleType(name)
        parent.__spec__, parent.__path__ = spec, []
        monkeypatch.setitem(sys.modules, name, parent)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def test_prompt_and_response_part_at_the_first_token_with_loss() -> None:
    fields = agent_loop_fields(row())
    assert fields == {
        "prompt_ids": [5, 6, 7],
        "response_ids": [10, 11, 8, 12, 13],
        "response_mask": [1, 1, 0, 1, 1],
        "response_logprobs": [-0.5, -0.25, 0.0, -1.0, -2.0],
        "reward_score": 3.0,
        "num_turns": 4,
        "metrics": {},
        "extra_fields": {
            "advantage": -1.5,
            "group_id": "run-g1",
            "episode_id": "run-1",
            "row_index": 0,
            "rows_in_episode": 1,
            "policy_version": None,
        },
    }


def test_every_field_is_one_of_verls(verl: ModuleType) -> None:
    assert set(AgentLoopFields.__annotations__) <= set(verl.AgentLoopOutput.model_fields)
    required = {name for name, field in verl.AgentLoopOutput.model_fields.items() if field.is_required()}
    assert required <= set(AgentLoopFields.__annotations__)


def test_where_verl_is_installed_its_own_objects_come(verl: ModuleType, rows: Sequence[Row]) -> None:
    outputs = list(agent_loop_outputs(rows))
    assert {type(output) for output in outputs} == {verl.AgentLoopOutput}
    for output, each in zip(outputs, rows, strict=True):
        assert (*output.prompt_ids, *output.response_ids) == each.input_ids
        tensors = output.as_dict()
        assert tensors["response_mask"].sum() == each.trained_tokens
        assert tensors["rollout_log_probs"].tolist() == list(each.old_logprobs[each.prompt_length :])
        assert tensors["rm_scores"].sum() == tensors["rm_scores"][-1] == each.reward


def test_where_verl_is_not_installed_plain_fields_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "verl", None)
    assert list(agent_loop_outputs([row()])) == [agent_loop_fields(row())]


def test_the_agent_loop_hands_back_the_row_of_the_prompt(verl: ModuleType, tmp_path: Path) -> None:
    loop = import_module("entente_data.verl_loop").StoredRows()
    write_prompts([row(), row(reward=5, advantage=0.5)], tmp_path / "prompts.jsonl")
    columns = json.loads((tmp_path / "prompts.jsonl").read_text().splitlines()[1])
    output = asyncio.run(loop.run({}, **columns))
    assert type(output) is verl.AgentLoopOutput
    assert (*output.prompt_ids, *output.response_ids) == row().input_ids
    assert output.as_dict()["rm_scores"].tolist() == [0, 0, 0, 0, 0.5]
    assert output.extra_fields["reward_extra_info"] == {"reward": 5.0}


def test_every_override_is_a_key_of_verls_configuration(
    exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = [str(exported / "rows.jsonl"), "--rehearsal", "--model", "M", "--gpus", "2", "--rows", "9"]
    code = main([*asked, "--out", str(out), "--show", "a.b=c"])
    command = shlex.split(capsys.readouterr().out)
    assert (code, command[1:3], command[-1]) == (0, ["-m", "verl.trainer.main_ppo"], "a.b=c")
    spec = find_spec("verl")
    assert spec is not None and spec.origin is not None
    known = yaml.safe_load((Path(spec.origin).parent / "trainer/config/_generated_ppo_trainer.yaml").read_text())
    settings = dict(setting.split("=", 1) for setting in command[3:-1])
    assert [key for key in settings if not _has(known, key.split("."))] == []
    assert settings["data.train_batch_size"] == "8"
    assert len(Path(settings["data.train_files"]).read_text().splitlines()) == 8
    (loop,) = yaml.safe_load(Path(settings["actor_rollout_ref.rollout.agent.agent_loop_config_path"]).read_text())
    assert loop["name"] == settings["actor_rollout_ref.rollout.agent.default_agent_loop"]
    module, name = loop["_target_"].rsplit(".", 1)
    module_spec = find_spec(module)
    assert module_spec is not None and module_spec.origin is not None
    assert f"class {name}(AgentLoopBase)" in Path(module_spec.origin).read_text()


def _has(tree: Any, path: Sequence[str]) -> bool:
    return not path or (isinstance(tree, dict) and path[0] in tree and _has(tree[path[0]], path[1:]))
