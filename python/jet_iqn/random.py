"""Random numbers that depend on what is predicted and on nothing else: Philox4x32-10 by the row or by the event.

    tau = ((u >> 9) + 0.5) 2^-23 of the four words u: those of pt, eta, phi, mass; exact in float32, never 0 or 1
    by row:    key = seed (low, high), counter = (row, sample, 0, stream)
    by event:  key = first two words of Philox with counter (event low, event high, luminosityBlock, run) under the
               seed's key, counter = (jet's index in its event, sample, 0, stream)

Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The numbers of ``jet-iqn sample``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Tuple

import numpy as np

from .errors import InputError

Words = Tuple[np.ndarray, ...]

_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_KEY_STEPS = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)

STREAM_TAU = 0
"""The fourth word of the counter: what the numbers are for."""


def philox4x32(counter: tuple[Any, ...], key: tuple[Any, ...]) -> Words:
    """Ten rounds: four words of a counter and two of a key, arrays of shapes that broadcast, to four random words.

    Words are below 2^32, kept in uint64, where products of two of them fit.
    """
    c0, c1, c2, c3 = (np.asarray(word, np.uint64) for word in counter)
    k0, k1 = (np.asarray(word, np.uint64) for word in key)
    for _ in range(10):
        product0, product1 = c0 * _MULTIPLIERS[0], c2 * _MULTIPLIERS[1]
        c0 = (product1 >> _HALF) ^ c1 ^ k0
        c2 = (product0 >> _HALF) ^ c3 ^ k1
        c1, c3 = product1 & _LOW, product0 & _LOW
        k0, k1 = (k0 + _KEY_STEPS[0]) & _LOW, (k1 + _KEY_STEPS[1]) & _LOW
    return c0, c1, c2, c3


@dataclass(frozen=True)
class JetNumbers:
    """Where the random numbers of N jets come from: two key words and the first word of the counter, [N] each."""

    key: Words
    index: np.ndarray

    @staticmethod
    def by_row(seed: int, first_row: int, jets: int) -> JetNumbers:
        """Of the rows ``first_row`` … of a table."""
        if not 0 <= first_row <= 2**32 - jets:
            raise InputError(f"first_row is {first_row}; with {jets} jets give a whole number from 0 to {2**32 - jets}")
        index = np.arange(first_row, first_row + jets, dtype=np.uint64)
        return JetNumbers(tuple(np.full(jets, word) for word in seed_key(seed)), index)

    @staticmethod
    def by_event(
        seed: int, run: np.ndarray, luminosity_block: np.ndarray, event: np.ndarray, index: np.ndarray
    ) -> JetNumbers:
        """Of jets by run, luminosityBlock and event, and their index there: whole numbers of at least 0, [N] each."""
        counter = (event & _LOW, event >> _HALF, luminosity_block, run)
        return JetNumbers(philox4x32(counter, seed_key(seed))[:2], index)

    def __getitem__(self, jets: slice) -> JetNumbers:
        return JetNumbers(tuple(word[jets] for word in self.key), self.index[jets])

    def repeated(self) -> int:
        """Jets with the numbers of another one."""
        mixed = (self.key[0] << _HALF | self.key[1]) ^ self.index * np.uint64(0x9E3779B97F4A7C15)
        return len(mixed) - len(np.unique(mixed))

    def tau(self, jets: slice, samples: slice) -> np.ndarray:
        """tau [J, 4, S] float32 in (0, 1) of some jets and of the sample indices ``samples``."""
        sample = np.arange(samples.start, samples.stop, dtype=np.uint64)
        index, key0, key1 = (word[jets, None] for word in (self.index, *self.key))
        words = philox4x32((index, sample, np.uint64(0), np.uint64(STREAM_TAU)), (key0, key1))
        tau = np.empty((len(index), 4, len(sample)), np.float32)
        for k, word in enumerate(words):
            tau[:, k] = word >> np.uint64(9)
        tau += np.float32(0.5)
        tau *= np.float32(2**-23)
        return tau


def seed_key(seed: int) -> Words:
    """The two key words of a seed, a whole number from 0 to 2^53 - 1 as everywhere in jet-iqn."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**53:
        raise InputError(f"seed is {seed!r}; give a whole number from 0 to 2^53 - 1")
    return np.asarray(int(seed) & 0xFFFFFFFF, np.uint64), np.asarray(int(seed) >> 32, np.uint64)
