"""TRL's GRPOTrainer, and a batch of rows as its loss takes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import torch
from datasets import Dataset
from tiny import PADDING, tiny_tokenizer
from transformers import Qwen3ForCausalLM
from trl import GRPOConfig, GRPOTrainer

from entente_data import Row

LONGEST = 4096
"""`max_completion_length`, in tokens: the constant of Dr. GRPO."""


def grpo_trainer(model: Qwen3ForCausalLM, loss_type: Literal["dapo", "dr_grpo"], folder: Path) -> GRPOTrainer:
    """In evaluation mode, where the batch is neither split nor accumulated. Its loss is the one of training."""
    settings = GRPOConfig(
        output_dir=str(folder),
        loss_type=loss_type,
        max_completion_length=LONGEST,
        beta=0.0,
        epsilon=0.2,
        per_device_train_batch_size=2,
        num_generations=2,
        use_cpu=True,
        bf16=False,
        report_to=[],
    )
    trainer = GRPOTrainer(
        model=model,
        reward_funcs=lambda completions, **_: [0.0] * len(completions),
        args=settings,
        train_dataset=Dataset.from_dict({"prompt": ["none"]}),
        processing_class=tiny_tokenizer(),
    )
    trainer.model.eval()
    return trainer


def batch_of(rows: Sequence[Row]) -> dict[str, torch.Tensor]:
    """As TRL prepares it: B prompts (B, P), padded on the left, and completions (B, C), padded on the right."""
    prompts = [row.input_ids[: row.prompt_length] for row in rows]
    completions = [row.input_ids[row.prompt_length :] for row in rows]
    masks = [row.loss_mask[row.prompt_length :] for row in rows]
    old_logprobs = [row.old_logprobs[row.prompt_length :] for row in rows]
    return {
        "prompt_ids": _padded(prompts, PADDING, left=True),
        "prompt_mask": _padded([[1] * len(prompt) for prompt in prompts], 0, left=True),
        "completion_ids": _padded(completions, PADDING),
        "completion_mask": _padded([[1] * len(completion) for completion in completions], 0),
        "tool_mask": _padded(masks, 1),
        "old_per_token_logps": _padded(old_logprobs, 0.0),
        "advantages": torch.tensor([row.advantage for row in rows]),
        "num_items_in_batch": torch.tensor(sum(row.trained_tokens for row in rows)),
    }


def _padded(lists: Sequence[Sequence[float]], value: float, *, left: bool = False) -> torch.Tensor:
    side: Literal["left", "right"] = "left" if left else "right"
    tensors = [torch.tensor(values) for values in lists]
    return torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True, padding_value=value, padding_side=side)
