"""Implicit quantile networks for jets: ``load`` a model, then ``sample``, ``quantiles``, ``cdf``, ``log_density``.

    model = jet_iqn.load("simulation")
    reco = model.sample(events.GenJet, seed=1, key=events)
"""
from .errors import BundleError, InputError, RangeWarning
from .model import Model, bundles, load, raw_jets

__all__ = ["BundleError", "InputError", "Model", "RangeWarning", "bundles", "load", "raw_jets"]
