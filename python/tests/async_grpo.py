"""TRL's AsyncGRPOTrainer on a machine without a GPU, fed from stored samples.

All of the trainer is real: queue, batching, packing, loss, optimiser. Two things of its surroundings are not to be had
here and are replaced: the attention kernel, which exists for GPUs only, and the look-up of the GPU's peak speed.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from datasets import Dataset
from tiny import save_tiny_model, tiny_tokenizer
from trl.experimental.async_grpo import AsyncGRPOConfig, AsyncGRPOTrainer, async_grpo_trainer, packing
from trl.experimental.async_grpo.async_rollout_worker import RolloutSample

from entente_data.trl_step import NoServer, StoredRollouts


def without_gpu(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(packing, "_flash_attn", lambda: SimpleNamespace(flash_attn_varlen_func=plain_attention))
    patch.setattr(async_grpo_trainer, "get_peak_flops_per_device", lambda *_: None)


def async_trainer(
    samples: Iterable[RolloutSample], *, per_step: int, folder: Path, patch: pytest.MonkeyPatch, **settings: Any
) -> AsyncGRPOTrainer:
    """`per_step` samples make one optimiser step. The trainer reads ahead: store samples for two steps more."""
    without_gpu(patch)
    return AsyncGRPOTrainer(
        model=save_tiny_model(folder),
        args=AsyncGRPOConfig(
            output_dir=str(folder / "out"),
            per_device_train_batch_size=per_step,
            token_budget=0,  # a fixed number of samples in each step
            dtype="float32",
            epsilon=0.2,
            epsilon_high=0.2,
            use_cpu=True,
            bf16=False,
            report_to=[],
            save_strategy="no",
            disable_tqdm=True,
            **settings,
        ),
        reward_funcs=lambda completions, **_: [0.0] * len(completions),
        train_dataset=Dataset.from_dict({"prompt": ["none"]}),
        processing_class=tiny_tokenizer(),
        rollout_worker=StoredRollouts(samples),
        weight_transfer=NoServer(),
    )


def plain_attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    query_bounds: torch.Tensor,
    key_bounds: torch.Tensor,
    _longest_query: int,
    _longest_key: int,
    *,
    softmax_scale: float,
    causal: bool,
    window_size: tuple[int, int],
) -> torch.Tensor:
    """What FlashAttention computes, segment by segment: the last query of a segment sees all keys of its path.

    query (tokens, heads, size); key and value (keys, key heads, size); bounds (segments + 1).
    """
    assert causal and window_size == (-1, -1)
    attended = []
    segments = zip(pairwise(query_bounds.tolist()), pairwise(key_bounds.tolist()), strict=True)
    for (start, end), (first, last) in segments:
        visible = torch.ones(end - start, last - first, dtype=torch.bool).tril(last - first - end + start)
        whole = end - start == last - first
        attended.append(
            torch.nn.functional.scaled_dot_product_attention(
                query[start:end].transpose(0, 1)[None],
                key[first:last].transpose(0, 1)[None],
                value[first:last].transpose(0, 1)[None],
                attn_mask=None if whole else visible,
                is_causal=whole,
                scale=softmax_scale,
                enable_gqa=True,
            )[0].transpose(0, 1)
        )
    return torch.cat(attended)
