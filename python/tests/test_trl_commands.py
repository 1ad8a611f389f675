"""`trl sft`, `trl dpo` and `trl kto` as docs/formats.md has them, on our files: the scripts behind the commands, in
this process, and one step."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from tiny import save_tiny_model, tiny_model, tiny_tokenizer
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM

ON_CPU = ["--use_cpu", "true", "--bf16", "false", "--dtype", "float32", "--report_to", "none", "--save_strategy", "no"]
ONE_SMALL_STEP = ["--max_steps", "1", "--per_device_train_batch_size", "2", "--max_length", "4096"]
TEMPLATE = "{% for message in messages %}{{ message['role'] }} {{ message['content'] }}\n{% endfor %}"


@pytest.mark.parametrize("method", ["sft", "dpo", "kto"])
def test_a_step_is_taken(method: str, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = save_tiny_model(tmp_path / "model")
    tokenizer = tiny_tokenizer()
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(model)
    monkeypatch.chdir(exported / method)
    assert Path("data.jsonl.manifest.json").exists()
    config = tmp_path / "data.yaml"
    config.write_text("datasets: [{ path: json, data_files: data.jsonl }]\n")
    script = import_module(f"trl.scripts.{method}")
    words = ["--config", str(config), "--model_name_or_path", model, "--output_dir", str(tmp_path / "out")]
    options = script.make_parser().parse_args_and_config(
        [*words, *ON_CPU, *ONE_SMALL_STEP, "--learning_rate", "1e-3"], fail_with_unknown_args=False
    )
    script.main(*options)
    trained = AutoModelForCausalLM.from_pretrained(tmp_path / "out")
    assert not trained.lm_head.weight.equal(tiny_model().lm_head.weight)
