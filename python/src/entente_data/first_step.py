"""GRPO's loss and AdamW in plain PyTorch: the shortest way from a file of rows to a changed model.

    python -m entente_data.first_step data.jsonl --model MODEL

All steps are over the same rows. Only at the first one, and only where MODEL sampled them, are they on-policy; later
`old_logprobs` correct for it by a clipped ratio, and `ratio` and `clipped` tell how far it has come.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

from .replay import add_rows, take_rows
from .row import Row

CLIP = 0.2
"""How far a ratio may leave 1 before it has no gradient (PPO's epsilon, arXiv 1707.06347)."""

Loss = Literal["dapo", "dr-grpo"]


@dataclass(slots=True)
class Pass:
    """What one pass over the rows has found; means are over tokens."""

    loss: float = 0.0
    rising: list[float] = field(default_factory=list)
    """Log-probabilities of the trained tokens of rows with a positive advantage."""
    falling: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    def line(self, name: str) -> str:
        clipped = fmean(abs(ratio - 1) > CLIP for ratio in self.ratios)
        cells = (self.loss, _mean(self.rising), _mean(self.falling), fmean(self.ratios), clipped)
        return f"{name:<6}" + "".join(f"{cell:>12.5f}" for cell in cells)


HEADING = f"{'step':<6}" + "".join(f"{name:>12}" for name in ("loss", "logp adv>0", "logp adv<0", "ratio", "clipped"))


def _mean(values: Sequence[float]) -> float:
    return fmean(values) if values else float("nan")


def divisor(rows: Sequence[Row], loss: Loss, longest: int | None) -> int:
    """What the sum over all trained tokens is divided by, so that no row counts for its length.

    `dapo`: the number of those tokens (arXiv 2503.14476). `dr-grpo`: rows times `longest`, a number of tokens that does
    not depend on them (arXiv 2503.20783); without it the longest response of the rows.
    """
    if loss == "dapo":
        return sum(row.trained_tokens for row in rows)
    return len(rows) * (longest or max(len(row.input_ids) - row.prompt_length for row in rows))


def run_pass(model: Any, rows: Sequence[Row], by: int, *, temperature: float = 1.0, learn: bool = True) -> Pass:
    """The loss over all rows, divided by `by`, one row at a time; its gradient is added to the model's if `learn`."""
    torch = import_module("torch")
    done = Pass()
    with torch.set_grad_enabled(learn):
        for row in rows:
            new, old = _logprobs(torch, model, row, temperature)
            ratio = (new - old).exp()
            surrogate = torch.minimum(ratio * row.advantage, ratio.clamp(1 - CLIP, 1 + CLIP) * row.advantage)
            loss = -surrogate.sum() / by
            if learn:
                loss.backward()
            done.loss += loss.item()
            done.ratios += ratio.tolist()
            if row.advantage:
                (done.rising if row.advantage > 0 else done.falling).extend(new.tolist())
    return done


def _logprobs(torch: Any, model: Any, row: Row, temperature: float) -> tuple[Any, Any]:
    """Of the trained tokens: natural logarithms under the model, and at sampling."""
    start, device = row.prompt_length, model.device
    ids = torch.tensor(row.input_ids, device=device)
    # The logits of the prompt are many and wanted by nobody.
    logits = model(input_ids=ids[None], logits_to_keep=len(ids) - start + 1).logits[0, :-1].float() / temperature
    trained = torch.tensor(row.loss_mask[start:], device=device).bool()
    new = logits.log_softmax(-1).gather(-1, ids[start:, None])[:, 0]
    return new[trained], torch.tensor(row.old_logprobs[start:], device=device)[trained]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m entente_data.first_step", description=__doc__.split("\n")[0])
    add_rows(parser)
    parser.add_argument("--loss", choices=("dapo", "dr-grpo"), default="dapo", help="what the sum is divided by")
    parser.add_argument("--longest", type=int, help="tokens of the longest response allowed, for dr-grpo")
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--lr", type=float, default=1e-6, help="learning rate of AdamW (default 1e-6)")
    parser.add_argument("--temperature", type=float, default=1.0, help="the one sampled with, if logprobs are after it")
    parser.add_argument("--save", type=Path, help="folder for the changed model")
    options = parser.parse_args(arguments)
    rows = take_rows(parser, options)
    by = divisor(rows, options.loss, options.longest)

    torch, transformers = import_module("torch"), import_module("transformers")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = transformers.AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32).to(device).eval()
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.lr, weight_decay=0.0)
    print(f"{len(rows)} rows, {sum(row.trained_tokens for row in rows)} trained tokens, {options.loss}, on {device}")
    print(HEADING)
    for step in range(options.steps):
        optimizer.zero_grad()
        print(run_pass(model, rows, by, temperature=options.temperature).line(str(step)))
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    print(run_pass(model, rows, by, temperature=options.temperature, learn=False).line("after"))
    if options.save is not None:
        model.save_pretrained(options.save)


if __name__ == "__main__":
    main()
