"""Jets in and jets out: numpy [N, 4], structured arrays, pandas, awkward arrays of any depth.

A layout holds what came in. It gives its columns as flat arrays of N jets, and puts results, an array of N for each
field, back into the form of what came in: the same events, index, record name and behaviours.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .errors import InputError, warn

VARIABLES = ("pt", "eta", "phi", "mass")
EVENT_KEYS = ("run", "luminosityBlock", "event")
INDEX_KEYS = {"gen": "genJetIdx", "raw": "jetIdx", "reco": "jetIdx"}
"""The jet's index in its collection, as NanoAOD calls it, by stage."""

MAX_ABS_ETA = 10.0
LOWEST_MASS = np.float32(-0.1)
"""Masses from here to 0 GeV are rounding and set to 0; below they are faults."""
LARGEST_PHI = 2 * np.pi + 1e-3
"""Angles to 2 pi are wrapped; beyond, phi is not in radians."""

MEV_MASS = 10.0
"""Times pt: a jet's mass is below its pt, and in MeV a hundred times as large."""

Columns = Mapping[str, np.ndarray]


class Layout:
    """N jets in the form of numpy's structured arrays, which the other layouts change where theirs differs."""

    size: int

    def __init__(self, jets: Any):
        self.jets = jets
        if jets.ndim != 1:
            raise InputError(f"jets is a structured array of shape {jets.shape}; give one of shape [N], a row a jet")
        self.size = len(jets)

    def names(self) -> Sequence[str]:
        return self.jets.dtype.names or ()

    def column(self, name: str) -> np.ndarray | None:
        """A field, or what the jets' own behaviour (vector, coffea) makes of others; None where there is none."""
        return field_of(self.jets, self.names(), name)

    def spread(self, values: Any, what: str) -> np.ndarray:
        """One number, or one a jet, as [N]."""
        values = number_array(values, what)
        if values.ndim == 0:
            return np.broadcast_to(values, self.size)
        if values.shape != (self.size,):
            raise InputError(f"{what} has the shape {values.shape} for {self.size} jets; give one number a jet")
        return values

    def index(self) -> np.ndarray | None:
        """Place of each jet in its event, [N], where the layout says it."""
        return None

    def records(self, columns: Columns) -> Any:
        """Fields of [N] or [N, S] as records in the form of what came in."""
        fields = [(name, values.dtype, values.shape[1:]) for name, values in columns.items()]
        table = np.empty(self.size, fields)
        for name, values in columns.items():
            table[name] = values
        return table

    def levels(self, columns: Columns, levels: Sequence[float]) -> Any:
        """Fields of [N, L], a value for each level."""
        return self.records(columns)

    def values(self, values: np.ndarray) -> Any:
        """One number a jet, [N]."""
        return values


class Rows(Layout):
    """numpy [N, inputs], in the order of the model's inputs; gives [N, 4] or [N, S, 4]."""

    def __init__(self, jets: np.ndarray, columns: Sequence[str]):
        widths = dict.fromkeys((len(VARIABLES), len(columns)))
        if jets.ndim != 2 or jets.shape[1] not in widths:
            wanted = " or ".join(f"[N, {width}]" for width in widths)
            raise InputError(f"jets has the shape {jets.shape}; give {wanted}: {', '.join(columns)} of a jet a row")
        self.jets, self.size = jets, len(jets)
        self._names = tuple(columns)[: jets.shape[1]]

    def names(self) -> Sequence[str]:
        return self._names

    def column(self, name: str) -> np.ndarray | None:
        return self.jets[:, self._names.index(name)] if name in self._names else None

    def records(self, columns: Columns) -> np.ndarray:
        return np.stack(list(columns.values()), axis=-1)


class Frame(Layout):
    """A pandas DataFrame, a row a jet; gives one with the same index, and a level "sample" behind it for samples."""

    def __init__(self, jets: Any):
        self.jets, self.size = jets, len(jets)

    def names(self) -> Sequence[str]:
        return list(self.jets.columns)

    def column(self, name: str) -> np.ndarray | None:
        return self.jets[name].to_numpy() if name in self.jets.columns else None

    def records(self, columns: Columns) -> Any:
        pandas = sys.modules["pandas"]
        samples = next(iter(columns.values())).shape[1:]
        table = pandas.DataFrame({name: values.reshape(-1) for name, values in columns.items()})
        if not samples:
            return table.set_index(self.jets.index)
        table.index = self.jets.index.repeat(samples[0])
        number = np.tile(np.arange(samples[0]), self.size)
        return table.set_index(pandas.Index(number, name="sample"), append=True)

    def levels(self, columns: Columns, levels: Sequence[float]) -> Any:
        named = {
            f"{name}_q{digits(level)}": values[:, i]
            for name, values in columns.items()
            for i, level in enumerate(levels)
        }
        return sys.modules["pandas"].DataFrame(named, index=self.jets.index)

    def values(self, values: np.ndarray) -> Any:
        return sys.modules["pandas"].Series(values, index=self.jets.index)


