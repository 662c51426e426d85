"""rntuple-*.root: the events of nanoaod-v12.root and the jets of jet-ntuple.root as RNTuples by ROOT 6.40 and uproot 5.7, in
every layout, compression and encoding that these write; rntuple.json: what ROOT reads of columns that the trees have not; and
RNTuples that no writer makes (damaged/rntuple-*.root, unfit/rntuple-*.root), whose checksums are right.

    pip install --pre ROOT uproot awkward xxhash && python make-rntuple.py [FOLDER]
"""
import json
import os
import pathlib
import struct
import sys

import awkward as ak
import numpy as np
import pandas as pd
import ROOT
import uproot
import xxhash

here = pathlib.Path(__file__).resolve().parent
# Files of ROOT hold their own path.
os.chdir(sys.argv[1] if len(sys.argv) > 1 else here)
folder = pathlib.Path()
for name in ("damaged", "unfit"):
    (folder / name).mkdir(exist_ok=True)
ROOT.gErrorIgnoreLevel = ROOT.kError
tree = uproot.open(here / "nanoaod-v12.root")["Events"].arrays()
jets = uproot.open(here / "jet-ntuple.root")["AK4jets/jetTree"].arrays(library="np")

# ---- as ROOT's importer makes them: _collection0 with GenJet_pt …, _collection1 with Jet_pt …, and projections of both -------
options = ROOT.RNTupleWriteOptions()
options.SetCompression(505)
(folder / "rntuple-imported.root").unlink(missing_ok=True)
importer = ROOT.Experimental.RNTupleImporter.Create(str(here / "nanoaod-v12.root"), "Events", str(folder / "rntuple-imported.root"))
importer.SetWriteOptions(options)
importer.SetIsQuiet(True)
importer.Import()

