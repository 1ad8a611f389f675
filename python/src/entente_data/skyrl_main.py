"""SkyRL's trainer with a generator that generates nothing: it hands back the rows that came with the prompts."""

from __future__ import annotations

import sys
from typing import Any

import ray
from skyrl.train.config import SkyRLTrainConfig
from skyrl.train.entrypoints.main_base import BasePPOExp
from skyrl.train.generators.base import GeneratorInterface
from skyrl.train.utils import validate_cfg
from skyrl.train.utils.utils import initialize_ray

from .replay import stored_row


class StoredRows(GeneratorInterface):  # type: ignore[misc]
    """`rewards` are the rows' advantages (see `replay`)."""

    async def generate(self, input_batch: dict[str, Any]) -> dict[str, Any]:
        rows = [stored_row(columns) for columns in input_batch["env_extras"]]
        return {
            "prompt_token_ids": [list(row.input_ids[: row.prompt_length]) for row in rows],
            "response_ids": [list(row.input_ids[row.prompt_length :]) for row in rows],
            "rewards": [row.advantage for row in rows],
            "loss_masks": [list(row.loss_mask[row.prompt_length :]) for row in rows],
            "stop_reasons": None,
            "rollout_metrics": {"stored/mean_reward": sum(row.reward for row in rows) / len(rows)},
            "rollout_logprobs": [list(row.old_logprobs[row.prompt_length :]) for row in rows],
            "trajectory_ids": input_batch["trajectory_ids"],
        }


class StoredRowsRun(BasePPOExp):  # type: ignore[misc]
    def get_generator(self, cfg: Any, tokenizer: Any, inference_engine_client: Any) -> StoredRows:
        return StoredRows()


def run(cfg: Any) -> None:
    StoredRowsRun(cfg).run()


def main() -> None:
    cfg = SkyRLTrainConfig.from_cli_overrides(sys.argv[1:])
    validate_cfg(cfg)
    initialize_ray(cfg)
    ray.get(ray.remote(num_cpus=1)(run).remote(cfg))


if __name__ == "__main__":
    main()
