"""OpenRLHF's PPO trainer on stored rows.

    python -m entente_data.openrlhf_step data.jsonl --model MODEL [--gpus N] [--key value ...]

`reinforce` without `std_norm` still takes the batch's mean over tokens from all advantages. The correction weighs each
token by the policy's probability over the stored one, kept within OpenRLHF's thresholds.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from shlex import join

from .replay import Prompts, Step, read_step

AGENT = Path(__file__).with_name("openrlhf_agent.py")


def options(step: Step, prompts: Prompts) -> list[str]:
    """Options of `openrlhf.cli.train_ppo_ray`. An empty value marks a switch. Nothing is clipped off an advantage."""
    largest = ceil(max(abs(row.advantage) for row in step.rows))
    settings: dict[str, object] = {
        "--actor.model_name_or_path": step.model,
        "--train.agent_func_path": AGENT,
        "--data.prompt_dataset": prompts.path,
        "--data.input_key": "text",
        "--data.label_key": "row",
        "--data.max_len": max(len(row.input_ids) for row in step.rows),
        "--data.max_samples": prompts.count,
        "--rollout.batch_size": prompts.count,
        "--rollout.n_samples_per_prompt": 1,
        "--train.batch_size": prompts.count,
        "--train.micro_batch_size": 1,
        "--train.max_epochs": 1,
        "--train.num_episodes": 1,
        "--algo.advantage.estimator": "reinforce",
        "--algo.advantage.no_std_norm": "",
        "--algo.advantage.is_correction_enable": "",
        "--algo.kl.init_coef": 0,
        "--reward.clip_range": f"{-largest} {largest}",
        "--actor.num_nodes": 1,
        "--actor.num_gpus_per_node": step.gpus,
        "--vllm.num_engines": step.gpus,
        "--vllm.gpu_memory_utilization": 0.4,
        "--vllm.enable_sleep": "",
        "--train.colocate_all": "",
        "--ds.enable_sleep": "",
        "--ckpt.output_dir": step.out / "model",
    }
    return [word for key, value in settings.items() for word in (key, *str(value).split(" ")) if word]


def main(arguments: Sequence[str] | None = None) -> int:
    step = read_step("openrlhf_step", "One step of OpenRLHF's PPO trainer on stored rows.", arguments)
    command = [sys.executable, "-m", "openrlhf.cli.train_ppo_ray", *options(step, step.prompts()), *step.further]
    print(join(command), flush=True)
    return 0 if step.only_show else subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