ROOT.gInterpreter.Declare(r"""
#include <ROOT/RField.hxx>
#include <ROOT/RNTupleModel.hxx>
#include <ROOT/RNTupleWriteOptions.hxx>
#include <ROOT/RNTupleWriter.hxx>
#include <TDirectory.h>
#include <TFile.h>
#include <cstring>
using namespace ROOT;
using Fields = std::vector<std::unique_ptr<RFieldBase>>;
template <typename T> std::unique_ptr<RFieldBase> field(const char *name) { return std::make_unique<RField<T>>(name); }

struct Jet { float pt, eta, phi, mass, rawFactor, area; std::uint8_t hadronFlavour, jetId; std::int16_t genJetIdx; };
struct GenJet { float pt, eta, phi, mass; };
struct Event { std::uint32_t run, lumi; std::uint64_t event; float rho, weight; std::vector<Jet> jets; std::vector<GenJet> gens; };

RNTupleWriteOptions optionsOf(unsigned compression, bool checksums, unsigned pageBytes) {
  RNTupleWriteOptions options;
  options.SetCompression(compression);
  options.SetEnablePageChecksums(checksums);
  if (!checksums) options.SetEnableSamePageMerging(false);
  options.SetInitialUnzippedPageSize(pageBytes);
  options.SetMaxUnzippedPageSize(pageBytes);
  return options;
}
template <typename T> void put(REntry &entry, const char *name, const std::vector<T> &values) {
  auto &bytes = *std::static_pointer_cast<std::vector<char>>(entry.GetPtr<void>(name));
  bytes.resize(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
}
/// An untyped collection of records, as CMS writes it, with Jet_pt … projected or not. Two clusters a group, small pages; after
/// 13 events come three fields more; the weight changes from 32 to 16 bits after the first cluster.
void native(const char *path, const std::vector<Event> &events, std::size_t count, bool projected, unsigned compression, bool checksums) {
  auto model = RNTupleModel::CreateBare();
  model->AddField(field<std::uint32_t>("run"));
  model->AddField(field<std::uint32_t>("luminosityBlock"));
  model->AddField(field<std::uint64_t>("event"));
  Fields rho; rho.push_back(field<float>("fixedGridRhoFastjetAll"));
  model->AddField(std::make_unique<RRecordField>("Rho", std::move(rho)));
  auto weight = std::make_unique<RField<float>>("genWeight");
  weight->SetColumnRepresentatives({{ENTupleColumnType::kReal32}, {ENTupleColumnType::kReal16}});
  model->AddField(std::move(weight));
  Fields members;
  for (auto name : {"pt", "eta", "phi", "mass", "rawFactor", "area"}) members.push_back(field<float>(name));
  for (auto name : {"hadronFlavour", "jetId"}) members.push_back(field<std::uint8_t>(name));
  members.push_back(field<std::int16_t>("genJetIdx"));
  model->AddField(RVectorField::CreateUntyped("Jet", std::make_unique<RRecordField>("_0", std::move(members))));
  Fields gens;
  for (auto name : {"pt", "eta", "phi", "mass"}) gens.push_back(field<float>(name));
  model->AddField(RVectorField::CreateUntyped("GenJet", std::make_unique<RRecordField>("_0", std::move(gens))));
  if (projected) {
    model->AddProjectedField(RFieldBase::Create("nJet", "ROOT::RNTupleCardinality<std::uint32_t>").Unwrap(),
                             [](const std::string &) { return std::string("Jet"); });
    for (std::string name : {"pt", "eta", "phi", "mass", "rawFactor"})
      model->AddProjectedField(RFieldBase::Create("Jet_" + name, "ROOT::VecOps::RVec<float>").Unwrap(), [name](const std::string &of) {
        return of == "Jet_" + name ? std::string("Jet") : "Jet._0." + name;
      });
  }
  auto writer = RNTupleWriter::Recreate(std::move(model), "Events", path, optionsOf(compression, checksums, 32));
  auto entry = writer->CreateEntry();
  bool late = false;
  for (std::size_t i = 0; i < count; ++i) {
    if (i == 13) {
      auto update = writer->CreateModelUpdater();
      update->BeginUpdate();
      update->AddField(field<double>("late"));
      update->AddField(field<std::vector<std::int32_t>>("lateList"));
      update->CommitUpdate();
      entry = writer->CreateEntry();
      late = true;
    }
    const auto &event = events[i];
    *entry->GetPtr<std::uint32_t>("run") = event.run;
    *entry->GetPtr<std::uint32_t>("luminosityBlock") = event.lumi;
    *entry->GetPtr<std::uint64_t>("event") = event.event;
    std::memcpy(entry->GetPtr<void>("Rho").get(), &event.rho, sizeof(float));
    *entry->GetPtr<float>("genWeight") = event.weight;
    put(*entry, "Jet", event.jets);
    put(*entry, "GenJet", event.gens);
    if (late) {
      *entry->GetPtr<double>("late") = i / 2.;
      entry->GetPtr<std::vector<std::int32_t>>("lateList")->assign(i % 3, -std::int32_t(i));
    }
    writer->Fill(*entry);
    if (i % 5 != 4) continue;
    writer->CommitCluster(i % 10 == 9);
    if (i == 4) {
      auto &changed = const_cast<RFieldBase &>(writer->GetModel().GetConstField("genWeight"));
      ROOT::Internal::RFieldRepresentationModifier::SetPrimaryColumnRepresentation(changed, 1);
    }
  }
}

/// One jet an entry, in a directory, and a column of each encoding.
void jetNtuple(const char *path, const std::vector<std::string> &names, const std::vector<std::vector<float>> &values,
               const std::vector<std::uint32_t> &match, const std::vector<std::uint64_t> &event, unsigned compression) {
  auto model = RNTupleModel::Create();
  std::vector<std::shared_ptr<float>> floats;
  for (const auto &name : names) floats.push_back(model->MakeField<float>(name));
  auto matched = model->MakeField<std::uint32_t>("jetGenMatch");
  auto number = model->MakeField<std::uint64_t>("event");
  auto flag = model->MakeField<bool>("flag");
  auto i8 = model->MakeField<std::int8_t>("i8"); auto u8 = model->MakeField<std::uint8_t>("u8");
  auto i16 = model->MakeField<std::int16_t>("i16"); auto u16 = model->MakeField<std::uint16_t>("u16");
  auto i32 = model->MakeField<std::int32_t>("i32"); auto i64 = model->MakeField<std::int64_t>("i64");
  auto letter = model->MakeField<char>("letter"); auto atomic = model->MakeField<std::atomic<std::int32_t>>("atomic");
  auto real = model->MakeField<double>("real"); auto text = model->MakeField<std::string>("text");
  auto array = model->MakeField<std::array<float, 2>>("array"); auto either = model->MakeField<std::variant<float, int>>("either");
  auto half = std::make_unique<RField<float>>("half"); half->SetHalfPrecision(); model->AddField(std::move(half));
  auto narrow = std::make_unique<RField<double>>("narrow"); narrow->SetColumnRepresentatives({{compression ? ENTupleColumnType::kSplitReal32 : ENTupleColumnType::kReal32}}); model->AddField(std::move(narrow));
  for (unsigned bits : {10, 17, 31}) { auto f = std::make_unique<RField<float>>("truncated" + std::to_string(bits)); f->SetTruncated(bits); model->AddField(std::move(f)); }
  for (unsigned bits : {1, 12, 27, 32}) { auto f = std::make_unique<RField<float>>("quantised" + std::to_string(bits)); f->SetQuantized(bits, std::make_pair(-5.f, 7.f)); model->AddField(std::move(f)); }
  TFile file(path, "RECREATE");
  auto writer = RNTupleWriter::Append(std::move(model), "jetTree", *file.mkdir("AK4jets"), optionsOf(compression, true, 64));
  auto entry = writer->CreateEntry();
  for (std::size_t i = 0; i < event.size(); ++i) {
    const long k = i - 30;
    for (std::size_t j = 0; j < names.size(); ++j) *entry->GetPtr<float>(names[j]) = values[j][i];
    *entry->GetPtr<std::uint32_t>("jetGenMatch") = match[i]; *entry->GetPtr<std::uint64_t>("event") = event[i];
    *entry->GetPtr<bool>("flag") = i % 3 == 1;
    *entry->GetPtr<std::int8_t>("i8") = k; *entry->GetPtr<std::uint8_t>("u8") = 5 * i;
    *entry->GetPtr<std::int16_t>("i16") = 1000 * k; *entry->GetPtr<std::uint16_t>("u16") = 1001 * i;
    *entry->GetPtr<std::int32_t>("i32") = 70000000 * k; *entry->GetPtr<std::int64_t>("i64") = 300000000000000000 * (k % 30) - 1;
    *entry->GetPtr<char>("letter") = 'a' + i % 26; *entry->GetPtr<std::atomic<std::int32_t>>("atomic") = 3 * k;
    *entry->GetPtr<double>("real") = k / 7.; *entry->GetPtr<std::string>("text") = std::string(i % 4, 'x');
    *entry->GetPtr<double>("narrow") = k / 7.;
    const float x = -5 + 12.f * i / event.size();
    *entry->GetPtr<float>("half") = i == 0 ? 1e9 : i == 1 ? 3e-7 : x;
    for (auto bits : {10, 17, 31}) *entry->GetPtr<float>("truncated" + std::to_string(bits)) = x;
    for (auto bits : {1, 12, 27, 32}) *entry->GetPtr<float>("quantised" + std::to_string(bits)) = x;
    writer->Fill(*entry);
    if (i % 20 == 19) writer->CommitCluster();
  }
}
""")

