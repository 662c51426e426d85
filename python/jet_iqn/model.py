"""A trained model: sample it, or ask for quantiles, CDFs and densities of many jets at once.

Kronheim, Kuchera, Prosper, Ramanujan, "Implicit Quantile Neural Networks for Jet Simulation and Correction": y_k =
f_k(x, y_1 … y_k-1, tau_k) for pt, eta, phi, mass one after the other; x is the input jet (gen for simulation, raw for
correction). All values are in GeV and radians, phi in (-pi, pi].
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
from collections.abc import Sequence
from typing import Any, Callable

import numpy as np

from . import condition, graphs
from .errors import BundleError, InputError, warn
from .jets import (
    EVENT_KEYS,
    INDEX_KEYS,
    VARIABLES,
    Awkward,
    Layout,
    Rows,
    layout_of,
    read_columns,
    whole_numbers,
    wrap_phi,
)
from .random import JetNumbers
from .variations import Variation

FORMATS = ("jet-iqn-bundle/1", "jet-iqn-bundle/2")
"""In the first, ``step`` of conditional.onnx is a whole number."""
SHIPPED = pathlib.Path(__file__).with_name("bundles")
if not SHIPPED.is_dir():  # pip install --editable in a clone
    SHIPPED = pathlib.Path(__file__).parents[2] / "models"
STAGES = {"simulation": ("gen", "reco"), "correction": ("raw", "gen")}
"""Input and target by task."""
BLOCK_FROM = 24
"""Samples a jet from which block.onnx is the faster graph on the amortised bundles."""
CHUNK_JETS = 256
"""Jets whose samples are held at a time for quantiles."""
Tau = Callable[[slice, slice], np.ndarray]
"""(which jets, which samples) → tau [J, 4, S] float32."""


def bundles() -> list[str]:
    """Names of the bundles that this installation ships."""
    return sorted(card.parent.name for card in SHIPPED.glob("*/model.json"))


def load(bundle: str | os.PathLike[str], *, threads: int = 1) -> Model:
    """Opens a model.

    :param bundle: the folder of a bundle (model.json, sampler.onnx, …), or the name of one that ships with the package.
    :param threads: of ONNX Runtime; one, since analyses run a process a core.
    """
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise InputError(f"threads is {threads!r}; give a whole number of at least 1")
    folder = pathlib.Path(bundle)
    if not (folder / "model.json").is_file() and str(bundle) in bundles():
        return Model(str(bundle), SHIPPED / str(bundle), threads)
    return Model(str(folder.resolve()), folder, threads)


class Model:
    """A bundle. Its card is ``card``; the card's entries are attributes too: ``task``, ``description``, ``range``,
    ``intended_use``, ``not_for``, ``training``, ``metrics``, ``licence`` …

    Pickles as the bundle's path or shipped name, so that a dask worker opens its own sessions, one of each graph a
    process.

    **Layouts.** ``jets`` is numpy [N, 4] (pt, eta, phi, mass; [N, inputs] with a model's extra inputs), a structured
    array or a pandas DataFrame with these columns (or gen_pt …, raw_pt …, by the task), or an awkward array of records,
    by themselves or in lists of any depth. Answers come in the same form.

    **Keys.** ``key=events``, anything with run, luminosityBlock and event (an entry an event, or one a jet), makes
    random numbers depend on the event and the jet's index there: a skim, another order, another cut in files gives the
    same jets. The index is the place of the jet in its list, the column genJetIdx (jetIdx of raw jets) or ``index=…``:
    give it where jets of an event were left out before. ``key="row"`` numbers the rows from ``first_row``. Tables with
    these columns take them without being told; jets in lists must be given a key, since the rows of each chunk begin at
    0.
    """

    def __init__(self, source: str, folder: pathlib.Path, threads: int):
        self.source, self.folder, self.threads = source, folder, threads
        try:
            text = (folder / "model.json").read_bytes()
            self.card: dict[str, Any] = json.loads(text)
        except OSError as error:
            raise BundleError(
                f"{source}: no bundle with a model.json there; give its folder, or one of {', '.join(bundles())}"
            ) from error
        except ValueError as error:
            raise BundleError(f"{source}/model.json is no JSON: {error}; copy the bundle again") from error
        if self.card.get("format") not in FORMATS:
            raise BundleError(
                f"{source}: the bundle's format is {self.card.get('format')}, this package reads {' and '.join(FORMATS)}; update it"
            )
        self.digest = hashlib.sha256(text).hexdigest()
        self.stage, self.target = STAGES[self.card["task"]]
        self.columns = tuple(column["column"] for column in self.card["inputs"])
        """Input columns: pt, eta, phi, mass, then extra inputs."""

    def __getattr__(self, name: str) -> Any:
        head, *rest = name.split("_")
        card = self.__dict__.get("card", {})
        try:
            return card[head + "".join(word.capitalize() for word in rest)]
        except KeyError:
            raise AttributeError(f"a model has no {name}; its card has {', '.join(card)}") from None

    def __repr__(self) -> str:
        return f"<jet_iqn {self.card['name']}: {self.stage} to {self.target} jets, inputs {', '.join(self.columns)}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return reopened, (self.source, self.threads, self.digest)

    def sample(
        self,
        jets: Any,
        *,
        samples: int | None = None,
        seed: int = 1,
        key: Any = None,
        index: Any = None,
        first_row: int = 0,
        pt_scale: Any = 1.0,
        pt_resolution: Any = 1.0,
        **inputs: Any,
    ) -> Any:
        """Target jets drawn from their distribution: the predictions of ``jet-iqn sample`` for this seed and these
        keys.

        :param samples: S adds an axis of S behind the jets ([N, S, 4] for numpy); None gives one jet for each.
        :param key: see the class. :param inputs: extra inputs by name, a number, one an event or one a jet.
        :param pt_scale: and ``pt_resolution``: variations with the same random numbers, see :mod:`jet_iqn.variations`;
            a tuple (nominal, up, down) or a correctionlib correction adds pt_up, pt_down, mass_up, mass_down.
        """
        layout, x = self._read(jets, inputs)
        variation = self._variation(layout, pt_scale, pt_resolution)
        count = whole(1 if samples is None else samples, "samples", 1)
        drawn = self._predict(x, count, self._numbers(layout, seed, key, index, first_row).tau)
        columns = {name: drawn[:, k] for k, name in enumerate(VARIABLES)}
        if variation:
            columns = variation(drawn, self._median(x))
            variation.say_held()
        return layout.records({name: values[:, 0] if samples is None else values for name, values in columns.items()})

    def predict(self, jets: Any, tau: Any, **inputs: Any) -> Any:
        """Target jets at given levels, each variable given those before it: no random numbers.

        :param tau: [N, 4] or [4] in (0, 1).
        """
        layout, x = self._read(jets, inputs)
        tau = np.asarray(tau, np.float32)
        if tau.shape not in ((4,), (len(x), 4)) or not ((tau > 0) & (tau < 1)).all():
            raise InputError(f"tau has the shape {tau.shape}; give [{len(x)}, 4] or [4] with values in (0, 1)")
        made = self._predict(x, 1, lambda some, _: np.broadcast_to(tau, (len(x), 4))[some, :, None])
        return layout.records({name: made[:, k, 0] for k, name in enumerate(VARIABLES)})

    def quantiles(
        self,
        jets: Any,
        levels: Sequence[float],
        *,
        samples: int = 1000,
        seed: int = 1,
        key: Any = None,
        index: Any = None,
        first_row: int = 0,
        pt_scale: Any = 1.0,
        pt_resolution: Any = 1.0,
        **inputs: Any,
    ) -> Any:
        """Quantiles of each variable by itself, as ``jet-iqn predict --quantile``: of pt exact, of eta,
        phi and mass from samples.

        :param levels: [L] in (0, 1).
        :param pt_scale: and ``pt_resolution``: as of ``sample``. Of a correctionlib correction the quantiles of pt are
            from samples too.
        :returns: an axis of L behind the jets ([N, L, 4] for numpy); for pandas columns pt_q16, pt_q50 ….
        """
        own = np.atleast_1d(np.asarray(levels, np.float64))
        if own.ndim != 1 or len(own) == 0 or not ((own > 0) & (own < 1)).all():
            raise InputError(f"levels is {levels!r}; give numbers in (0, 1), such as [0.16, 0.5, 0.84]")
        whole(samples, "samples", 1)
        layout, x = self._read(jets, inputs)
        variation = self._variation(layout, pt_scale, pt_resolution)
        numbers = self._numbers(layout, seed, key, index, first_row)
        names = variation.names if variation else list(VARIABLES)
        made = np.empty((len(x), len(names), len(own)), np.float32)
        median = self._median(x) if variation else np.empty(0)
        for some in slices(len(x), CHUNK_JETS):
            drawn = self._predict(x[some], samples, numbers[some].tau)
            if variation:
                columns = variation(drawn, median[some], some)
                drawn = np.stack([columns[name] for name in names], axis=1)
            drawn = drawn.astype(np.float64)
            phi = x[some, 2, None].astype(np.float64)
            drawn[:, 2] = wrap_phi(drawn[:, 2] - phi)
            quantiles = np.moveaxis(np.quantile(drawn, own, axis=2), 0, 2)
            quantiles[:, 2] = wrap_phi(quantiles[:, 2] + phi)
            made[some] = quantiles
        if variation:
            variation.say_held()
        exact = self._levels(x, own)
        if not variation:
            made[:, 0] = exact
        elif variation.exact:
            rows = np.ones((len(x), 4, len(own)), np.float32)
            rows[:, 0] = exact
            for name, values in variation(rows, median).items():
                if name.startswith("pt"):
                    made[:, names.index(name)] = values
        return layout.levels({name: made[:, k] for k, name in enumerate(names)}, [float(level) for level in own])

    def cdf(self, jets: Any, observed: Any, **inputs: Any) -> Any:
        """The four conditional CDFs at observed target jets, each given the variables before it: uniform and
        independent over true jets where the model is right (Rosenblatt 1952).

        :param observed: as many target jets, columns pt … (or reco_pt … of a simulation, gen_pt … of a correction).
        :returns: pt_cdf, eta_cdf, phi_cdf, mass_cdf in [0, 1]; [N, 4] for numpy.
        """
        layout, tau, _ = self._solve(jets, observed, inputs)
        return layout.records({f"{name}_cdf": tau[:, k].astype(np.float32) for k, name in enumerate(VARIABLES)})

    def log_density(self, jets: Any, observed: Any, **inputs: Any) -> Any:
        """log p(observed | jets), of a density per GeV² and radian: minus the sum of the logs of the four slopes
        dy/dtau.

        :returns: a float64 a jet; -inf where the model gives no such jet.
        """
        layout, _, density = self._solve(jets, observed, inputs)
        return layout.values(density)

    def _read(self, jets: Any, inputs: dict[str, Any]) -> tuple[Layout, np.ndarray]:
        """Input jets, [N, inputs] float32, compared with the range of the training."""
        layout = layout_of(jets, self.columns)
        if self.stage == "raw" and "rawFactor" in layout.names():
            raise InputError(
                "the jets have a rawFactor, so their pt is a corrected one, and this model takes raw jets; "
                "give jet_iqn.raw_jets(jets)"
            )
        x = read_columns(layout, self.columns, self.stage, inputs)
        for i, name in enumerate(self.columns):
            if len(x) == 0 or name == "phi" or name not in self.card["range"]:
                continue  # all of phi is one circle
            least, most = self.card["range"][name]
            median = np.median(x[:, i])
            if name == "pt" and median > 2 * most and median / 1000 >= least:
                raise InputError(
                    f"the median pt is {median:g}, the largest in training was {most:g} GeV; give GeV: divide MeV by 1000"
                )
            outside = int(((x[:, i] < least) | (x[:, i] > most)).sum())
            if outside:
                warn(
                    f"{name} of {outside} of {len(x)} jets is outside {least:.4g} to {most:.4g}, where the model was trained; "
                    "it extrapolates there"
                )
        return layout, x

    def _variation(self, layout: Layout, pt_scale: Any, pt_resolution: Any) -> Variation:
        variation = Variation(layout, pt_scale, pt_resolution)
        if len(variation.names) > len(VARIABLES) and isinstance(layout, Rows):
            raise InputError(
                "rows of numpy have no place for pt_up and pt_down; give a structured array, a DataFrame or awkward jets"
            )
        return variation

    def _median(self, x: np.ndarray) -> np.ndarray:
        """Of pt, exact, [N]."""
        return self._levels(x, np.array([0.5]))[:, 0]

    def _numbers(self, layout: Layout, seed: int, key: Any, index: Any, first_row: int) -> JetNumbers:
        """Where the random numbers of the jets come from."""
        if key is None:
            if all(name in layout.names() for name in EVENT_KEYS):
                key = layout.jets
            elif isinstance(layout, Awkward) and layout.counts:
                raise InputError(
                    "jets in lists need a key, or each chunk of a file gets the same random numbers; give key=events "
                    '(run, luminosityBlock, event), or key="row"'
                )
            else:
                key = "row"
        if isinstance(key, str):
            if key != "row" or index is not None:
                raise InputError(
                    f'key is {key!r}, index is {index!r}; give key=events, with or without index, or key="row"'
                )
            return JetNumbers.by_row(seed, whole(first_row, "first_row", 0), layout.size)
        columns = {name: key_column(key, name) for name in EVENT_KEYS}
        missing = [name for name, column in columns.items() if column is None]
        if missing:
            raise InputError(
                f'the key has no {", ".join(missing)}; give events with {", ".join(EVENT_KEYS)}, or key="row"'
            )
        own = INDEX_KEYS[self.stage]
        if index is None:
            place = layout.column(own) if own in layout.names() else layout.index()
        else:
            place = layout.spread(index, "index")
        if place is None:
            raise InputError(
                f"the jets are not in one list an event and have no {own}; give index=…, each jet's index in its event"
            )
        run, block, event = (
            whole_numbers(layout.spread(columns[name], name), name, 2**64 if name == "event" else 2**32)
            for name in EVENT_KEYS
        )
        numbers = JetNumbers.by_event(seed, run, block, event, whole_numbers(place, "index", 2**32))
        twice = numbers.repeated()
        if twice:
            warn(
                f"{twice} of {layout.size} jets have the run, luminosityBlock, event and index of another one, and so its random numbers"
            )
        return numbers

    def _predict(self, x: np.ndarray, samples: int, tau: Tau) -> np.ndarray:
        """Predictions [N, 4, S] of jets [N, inputs]."""
        made = np.empty((len(x), 4, samples), np.float32)
        if samples < BLOCK_FROM:
            sampler = self._graph("sampler.onnx")
            for some in slices(len(x), graphs.MOST_ROWS // samples):
                rows = tau(some, slice(0, samples)).transpose(0, 2, 1).reshape(-1, 4)
                [values] = graphs.run_rows(sampler, {"jets": np.repeat(x[some], samples, axis=0), "tau": rows})
                made[some] = values.reshape(-1, samples, 4).transpose(0, 2, 1)
            return made
        block = self._graph("block.onnx")
        # Equal runs rather than full ones and a rest, so that less is filled in.
        runs = -(-samples // graphs.MOST_SAMPLES)
        width = -(-samples // (runs * graphs.VECTOR)) * graphs.VECTOR
        for some in slices(len(x), graphs.BLOCK_JETS):
            jets = graphs.filled(x[some], graphs.BLOCK_JETS)
            for part in slices(samples, width):
                levels = graphs.filled(tau(some, slice(part.start, part.start + width)), graphs.BLOCK_JETS)
                [values] = block.run(["predictions"], {"jets": jets, "tau": levels})
                made[some, :, part] = values[: some.stop - some.start, :, : part.stop - part.start]
        return made

    def _levels(self, x: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """Exact quantiles [N, L] of pt, the first of the steps."""

        def tau(some: slice, part: slice) -> np.ndarray:
            own = levels[np.arange(part.start, part.stop).clip(max=len(levels) - 1)].astype(np.float32)
            return np.broadcast_to(own, (some.stop - some.start, 4, len(own)))

        return self._predict(x, len(levels), tau)[:, 0]

    def _solve(self, jets: Any, observed: Any, inputs: dict[str, Any]) -> tuple[Layout, np.ndarray, np.ndarray]:
        """The four CDFs [N, 4] and the log density [N] at observed jets."""
        layout, x = self._read(jets, inputs)
        theirs = layout_of(observed)
        y = read_columns(theirs, VARIABLES, self.target, {})
        if theirs.size != layout.size:
            raise InputError(f"observed are {theirs.size} jets for {layout.size} input jets; give one for each")
        graph = self._graph("conditional.onnx")
        number = np.int64 if self.card["format"] == FORMATS[0] else np.float32
        tau, density = np.empty((len(x), 4)), np.zeros(len(x))
        crossed = beyond = 0
        for some in slices(len(x), 4096):
            for step, name in enumerate(VARIABLES):

                def quantile(rows: np.ndarray, levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
                    value, slope = graphs.run_rows(
                        graph,
                        {
                            "jets": x[some][rows],
                            "known": y[some][rows, :3],
                            "tau": levels,
                            "step": np.full(len(rows), step, number),
                        },
                    )
                    return value, slope

                own = y[some, step].astype(np.float64)
                if name == "phi":  # on the branch nearest to the input jet's
                    own = x[some, 2] + wrap_phi(own - x[some, 2])
                solved = condition.solve(quantile, own)
                tau[some, step] = solved.tau
                with np.errstate(divide="ignore"):
                    density[some] += np.log(solved.density)
                crossed, beyond = crossed + solved.crossed, beyond + solved.beyond
        if beyond:
            warn(f"{beyond} values lie beyond what the model gives: CDF 0 or 1, density 0")
        if crossed:
            warn(f"quantiles cross {crossed} times: there the CDF is that of the samples")
        return layout, tau, density

    def _graph(self, file: str) -> Any:
        try:
            sha256 = self.card["files"][file]["sha256"]
        except (KeyError, TypeError) as error:
            raise BundleError(f"{self.source}/model.json names no {file}; export the model again") from error
        return graphs.session(self.folder / file, sha256, self.threads)


def reopened(source: str, threads: int, digest: str) -> Model:
    """A pickled model; refused where there is another one at its path."""
    model = load(source, threads=threads)
    if model.digest != digest:
        raise BundleError(f"{source} is not the bundle that was sent here; give every machine the same one")
    return model


def raw_jets(jets: Any) -> Any:
    """NanoAOD's jets before correction: pt and mass times 1 - rawFactor, which then goes.

    :param jets: an awkward array or DataFrame with pt, mass and rawFactor.
    """
    try:
        factor = 1 - jets["rawFactor"] * np.float64(1)
        made = {name: jets[name] * factor for name in ("pt", "mass")}
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise InputError("raw_jets wants an awkward array or a DataFrame with pt, mass and rawFactor") from error
    if hasattr(jets, "assign"):
        return jets.assign(**{name: values.astype(np.float32) for name, values in made.items()}).drop(
            columns="rawFactor"
        )
    import awkward as ak

    for name, values in made.items():
        jets = ak.with_field(jets, ak.values_astype(values, np.float32), name)
    return ak.without_field(jets, "rawFactor")


def key_column(key: Any, name: str) -> Any:
    try:
        return key[name]
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        return getattr(key, name, None)


def whole(value: Any, what: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise InputError(f"{what} is {value!r}; give a whole number of at least {least}")
    return int(value)


def slices(count: int, width: int) -> list[slice]:
    return [slice(first, min(count, first + width)) for first in range(0, count, width)]
