"""Pairs of jets, as particles make them and as a detector like CMS would measure them.

Pythia 8 makes the events, `jets.detector` emulates the detector, FastJet clusters both. `python -m jets --help`.
"""