VARIABLES = ("pt", "eta", "phi", "mass")
events = ROOT.std.vector["Event"]()
for row in ak.to_list(tree):
    event = ROOT.Event()
    event.run, event.lumi, event.event = row["run"], row["luminosityBlock"], row["event"]
    event.rho, event.weight = row["Rho_fixedGridRhoFastjetAll"], row["genWeight"]
    for index in range(row["nJet"]):
        jet = ROOT.Jet()
        for name in (*VARIABLES, "rawFactor", "area", "hadronFlavour", "jetId", "genJetIdx"):
            setattr(jet, name, row[f"Jet_{name}"][index])
        event.jets.push_back(jet)
    for index in range(row["nGenJet"]):
        gen = ROOT.GenJet()
        for name in VARIABLES:
            setattr(gen, name, row[f"GenJet_{name}"][index])
        event.gens.push_back(gen)
    events.push_back(event)
ROOT.native(str(folder / "rntuple-native.root"), events, 30, False, 404, True)
ROOT.native(str(folder / "rntuple-projected.root"), events, 30, True, 207, True)
# For the fuzzer: its pages have no checksums, and those of its descriptions can be made right again.
ROOT.native(str(folder / "rntuple-unchecked.root"), events, 20, False, 0, False)

floats = [name for name, values in jets.items() if values.dtype == "f4"]
arguments = (ROOT.std.vector["std::string"](floats), ROOT.std.vector["std::vector<float>"]([ROOT.std.vector["float"](jets[name].tolist()) for name in floats]),
             ROOT.std.vector["std::uint32_t"](jets["jetGenMatch"].tolist()), ROOT.std.vector["std::uint64_t"](jets["event"].tolist()))
