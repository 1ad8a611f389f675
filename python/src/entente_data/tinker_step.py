"""One step on Tinker's service, over a new LoRA adapter of MODEL. The key is read from TINKER_API_KEY, by Tinker.

    python -m entente_data.tinker_step data.jsonl --model MODEL

Where another policy than MODEL sampled the rows, the loss `importance_sampling` corrects for it by the ratio of the
two, which it does not clip.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

from .replay import add_rows, take_rows
from .tinker import datums


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m entente_data.tinker_step", description=__doc__.split("\n")[0])
    add_rows(parser)
    parser.add_argument("--rank", type=int, default=32, help="of the adapter (default 32)")
    parser.add_argument("--lr", type=float, default=1e-5, help="learning rate of Adam (default 1e-5)")
    options = parser.parse_args(arguments)
    rows = take_rows(parser, options)

    tinker = import_module("tinker")
    client = tinker.ServiceClient().create_lora_training_client(base_model=options.model, rank=options.rank)
    forward_backward = client.forward_backward(list(datums(rows)), "importance_sampling")
    step = client.optim_step(tinker.types.AdamParams(learning_rate=options.lr))
    print(forward_backward.result().metrics)
    step.result()
    print(client.save_state("entente-first-step").result().path)


if __name__ == "__main__":
    main()
