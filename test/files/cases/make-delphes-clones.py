"""delphes-clones.root: the jets of delphes.root as Delphes itself writes them, by ROOT: split TClonesArrays, and a tree
that was never flushed, so that the last basket of each branch lies inside the tree's record.

    pip install --pre ROOT uproot awkward && python make-delphes-clones.py
"""
import pathlib

import numpy
import ROOT
import uproot

folder = pathlib.Path(__file__).parent
events = uproot.open(folder / "delphes.root")["Delphes"].arrays(library="ak")

ROOT.gInterpreter.Declare("""
#include "TClonesArray.h"
#include "TFile.h"
#include "TTree.h"
class Jet : public TObject { public: Float_t PT, Eta, Phi, Mass; Int_t Flavor; ClassDef(Jet, 2) };
class GenJet : public TObject { public: Float_t PT, Eta, Phi, Mass; ClassDef(GenJet, 2) };
""")
MEMBERS = {"Jet": ["PT", "Eta", "Phi", "Mass", "Flavor"], "GenJet": ["PT", "Eta", "Phi", "Mass"]}

file = ROOT.TFile(str(folder / "delphes-clones.root"), "RECREATE", "", 101)
tree = ROOT.TTree("Delphes", "")
tree.SetAutoFlush(0)
arrays = {name: ROOT.TClonesArray(name) for name in MEMBERS}
sizes = {name: numpy.zeros(1, "i4") for name in MEMBERS}
for name in MEMBERS:
    tree.Branch(name, arrays[name], 32000, 99)
    tree.Branch(f"{name}_size", sizes[name], f"{name}_size/I")
for entry, event in enumerate(events):
    for name, members in MEMBERS.items():
        arrays[name].Clear()
        sizes[name][0] = len(event[f"{name}.PT"])
        for index in range(sizes[name][0]):
            jet = arrays[name].ConstructedAt(index)
            for member in members:
                setattr(jet, member, event[f"{name}.{member}"][index].item())
    tree.Fill()
    if entry == 20:
        tree.FlushBaskets()
# Saves the description without the baskets in memory, unlike Write.
tree.AutoSave("Overwrite")
tree.SetDirectory(ROOT.nullptr)
file.SaveSelf()
file.Close()