ROOT.jetNtuple(str(folder / "rntuple-jets.root"), *arguments, 101)
ROOT.jetNtuple(str(folder / "rntuple-jets-plain.root"), *arguments, 0)

# ---- by uproot: records, lists each with offsets of their own, three groups of clusters ---------------------------------------
with uproot.recreate(folder / "rntuple-uproot.root", compression=uproot.ZSTD(5)) as file:
    jet = ak.zip({name: tree[f"Jet_{name}"] for name in ("pt", "eta", "phi", "mass", "rawFactor", "area", "hadronFlavour", "jetId", "genJetIdx")})
    columns = {name: tree[name] for name in ("run", "luminosityBlock", "event", "genWeight", "Rho_fixedGridRhoFastjetAll")}
    columns |= {"Jet": jet} | {f"GenJet_{name}": tree[f"GenJet_{name}"] for name in VARIABLES}
    parts = [{name: values[part] for name, values in columns.items()} for part in (slice(0, 13), slice(13, 14), slice(14, 30))]
    file.mkrntuple("Events", parts[0])
    for part in parts[1:]:
        file["Events"].extend(part)
# A table of jets, as an RNTuple and as a TTree.
truth = dict(pd.read_csv(here / "truth.csv").astype("f4"))
with uproot.recreate(folder / "rntuple-table.root") as file:
    file["my_jets"] = truth
with uproot.recreate(folder / "tree-table.root", compression=uproot.ZLIB(9)) as file:
    file.mktree("my_jets", truth)
with uproot.recreate(folder / "unfit" / "rntuple-two-tables.root") as file:
    file["train"] = file["test"] = truth
with uproot.recreate(folder / "unfit" / "rntuple-no-rows.root") as file:
    file.mkrntuple("Events", {name: values[:0] for name, values in columns.items()})
with uproot.recreate(folder / "unfit" / "rntuple-lists.root") as file:
    file.mkrntuple("Events", {"Jet_pt": ak.Array([[1.0, 2.0], [3.0]]), "Jet_eta": ak.Array([[1.0], [2.0, 3.0]]), "Jet_phi": ak.Array([[1.0], [2.0, 3.0]]), "Jet_mass": ak.Array([[1.0], [2.0, 3.0]])})

# ---- what ROOT reads --------------------------------------------------------------------------------------------------------
def root_reads(path, name, columns):
    frame = ROOT.RDataFrame(name, str(folder / path))
    return {column: [min(float(value), 1e99) if values.dtype.kind == "f" else str(int(value)) for value in values]
            for column, values in frame.AsNumpy(columns).items()}


extra = ["flag", "i8", "u8", "i16", "u16", "i32", "i64", "real", "narrow", "half"]
extra += [f"truncated{bits}" for bits in (10, 17, 31)] + [f"quantised{bits}" for bits in (1, 12, 27, 32)]
(folder / "rntuple.json").write_text(json.dumps({
    "rntuple-jets.root": root_reads("rntuple-jets.root", "AK4jets/jetTree", extra),
    "rntuple-jets-plain.root": root_reads("rntuple-jets-plain.root", "AK4jets/jetTree", extra),
    "rntuple-native.root": root_reads("rntuple-native.root", "Events", ["late", "genWeight"]),
}) + "\n")

