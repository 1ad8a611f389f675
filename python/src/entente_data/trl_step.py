"""TRL's AsyncGRPOTrainer on stored rows, without a vLLM server. Needs a GPU, for the trainer's attention does.

    python -m entente_data.trl_step data.jsonl --model MODEL

Every step is over the same rows; the trainer's clipped ratio to `old_logprobs` corrects for what it has learnt since.
"""

from __future__ import annotations

import argparse
import queue
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any

from .replay import add_rows, take_rows
from .row import Row

READ_AHEAD = 2
"""Steps' worth of samples that the trainer takes from the queue before it needs them."""


class StoredRollouts:
    """A rollout worker that has nothing to do: its samples are in the queue from the start."""

    def __init__(self, samples: Iterable[Any]) -> None:
        self.rollout_buffer: queue.Queue[Any] = queue.Queue()
        self.metrics_queue: queue.Queue[dict[str, float]] = queue.Queue()
        for sample in samples:
            self.rollout_buffer.put(sample)

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def update_model_version(self, model_version: int) -> None: ...

    def check_health(self, stale_after_s: float) -> None:
        """Asked where the trainer has waited in vain."""
        raise RuntimeError("the stored rollouts are used up")


class NoServer:
    """No server to send weights to."""

    def init_weight_transfer(self) -> None: ...

    def pause(self) -> None: ...

    def send_weights(self, iterator: Iterator[tuple[str, Any]]) -> None: ...

    def resume(self) -> None: ...

    def destroy(self) -> None: ...


def stored_trainer(rows: Sequence[Row], *, model: str, steps: int, **settings: Any) -> Any:
    """An AsyncGRPOTrainer whose every optimiser step is over all `rows`. `settings` are AsyncGRPOConfig's."""
    async_grpo, datasets = import_module("trl.experimental.async_grpo"), import_module("datasets")
    rollout_samples = import_module("entente_data.trl").rollout_samples
    samples = list(rollout_samples(rows, model_version=0)) * (steps + READ_AHEAD)
    defaults = {
        # All in one batch: accumulated, each batch would be divided by its own tokens, and short rows weigh more.
        "per_device_train_batch_size": len(rows),
        "gradient_accumulation_steps": 1,
        "token_budget": 0,  # a fixed number of samples in each step
        "max_staleness": steps + READ_AHEAD,
        "max_steps": steps,
        "logging_steps": 1,
        "report_to": [],
    }
    return async_grpo.AsyncGRPOTrainer(
        model=model,
        args=async_grpo.AsyncGRPOConfig(**(defaults | settings)),
        reward_funcs=lambda completions, **_: [0.0] * len(completions),
        train_dataset=datasets.Dataset.from_dict({"prompt": ["none"]}),
        rollout_worker=StoredRollouts(samples),
        weight_transfer=NoServer(),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m entente_data.trl_step", description=__doc__.split("\n")[0])
    add_rows(parser)
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--lr", type=float, default=1e-6, help="learning rate of AdamW (default 1e-6)")
    parser.add_argument("--out", default="first-step", help="folder for the changed model (default first-step)")
    options = parser.parse_args(arguments)
    rows = take_rows(parser, options)
    trainer = stored_trainer(
        rows, model=options.model, steps=options.steps, learning_rate=options.lr, output_dir=options.out
    )
    trainer.train()
    trainer.save_model(options.out)


if __name__ == "__main__":
    main()
