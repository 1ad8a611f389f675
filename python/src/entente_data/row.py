"""The row: one training sequence of `entente export --format rows`, schema "entente.rows/1".

A `Row` that exists is a sound one: everything a trainer relies on is checked when it is made, so that no reader or
converter has to check again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, cast, get_args

SCHEMA: Final = "entente.rows/1"

Seat = Literal["A", "B"]

TokenSource = Literal["server", "retokenized", "rehearsal"]
"""Where the ids come from. Only `server` is fit for training."""


class RowError(ValueError):
    """A row that must not reach a trainer. The message names the episode and what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One training sequence of T tokens. Fields are named as in the file.

    A row whose first token carries loss is refused too: no model predicts it, and trainers drop it in silence.
    """

    run_id: str
    group_id: str
    episode_id: str
    sample_index: int
    """The episode's place in its group, from 0."""
    row_index: int
    """Which of the episode's rows, from 0."""
    rows_in_episode: int
    dilemma_id: str
    pair_id: str
    seat: Seat
    """The learner's."""
    input_ids: tuple[int, ...]
    """Shape (T,). Token ids as the server sent them."""
    loss_mask: tuple[int, ...]
    """Shape (T,). 1 where the learner sampled the token, else 0."""
    old_logprobs: tuple[float, ...]
    """Shape (T,). Natural logarithms from the server; 0.0 where masked."""
    reward: float
    """The episode's, as the export composed it; 0 to 5 unless it was told otherwise."""
    reward_components: Mapping[str, float]
    """What the reward is made of, before weighing."""
    advantage: float
    """The episode's standing in its group, in units of `advantage_kind`; the same on all its rows."""
    advantage_kind: str
    advantage_version: int
    """Of the formula behind `advantage_kind`."""
    token_source: TokenSource
    policy_model: str
    policy_version: str | None
    """None where the run did not name one."""

    def __post_init__(self) -> None:
        length = len(self.input_ids)
        self._require(
            length == len(self.loss_mask) == len(self.old_logprobs),
            f"input_ids, loss_mask and old_logprobs are {length}, {len(self.loss_mask)} and {len(self.old_logprobs)} "
            "long, not one length",
        )
        self._require(min(self.input_ids, default=0) >= 0, "input_ids holds a negative id")
        self._require(set(self.loss_mask) <= {0, 1}, "loss_mask holds something other than 0 and 1")
        self._require(1 in self.loss_mask, "no token carries loss")
        self._require(self.loss_mask[0] == 0, "the first token carries loss, though nothing comes before it")
        self._require(all(map(math.isfinite, self.old_logprobs)), "old_logprobs holds a number that is not finite")
        self._require(
            all(mask or not logprob for mask, logprob in zip(self.loss_mask, self.old_logprobs, strict=True)),
            "a masked token has a log-probability other than 0",
        )
        self._require(math.isfinite(self.reward), "reward is not finite")
        self._require(math.isfinite(self.advantage), "advantage is not finite")
        self._require(
            0 <= self.row_index < self.rows_in_episode,
            f"row_index is {self.row_index} of {self.rows_in_episode} rows",
        )
        self._require(self.seat in get_args(Seat), f"seat is {self.seat!r}, not A or B")
        self._require(self.token_source in get_args(TokenSource), f"token_source is {self.token_source!r}")

    def _require(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise RowError(f"episode {self.episode_id}, row {self.row_index}: {otherwise}")

    @property
    def prompt_length(self) -> int:
        """Tokens before the first one that carries loss; at least 1."""
        return self.loss_mask.index(1)

    @property
    def trained_tokens(self) -> int:
        """Tokens that carry loss; at least 1."""
        return sum(self.loss_mask)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Row:
        """Checks and takes over a decoded JSON object or Parquet row. Columns of later versions are let be."""
        if record.get("schema") != SCHEMA:
            raise RowError(f"schema is {record.get('schema')!r}, not {SCHEMA!r}")
        return cls(**{name: _value(record, name) for name in _NAMES})

    def to_record(self) -> dict[str, Any]:
        """The row as the file has it: JSON types, `schema` first."""
        values = {name: getattr(self, name) for name in _NAMES}
        lists = {name: list(values[name]) for name in ("input_ids", "loss_mask", "old_logprobs")}
        return {"schema": SCHEMA} | values | lists | {"reward_components": dict(self.reward_components)}


_NAMES: Final = tuple(field.name for field in fields(Row))
_INTEGERS: Final = frozenset({"sample_index", "row_index", "rows_in_episode", "advantage_version"})
_NUMBERS: Final = frozenset({"reward", "advantage"})


def _value(record: Mapping[str, Any], name: str) -> Any:
    """One field with its type checked. JSON writes 3.0 as 3, so an integer will do for a number."""
    if name not in record:
        raise RowError(f"{name} is missing")
    value = record[name]
    if name in ("input_ids", "loss_mask"):
        return _list(name, value, {int})
    if name == "old_logprobs":
        if value is None:
            raise RowError("old_logprobs is null: the export was told to do without, and no loss here can")
        return tuple(map(float, _list(name, value, {int, float})))
    if name == "reward_components":
        return _components(value)
    if name in _INTEGERS:
        return _typed(name, value, int)
    if name in _NUMBERS:
        return float(_typed(name, value, int, float))
    if name == "policy_version" and value is None:
        return None
    return _typed(name, value, str)


def _typed(name: str, value: Any, *types: type) -> Any:
    if type(value) not in types:  # not isinstance: True is no number here
        raise RowError(f"{name} is {value!r}, not {' or '.join(kind.__name__ for kind in types)}")
    return value


def _list(name: str, value: Any, types: set[type]) -> tuple[Any, ...]:
    wrong = set(map(type, _typed(name, value, list))) - types
    if wrong:
        raise RowError(f"{name} holds {', '.join(sorted(kind.__name__ for kind in wrong))}")
    return tuple(value)


def _components(value: Any) -> Mapping[str, float]:
    """In a table every row has every component; one that is null there is one that the row does not have."""
    components = cast("dict[str, Any]", _typed("reward_components", value, dict))
    return {
        name: float(_typed(f"reward_components.{name}", part, int, float))
        for name, part in components.items()
        if part is not None
    }