class Awkward(Layout):
    """An awkward array of jets, by themselves or in lists of any depth (events, of jets); gives the same lists of records.

    ``counts`` are the lengths of the lists of each level, from the outermost inwards.
    """

    def __init__(self, jets: Any):
        self.ak = ak = sys.modules["awkward"]
        self.counts: list[np.ndarray] = []
        self.name, self.behavior, self.outer = jets.layout.purelist_parameter("__record__"), jets.behavior, len(jets)
        flat = jets
        while True:
            flat = self._present(flat, "jets")
            if flat.ndim == 1:
                break
            self.counts.append(np.asarray(ak.num(flat, axis=1), np.int64))
            flat = ak.flatten(flat, axis=1)
        if not ak.fields(flat) and len(flat) > 0:
            raise InputError(
                f"jets is an awkward array of {flat.type.content}; give records with {', '.join(VARIABLES)} (ak.zip)"
            )
        self.jets, self.size = flat, len(flat)

    def names(self) -> Sequence[str]:
        return self.ak.fields(self.jets)

    def column(self, name: str) -> np.ndarray | None:
        if self.size == 0:
            return np.empty(0, np.float32)
        values = field_of(self.jets, self.names(), name)
        return None if values is None else self._flat(values, name)

    def _present(self, array: Any, what: str) -> Any:
        """An array that may have missing entries, if it has none."""
        layout = array.layout
        if not layout.is_option:
            return array
        missing = int(np.sum(layout.mask_as_bool(valid_when=False)))
        if missing:
            raise InputError(
                f"{what}: {missing} of {len(array)} entries are missing (None); leave them out with ak.drop_none"
            )
        return self.ak.Array(layout.project(), behavior=array.behavior)

    def _flat(self, values: Any, what: str) -> np.ndarray:
        try:
            return np.asarray(self.ak.to_numpy(self._present(values, what), allow_missing=False))
        except (ValueError, TypeError) as error:
            raise InputError(f"{what} is an awkward array of {values.type.content}; give one number a jet") from error

    def spread(self, values: Any, what: str) -> np.ndarray:
        """Also one number an event, or one a jet in the same lists."""
        ak = self.ak
        if isinstance(values, ak.Array) and values.ndim > 1:
            for counts in self.counts:
                if (
                    values.ndim == 1
                    or len(values) != len(counts)
                    or not np.array_equal(np.asarray(ak.num(values, axis=1)), counts)
                ):
                    raise InputError(
                        f"{what} is not in the lists that the jets are in; give one number an event, or one a jet"
                    )
                values = ak.flatten(values, axis=1)
        elif np.ndim(values) == 1 and self.counts:
            if len(values) != self.outer:
                raise InputError(
                    f"{what} has {len(values)} values for {self.outer} events; give those of the same events"
                )
            values = np.asarray(self._flat(values, what) if isinstance(values, ak.Array) else values)
            for counts in self.counts:
                values = np.repeat(values, counts)
        return super().spread(self._flat(values, what) if isinstance(values, ak.Array) else values, what)

    def index(self) -> np.ndarray | None:
        if len(self.counts) != 1:
            return None
        [counts] = self.counts
        return np.arange(self.size) - np.repeat(np.cumsum(counts) - counts, counts)

    def records(self, columns: Columns) -> Any:
        name = self.name if "pt" in columns else None  # a CDF is no momentum
        return self.values(self.ak.zip(dict(columns), with_name=name, behavior=self.behavior))

    def values(self, values: Any) -> Any:
        for counts in reversed(self.counts):
            values = self.ak.unflatten(values, counts)
        return self.ak.Array(values, behavior=self.behavior)


def layout_of(jets: Any, columns: Sequence[str] = VARIABLES) -> Layout:
    """The layout of some jets.

    :param columns: of a plain numpy array.
    """
    kind = type(jets)
    package = kind.__module__.split(".")[0]
    awkward = sys.modules.get("awkward")
    if awkward is not None and isinstance(jets, awkward.Array):
        return Awkward(jets)
    if isinstance(jets, np.ndarray):
        return Layout(jets) if jets.dtype.names else Rows(jets, columns)
    if package == "pandas" and hasattr(jets, "columns"):
        return Frame(jets)
    if package == "dask_awkward":
        raise InputError(
            "jets is a lazy dask_awkward array; give dask_awkward.map_partitions(model.sample, jets, key=events)"
        )
    raise InputError(
        f"jets is {'None' if jets is None else f'a {kind.__module__}.{kind.__name__}'}; give a numpy array [N, {len(columns)}], a "
        "structured array, a pandas DataFrame or an awkward array of jets"
    )