# ---- what no writer makes, of the file whose pages have no checksums ------------------------------------------------------------
whole = (folder / "rntuple-unchecked.root").read_bytes()
ntuple = uproot.open(folder / "rntuple-unchecked.root")["Events"]
header, footer = ((ntuple.member(f"fSeek{name}"), ntuple.member(f"fLen{name}")) for name in ("Header", "Footer"))
groups = [(group.page_list_link.locator.offset, group.page_list_link.env_uncomp_size)
          for group in ntuple.footer.cluster_group_records]
anchor = whole.index(struct.pack(">HHHHQ", 1, 0, ntuple.member("fVersionMinor"), 0, header[0]))
number = {ntuple.all_fields[column.field_id].path: column for column in reversed(ntuple.column_records)}


def first_page(ntuple, path):
    """Number of elements, bytes and place of a column's first page."""
    page = ntuple.page_link_list[0][number[path].idx].pages[0]
    return page.num_elements, page.locator.num_bytes, page.locator.offset


def sealed(content):
    """All checksums made right again."""
    def seal(seek, length, order="<"):
        sum = struct.pack(f"{order}Q", xxhash.xxh3_64_intdigest(bytes(content[seek:seek + length])))
        content[seek + length:seek + length + 8] = sum
        return sum
    seal(anchor, 64, ">")
    of_header = seal(header[0], header[1] - 8)
    for seek, length, at in [(*footer, 16), *((*group, 8) for group in groups)]:
        content[seek + at:seek + at + 8] = of_header
        seal(seek, length - 8)
    return content


def broken(name, layout, old, new, after):
    """A copy in which the first `old` from `after` on is `new`."""
    old, new = struct.pack(layout, *old), struct.pack(layout, *new)
    at = whole.index(old, after)
    (folder / f"{name}.root").write_bytes(sealed(bytearray(whole[:at] + new + whole[at + len(new):])))


late = number["late"].field_id
elements, size, place = first_page(ntuple, "Jet.pt")
ends = np.cumsum(ak.to_list(tree["nJet"][:5])).tolist()
fields = len(ntuple.header.field_records)
broken("damaged/rntuple-endless-zeros", "<HHIHHQ", (13, 64, late, 1, 0, 13), (13, 64, late, 1, 0, 2**60), footer[0])
broken("damaged/rntuple-endless-entries", "<QQ", (15, 5), (15, 2**50), groups[1][0])
broken("damaged/rntuple-endless-group", "<QQI", (0, 10, 2), (0, 10, 2**32 - 1), footer[0])
broken("damaged/rntuple-endless-envelope", "<QiQ", (groups[0][1], groups[0][1], groups[0][0]), (2**47, groups[0][1], groups[0][0]), footer[0])
broken("damaged/rntuple-endless-list", "<I", (fields,), (2**32 - 1,), header[0])
broken("damaged/rntuple-endless-page", "<iiQ", (elements, size, place), (2**31 - 1, size, place), groups[0][0])
broken("damaged/rntuple-page-elsewhere", "<iiQ", (elements, size, place), (elements, size, 2**62), groups[0][0])
broken("damaged/rntuple-endless-offsets", "<4Q", ends[:4], (*ends[:3], 2**62), first_page(ntuple, "Jet")[2])
broken("damaged/rntuple-offsets-descend", "<4Q", ends[:4], (*ends[:2], 0, ends[3]), first_page(ntuple, "Jet")[2])
broken("damaged/rntuple-too-few-values", "<Q", ends[4:], (ends[4] - 1,), first_page(ntuple, "Jet")[2])
broken("damaged/rntuple-clusters-overlap", "<QQ", (5, 5), (4, 5), groups[0][0])
broken("damaged/rntuple-other-envelope", "<H", (1,), (2,), header[0])
broken("unfit/rntuple-feature", "<Q", (0,), (4,), header[0] + 8)
broken("unfit/rntuple-epoch", ">HHHH", (1, 0, ntuple.member("fVersionMinor"), 0), (0, 0, 2, 0), anchor)
place = first_page(uproot.open(folder / "rntuple-native.root")["Events"], "Jet.pt")[2]
native = (folder / "rntuple-native.root").read_bytes()
(folder / "unfit" / "rntuple-changed.root").write_bytes(native[:place] + bytes([native[place] ^ 1]) + native[place + 1:])
