"""Weights that make every episode count once, into however many rows it was cut."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from .row import Row


def episode_weights(rows: Sequence[Row]) -> list[float]:
    """One weight per row: its share of its episode's trained tokens. An episode's weights sum to 1.

    For losses that average over the tokens of a row and then over rows (GRPO as first published). There an episode of
    six rows would pull six times as hard as one of a single row, with the same advantage. With these weights and the
    number of episodes as divisor, an episode counts as if it were one row, wherever it was cut. Losses that divide the
    sum over all tokens by one number (DAPO, Dr. GRPO) do not see the cuts and need no weights.

    Raises ValueError where an episode's rows are not all there: weigh the whole file, then batch.
    """
    _require_whole_episodes(rows)
    tokens = Counter[tuple[str, str]]()
    for row in rows:
        tokens[row.run_id, row.episode_id] += row.trained_tokens
    return [row.trained_tokens / tokens[row.run_id, row.episode_id] for row in rows]


def _require_whole_episodes(rows: Sequence[Row]) -> None:
    """Rows are counted by seat: where both seats are trained, each has its own, from 0."""
    parts: defaultdict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        parts[row.run_id, row.episode_id, row.seat].append(row)
    for (_, episode, _), part in parts.items():
        expected = part[0].rows_in_episode
        if sorted(row.row_index for row in part) != list(range(expected)):
            found = ", ".join(str(row.row_index) for row in part)
            raise ValueError(f"episode {episode}: of its rows 0 to {expected - 1} these are here: {found}")
