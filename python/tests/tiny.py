"""A Qwen3 of two layers with random weights, and what the learner's log-probabilities are under it."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from entente_data import Row

VOCABULARY = 300
"""Token ids; the rows use those below 260."""
PADDING = VOCABULARY - 1


def tiny_model(hidden_size: int = 48) -> Qwen3ForCausalLM:
    torch.manual_seed(0)
    return Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=VOCABULARY,
            hidden_size=hidden_size,
            intermediate_size=96,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=1,
            head_dim=16,
            max_position_embeddings=8192,
            tie_word_embeddings=False,
            initializer_range=0.2,
        )
    )


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """One word per id. The trainers want one; nothing is tokenised."""
    words = Tokenizer(models.WordLevel({str(token): token for token in range(VOCABULARY)}, unk_token="0"))
    return PreTrainedTokenizerFast(tokenizer_object=words, pad_token=str(PADDING), eos_token="257")


def save_tiny_model(folder: Path) -> str:
    tiny_model().save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return str(folder)


def logprobs_under(model: Qwen3ForCausalLM, row: Row) -> list[float]:
    """Shape (T,), natural logarithms: of each token after those before it; 0.0 for the first, which nothing predicts.

    One row at a time, without padding, packing or any code of TRL.
    """
    ids = torch.tensor(row.input_ids)
    with torch.no_grad():
        logits = model(input_ids=ids[None]).logits[0].double()
    predicted = logits[:-1].log_softmax(-1).gather(-1, ids[1:, None])[:, 0]
    return [0.0, *predicted.tolist()]


def as_if_sampled_by(model: Qwen3ForCausalLM, rows: Iterable[Row], *, off_by: float = 0.0) -> list[Row]:
    """The rows with old log-probabilities of this model, each shifted at random by up to `off_by` to either side."""
    chance = random.Random(0)
    return [
        dataclasses.replace(
            row,
            old_logprobs=tuple(
                logprob + chance.uniform(-off_by, off_by) if mask else 0.0
                for logprob, mask in zip(logprobs_under(model, row), row.loss_mask, strict=True)
            ),
        )
        for row in rows
    ]


def one_group(rows: Sequence[Row]) -> list[Row]:
    """The rows of the first group whose episodes stand on both sides, at least one of them in several rows."""
    for group in dict.fromkeys(row.group_id for row in rows):
        members = [row for row in rows if row.group_id == group]
        signs = {row.advantage > 0 for row in members if row.advantage}
        if signs == {True, False} and any(row.rows_in_episode > 1 for row in members):
            return members
    raise AssertionError("no group has winners and losers and an episode of several rows")
