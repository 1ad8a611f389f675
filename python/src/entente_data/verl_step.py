"""verl's PPO trainer on stored rows.

    python -m entente_data.verl_step data.jsonl --model MODEL [--gpus N] [key=value ...]

`bypass_mode` makes verl take the ratio to the rows' own log-probabilities, so that the clipped loss corrects for a
policy that has changed since. verl starts its rollout server all the same, which stays idle.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shlex import join

from .replay import Prompts, Step, read_step

LOOP = "entente_stored_rows"


def overrides(step: Step, prompts: Prompts, loop: Path) -> list[str]:
    """Keys of verl's configuration. Group of one, no standard deviation: advantage = score (`core_algos.py`)."""
    settings: dict[str, object] = {
        "algorithm.adv_estimator": "grpo",
        "algorithm.norm_adv_by_std_in_grpo": False,
        "algorithm.use_kl_in_reward": False,
        "algorithm.rollout_correction.bypass_mode": True,
        "data.train_files": prompts.path,
        "data.val_files": prompts.path,
        "data.train_batch_size": prompts.count,
        "data.max_prompt_length": prompts.longest_prompt,
        "data.max_response_length": prompts.longest_response,
        "data.shuffle": False,
        # It measures the stand-in prompts, not the rows.
        "data.filter_overlong_prompts": False,
        "actor_rollout_ref.model.path": step.model,
        "actor_rollout_ref.actor.ppo_mini_batch_size": prompts.count,
        "actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu": 1,
        "actor_rollout_ref.actor.use_kl_loss": False,
        "actor_rollout_ref.actor.loss_agg_mode": "token-mean",
        "actor_rollout_ref.rollout.name": "vllm",
        "actor_rollout_ref.rollout.n": 1,
        "actor_rollout_ref.rollout.tensor_model_parallel_size": 1,
        "actor_rollout_ref.rollout.log_prob_micro_batch_size_per_gpu": 1,
        "actor_rollout_ref.rollout.agent.num_workers": 1,
        "actor_rollout_ref.rollout.agent.default_agent_loop": LOOP,
        "actor_rollout_ref.rollout.agent.agent_loop_config_path": loop.resolve(),
        "trainer.n_gpus_per_node": step.gpus,
        "trainer.nnodes": 1,
        "trainer.total_training_steps": 1,
        "trainer.val_before_train": False,
        "trainer.test_freq": -1,
        "trainer.logger": "console",
        "trainer.default_local_dir": (step.out / "checkpoints").resolve(),
    }
    return [f"{key}={value}" for key, value in settings.items()]


def main(arguments: Sequence[str] | None = None) -> int:
    step = read_step("verl_step", "One step of verl's PPO trainer on stored rows.", arguments)
    loop = step.out / "agent_loop.yaml"
    loop.write_text(f"- name: {LOOP}\n  _target_: entente_data.verl_loop.StoredRows\n", encoding="utf-8")
    settings = overrides(step, step.prompts(), loop)
    command = [sys.executable, "-m", "verl.trainer.main_ppo", *settings, *step.further]
    print(join(command), flush=True)
    return 0 if step.only_show else subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
