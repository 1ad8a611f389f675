"""An episode weighs as much as any other, however many rows it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean

import pytest
from made import row

from entente_data import Row, episode_weights


def test_every_episode_weighs_one(rows: Sequence[Row]) -> None:
    weights = episode_weights(rows)
    totals: defaultdict[str, float] = defaultdict(float)
    for each, weight in zip(rows, weights, strict=True):
        assert weight > 0
        totals[each.episode_id] += weight
    assert len(totals) == 12
    assert list(totals.values()) == pytest.approx([1.0] * 12)


def test_where_an_episode_is_cut_does_not_change_its_loss() -> None:
    whole = [row()]
    cut = [
        row(rows_in_episode=2, input_ids=[5, 6, 7, 10], loss_mask=[0, 0, 0, 1], old_logprobs=[0, 0, 0, -0.5]),
        row(
            rows_in_episode=2,
            row_index=1,
            input_ids=[6, 7, 11, 8, 12, 13],
            loss_mask=[0, 0, 1, 0, 1, 1],
            old_logprobs=[0, 0, -0.25, 0, -1, -2],
        ),
    ]
    assert _mean_over_rows(cut) != _mean_over_rows(whole)
    assert _weighted(cut) == pytest.approx(_weighted(whole))


def _mean_of(each: Row) -> float:
    """A loss per token, averaged over the row; the stored log-probability will do for one."""
    return fmean(logprob for logprob, mask in zip(each.old_logprobs, each.loss_mask, strict=True) if mask)


def _mean_over_rows(rows: Sequence[Row]) -> float:
    return fmean(map(_mean_of, rows))


def _weighted(rows: Sequence[Row]) -> float:
    return sum(weight * _mean_of(each) for each, weight in zip(rows, episode_weights(rows), strict=True))


def test_both_seats_of_an_episode_share_its_weight() -> None:
    assert episode_weights([row(), row(seat="B")]) == [0.5, 0.5]


def test_like_named_episodes_of_two_runs_are_two() -> None:
    assert episode_weights([row(), row(run_id="another")]) == [1.0, 1.0]


@pytest.mark.parametrize("indexes", [[0], [1], [0, 0]])
def test_an_episode_that_is_not_all_there_is_refused(indexes: list[int]) -> None:
    part = [row(rows_in_episode=2, row_index=index) for index in indexes]
    with pytest.raises(ValueError, match="episode run-1: of its rows 0 to 1 these are here: "):
        episode_weights(part)
