"""A friend tree without ROOT: predictions for each jet of a NanoAOD file, an entry for each of Events, empty ones
included.

A simulation predicts for each gen jet, ``nGenJet`` and ``GenJet_iqn_pt[nGenJet]`` …; a correction for each jet before
its correction, ``nJet`` and ``Jet_iqn_pt[nJet]`` …. run, luminosityBlock and event stand beside them, for
TTree::BuildIndex.
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from .errors import InputError
from .jets import EVENT_KEYS, VARIABLES, layout_of
from .model import Model, raw_jets
from .variations import Variation

COLLECTIONS = {"gen": "GenJet", "raw": "Jet"}
STEP = 20_000
"""Events at a time."""


def write_friend(
    model: Model,
    source: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    seed: int = 1,
    collection: str | None = None,
    key: str = "event",
    tree: str = "Events",
    inputs: Mapping[str, str] | None = None,
    pt_scale: Any = 1.0,
    pt_resolution: Any = 1.0,
    overwrite: bool = False,
) -> dict[str, int]:
    """Writes the friend tree of a file.

    :param output: not there before, unless ``overwrite``; complete or not there afterwards.
    :param collection: GenJet or Jet, by the task; for large jets GenJetAK8, FatJet.
    :param key: event, or row for a file without run, luminosityBlock and event.
    :param pt_scale: and ``pt_resolution``: as of ``Model.sample``; with an up and a down also ``Jet_iqn_pt_up`` ….
    :param inputs: branch by extra input: ``{"rho": "Rho_fixedGridRhoFastjetAll"}``.
    :returns: how many events and jets.
    """
    import awkward as ak
    import uproot

    output = pathlib.Path(output)
    if output.exists() and (not overwrite or os.path.samefile(source, output)):
        raise InputError(f"{output} is there; give another name" + ("" if overwrite else ", or --overwrite"))
    collection = collection or COLLECTIONS[model.stage]
    kept = EVENT_KEYS if key == "event" else ()
    extra = {name: (inputs or {}).get(name, name) for name in model.columns[len(VARIABLES) :]}
    wanted = [f"{collection}_{name}" for name in (*VARIABLES, *(["rawFactor"] if model.stage == "raw" else []))]
    temporary = output.with_name(f".{output.name}.{os.getpid()}.tmp")
    events = jets = 0
    try:
        with uproot.open({os.fspath(source): tree}) as nano, uproot.recreate(temporary) as made:
            missing = [name for name in (*wanted, *kept, *extra.values()) if name not in nano]
            if missing:
                raise InputError(
                    f"{source}: {tree} has no {', '.join(missing)}; choose --collection, --key row, or --input NAME=BRANCH"
                )
            types = {name: nano[name].interpretation.to_dtype for name in kept}
            one = layout_of(np.ones((1, len(model.columns))), model.columns)
            names = Variation(one, pt_scale, pt_resolution).names
            record = ak.types.RecordType(
                [ak.types.NumpyType("float32")] * len(names), [f"iqn_{name}" for name in names]
            )
            friend = made.mktree(
                tree,
                {**types, collection: ak.types.ArrayType(ak.types.ListType(record), 0)},
                title=f"jet_iqn {model.name}, model.json sha256 {model.digest}, seed {seed}, key {key}",
            )
            for chunk in nano.iterate([*wanted, *kept, *extra.values()], step_size=STEP, library="ak"):
                own = ak.zip({name.removeprefix(f"{collection}_"): chunk[name] for name in wanted})
                if model.stage == "raw":
                    own = raw_jets(own)
                drawn = model.sample(
                    own,
                    seed=seed,
                    key=chunk if kept else "row",
                    first_row=0 if kept else jets,
                    pt_scale=pt_scale,
                    pt_resolution=pt_resolution,
                    **{name: chunk[branch] for name, branch in extra.items()},
                )
                friend.extend(
                    {
                        **{name: chunk[name] for name in kept},
                        collection: ak.zip({f"iqn_{name}": drawn[name] for name in names}),
                    }
                )
                events, jets = events + len(chunk), jets + int(np.sum(ak.num(drawn.pt)))
            if events != nano.num_entries:
                raise InputError(
                    f"{source}: {tree} has {nano.num_entries} entries and {events} could be read; copy the file again"
                )
        os.replace(temporary, output)
    finally:
        temporary.unlink(missing_ok=True)
    return {"events": events, "jets": jets}