def read_columns(layout: Layout, columns: Sequence[str], stage: str, given: Mapping[str, Any]) -> np.ndarray:
    """What a model reads, [N, inputs] float32, checked as jets.

    :param columns: the model's: pt [GeV], eta, phi [rad], mass [GeV], then its extra inputs.
    :param stage: gen, raw or reco; columns named ``gen_pt`` … go before ``pt`` ….
    :param given: extra inputs by name, a number, one an event or one a jet.
    """
    extra = columns[len(VARIABLES) :]
    unknown = [name for name in given if name not in extra]
    if unknown:
        takes = f"takes {', '.join(extra)}" if extra else "takes none"
        raise InputError(f"{', '.join(unknown)}: not an extra input of this model, which {takes}")
    values = np.empty((layout.size, len(columns)), np.float32)
    staged = [f"{stage}_{name}" for name in VARIABLES]
    jet = staged if all(name in layout.names() for name in staged) else list(VARIABLES)
    found = {name: layout.column(name) for name in jet}
    missing = [name for name, column in found.items() if column is None]
    if missing:
        raise InputError(
            f"jets have no {', '.join(missing)}, only {', '.join(map(str, layout.names()))}; give records with "
            f"{', '.join(VARIABLES)} (or {', '.join(staged)}), in GeV and radians"
        )
    for name in extra:
        found[name] = layout.spread(given[name], name) if name in given else layout.column(name)
        if found[name] is None:
            raise InputError(
                f"this model reads {name}, and the jets have no such column; give {name}=…, one number an event or a jet"
            )
    for i, (name, column) in enumerate(found.items()):
        with np.errstate(over="ignore"):
            values[:, i] = number_array(column, name)
    check_jets(values, list(found))
    return values


def check_jets(values: np.ndarray, names: Sequence[str]) -> None:
    """Refuses what no jet can have; wraps phi into (-pi, pi] and raises masses that rounding left below 0, in place.

    :param values: [N, inputs] float32, written to.
    """
    if len(values) == 0:
        return
    pt, eta, phi, mass = values[:, :4].T
    faults = [("not finite", ~np.isfinite(column)) for column in values.T]
    with np.errstate(invalid="ignore"):
        for i, (what, fault) in enumerate(
            [
                ("not above 0", pt <= 0),
                ("above 10 in size", np.abs(eta) > MAX_ABS_ETA),
                ("not in radians", np.abs(phi) > LARGEST_PHI),
                ("negative", mass < LOWEST_MASS),
            ]
        ):
            if not faults[i][1].any():
                faults[i] = (what, fault)
    for name, (what, fault), column in zip(names, faults, values.T):
        if fault.any():
            first = int(np.argmax(fault))
            raise InputError(
                f"{name} of {fault.sum()} of {len(fault)} jets is {what}, first in jet {first} ({column[first]:g}); "
                "leave such jets out"
            )
    if np.median(mass) > MEV_MASS * np.median(pt):
        raise InputError(
            f"the median mass is {np.median(mass):g} and the median pt {np.median(pt):g}; give both in GeV: divide MeV "
            "by 1000"
        )
    below = mass < 0
    if below.any():
        warn(f"{below.sum()} masses between {LOWEST_MASS:g} and 0 GeV were set to 0")
        mass[below] = 0
    turned = np.abs(phi) > np.float32(np.pi)
    phi[turned] = wrap_phi(phi[turned].astype(np.float64))


def wrap_phi(phi: np.ndarray) -> np.ndarray:
    """An azimuth brought into (-pi, pi] [rad]."""
    return phi - 2 * np.pi * np.ceil((phi - np.pi) / (2 * np.pi))


def field_of(records: Any, names: Sequence[str], name: str) -> Any:
    if name in names:
        return records[name]
    made = getattr(records, name, None)
    return None if callable(made) else made


def number_array(values: Any, what: str) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise InputError(f"{what} is of the type {array.dtype}; give numbers (float32)")
    return array


def digits(level: float) -> str:
    """Of a level behind its decimal point, two at least: 16, 025."""
    return np.format_float_positional(level, trim="-").partition(".")[2].ljust(2, "0")


def whole_numbers(values: np.ndarray, what: str, below: int) -> np.ndarray:
    """Keys as uint64: a float would round an event number."""
    if values.dtype.kind not in "iu" and values.size > 0:
        raise InputError(
            f"{what} is of the type {values.dtype}, which rounds large numbers; give whole numbers (uint64)"
        )
    if values.size > 0 and (values.min() < 0 or int(values.max()) >= below):
        raise InputError(
            f"{what} has values from {values.min()} to {values.max()}; give whole numbers from 0 to {below - 1}"
        )
    return values.astype(np.uint64)
