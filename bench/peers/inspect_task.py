"""One question a sample, answered by the model and scored by a word in the answer."""

import os

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import includes
from inspect_ai.solver import generate


@task
def questions() -> Task:
    text = open(os.environ["BENCH_TEXTS"], encoding="utf8").read().splitlines()
    samples = [Sample(id=line.split(" ", 1)[0], input=line, target="night") for line in text]
    return Task(dataset=MemoryDataset(samples), solver=generate(max_tokens=256), scorer=includes())
