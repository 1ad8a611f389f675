"""SkyRL's trainer on stored rows.

    python -m entente_data.skyrl_step data.jsonl --model MODEL [--gpus N] [key=value ...]

The correction weighs each token by the policy's probability over the stored one, cut off at SkyRL's threshold. SkyRL
starts its inference engine all the same, which stays idle.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from shlex import join

from .replay import Prompts, Step, read_step


def overrides(step: Step, prompts: Prompts) -> list[str]:
    """Keys of SkyRL's configuration. Group of one, no standard deviation: advantage = reward (`ppo_utils.py`)."""
    settings: dict[str, object] = {
        "data.train_data": f"['{prompts.path}']",
        "trainer.policy.model.path": step.model,
        "trainer.algorithm.advantage_estimator": "grpo",
        "trainer.algorithm.grpo_norm_by_std": "false",
        "trainer.algorithm.use_kl_loss": "false",
        "trainer.algorithm.loss_reduction": "token_mean",
        "trainer.algorithm.off_policy_correction.tis_ratio_type": "token",
        "trainer.train_batch_size": prompts.count,
        "trainer.policy_mini_batch_size": prompts.count,
        "trainer.micro_train_batch_size_per_gpu": 1,
        "trainer.micro_forward_batch_size_per_gpu": 1,
        "trainer.max_prompt_length": prompts.longest_prompt,
        "trainer.max_training_steps": 1,
        "trainer.eval_before_train": "false",
        "trainer.eval_interval": -1,
        "trainer.logger": "console",
        "trainer.ckpt_path": (step.out / "checkpoints").resolve(),
        "trainer.export_path": (step.out / "exports").resolve(),
        "trainer.placement.policy_num_gpus_per_node": step.gpus,
        "generator.n_samples_per_prompt": 1,
        "generator.inference_engine.num_engines": step.gpus,
        "generator.inference_engine.tensor_parallel_size": 1,
        "generator.sampling_params.max_generate_length": prompts.longest_response,
    }
    return [f"{key}={value}" for key, value in settings.items()]


def main(arguments: Sequence[str] | None = None) -> int:
    step = read_step("skyrl_step", "One step of SkyRL's trainer on stored rows.", arguments)
    command = [sys.executable, "-m", "entente_data.skyrl_main", *overrides(step, step.prompts()), *step.further]
    print(join(command), flush=True)
    return 0 if step.only_show else subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
