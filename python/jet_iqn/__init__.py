"""Implicit quantile networks for jets: ``load`` a model, then ``sample``, ``quantiles``, ``cdf``, ``log_density``.

model = jet_iqn.load("simulation")
reco = model.sample(events.GenJet, seed=1, key=events)
"""

import pathlib

from .errors import BundleError, InputError, RangeWarning
from .model import Model, bundles, load, raw_jets

__all__ = ["INCLUDE", "BundleError", "InputError", "Model", "RangeWarning", "bundles", "load", "raw_jets"]

INCLUDE = str(pathlib.Path(__file__).with_name("include"))
"""The folder of jet_iqn.hpp, the same for RDataFrame and C++."""
