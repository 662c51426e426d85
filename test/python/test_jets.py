"""examples/jets: what it makes, against references of its own; that it depends on seed and options only; bad input."""
import fcntl
import importlib.util
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time

import numpy as np
import pyarrow.parquet as pq
import pytest

for package in ("awkward", "fastjet", "pythia8mc"):
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is missing: pip install -r examples/jets/requirements.txt", allow_module_level=True)

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "jets"
sys.path.insert(0, str(EXAMPLE))
from jets import calibration, clustering  # noqa: E402
from jets.detector import Detector, measure  # noqa: E402
from jets.events import Generator, Particles  # noqa: E402

SMALL = ["--jets", "2000", "--pool", "100", "--chunk", "120", "--seed", "3"]
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}


def start(*arguments, **options):
    return subprocess.Popen([sys.executable, "-m", "jets", *map(str, arguments)],
                            **({"cwd": EXAMPLE, "start_new_session": True} | PIPES | options))


def run(*arguments, **options):
    process = start(*arguments, **options)
    out, err = process.communicate(timeout=600)
    # FastJet prints its banner when it is loaded.
    return process.returncode, "".join(line for line in out.splitlines(True) if not line.startswith("#")), err


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    output = tmp_path_factory.mktemp("jets") / "jets.parquet"
    code, out, err = run(*SMALL, "--processes", "1", "-o", output)
    assert code == 0, err
    assert "jets of" in out
    return output


def columns(path):
    table = pq.read_table(path)
    return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}


def delta_phi(one, other):
    return np.angle(np.exp(1j * (one.astype(float) - other)))


def test_the_tables_hold_jets(made):
    jets, gen, stray = (columns(made.with_name(f"jets{middle}.parquet")) for middle in ("", ".gen", ".stray"))
    assert len(jets["gen_pt"]) >= 2000
    for stage in ("raw", "reco", "gen"):
        assert (np.abs(jets[f"{stage}_phi"]) <= np.float32(np.pi)).all()
        assert (jets[f"{stage}_mass"] >= 0).all() and (jets[f"{stage}_pt"] > 0).all()
    assert (jets["reco_pt"] > 20).all()
    assert (gen["gen_pt"] > 10).all() and (np.abs(gen["gen_eta"]) < 4.7).all()
    # A reco jet is its gen jet's own: near, and no other's.
    assert (np.hypot(jets["raw_eta"] - jets["gen_eta"], delta_phi(jets["raw_phi"], jets["gen_phi"])) < 0.2).all()
    reco = [key for table in (jets, stray) for key in zip(table["event"], table["raw_pt"], table["raw_phi"])]
    assert len(set(reco)) == len(reco)
    # Each jet has a key, the same in all tables.
    keys = {name: list(zip(*(table[key] for key in ("run", "luminosityBlock", "event", "jet"))))
            for name, table in (("jets", jets), ("gen", gen), ("stray", stray))}
    assert len(set(keys["gen"] + keys["stray"])) == len(keys["gen"]) + len(keys["stray"])
    assert set(keys["jets"]) <= {key for key, matched in zip(keys["gen"], gen["matched"]) if matched}
    assert np.isnan(gen["reco_pt"][~gen["matched"]]).all()
    # The correction scales pt and mass alike and turns nothing.
    assert (jets["reco_eta"] == jets["raw_eta"]).all() and (jets["reco_phi"] == jets["raw_phi"]).all()
    np.testing.assert_allclose(jets["reco_mass"] / jets["raw_mass"], jets["reco_pt"] / jets["raw_pt"], rtol=1e-5)
    # One value for all jets of an event.
    of_event = {}
    for key in zip(jets["event"], jets["rho"], jets["n_pu"], jets["weight"], jets["pthat"]):
        assert of_event.setdefault(key[0], key) == key
    # The weight takes the bias of pT-hat out: (pT-hat / 15 GeV)^-4.5, reckoned before heavy quarks have their masses.
    np.testing.assert_allclose(jets["weight"], (jets["pthat"] / 15.0) ** -4.5, rtol=0.02)


def test_the_resolution_is_that_of_cms(made):
    """Within 8 %, and four standard errors of so few jets: 0.96 / sqrt(n) of half of the 68 % interval of a normal
    distribution. A right detector fails this in 1 of 3,000 runs of other seeds (five bins and their mean)."""
    ratios, errors = [], []
    gen = pq.read_table(made.with_name("jets.gen.parquet"))
    pt, eta, matched = (gen[name].to_numpy(zero_copy_only=False) for name in ("gen_pt", "gen_eta", "matched"))
    for low, high, cms, median, width in calibration.resolutions(gen):
        error = 0.96 / np.sqrt(((pt >= low) & (pt < high) & (np.abs(eta) < 1.3) & matched).sum())
        assert abs(width / cms - 1) < 0.08 + 4 * error, (low, high)
        assert abs(median - 1) < 0.02 + 4 * 1.25 * cms * error / 0.96, (low, high)
        ratios.append(width / cms)
        errors.append(error)
    assert len(ratios) >= 3
    assert abs(np.mean(ratios) - 1) < 0.08 + 4 * np.sqrt(np.square(errors).sum()) / len(errors)


def test_the_figure_is_drawn(made, tmp_path):
    pytest.importorskip("matplotlib")
    draw = lambda jets: subprocess.run([sys.executable, "-m", "jets.figures", jets, "-o", tmp_path / "figure.png"],
                                       cwd=EXAMPLE, capture_output=True, text=True)
    drawn = draw(made)
    assert drawn.returncode == 0, drawn.stderr
    figure = (tmp_path / "figure.png").read_bytes()
    assert figure.startswith(b"\x89PNG") and 10_000 < len(figure) < 60_000
    nothing = draw(tmp_path / "nothing.parquet")
    assert (nothing.returncode, nothing.stderr.count("\n")) == (1, 1), nothing.stderr


def test_killed_and_resumed_by_two_processes_it_makes_the_same_bytes(made, tmp_path):
    output = tmp_path / "jets.parquet"
    command = [*SMALL, "--processes", "2", "-o", output]
    process = start(*command)
    chunk = tmp_path / "jets.parquet.chunks" / "chunk-00001.parquet"
    while not chunk.exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    process.communicate()
    code, _, err = run(*SMALL, "--seed", "4", "-o", output)
    assert (code, "holds chunks of another run" in err) == (2, True)
    assert not output.exists()
    assert run(*command)[0] == 0
    assert not chunk.parent.exists()
    for path in sorted(made.parent.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
    # A finished file is not written over.
    assert run(*command)[0] == 2


def naive_anti_kt(momenta, radius):
    """arXiv:0802.1189, eq. 1, by search over all pairs: [jets, 4] of px, py, pz, energy."""
    rest, jets = [np.array(four) for four in np.stack(momenta, 1)], []
    while rest:
        px, py, pz, energy = np.array(rest).T
        y, phi, d_beam = 0.5 * np.log((energy + pz) / (energy - pz)), np.arctan2(py, px), 1 / (px**2 + py**2)
        d = np.minimum.outer(d_beam, d_beam) * (
            np.subtract.outer(y, y) ** 2 + delta_phi(phi[:, None], phi[None]) ** 2) / radius**2
        np.fill_diagonal(d, d_beam)
        i, j = np.unravel_index(d.argmin(), d.shape)
        if i == j:
            jets.append(rest.pop(i))
        else:
            joined = rest[i] + rest[j]
            rest = [four for k, four in enumerate(rest) if k not in (i, j)] + [joined]
    return np.array(jets)


def test_clustering_is_anti_kt():
    rng = np.random.default_rng(5)
    event = np.repeat([0, 1, 2], [120, 1, 80])
    pt, y, phi = rng.exponential(3, 201) + 0.1, rng.uniform(-3, 3, 201), rng.uniform(-np.pi, np.pi, 201)
    mass = rng.uniform(0, 0.5, 201)
    transverse = np.hypot(pt, mass)
    momenta = (pt * np.cos(phi), pt * np.sin(phi), transverse * np.sinh(y), transverse * np.cosh(y))
    batch = clustering.cluster(event, 3, momenta, 2.0)
    for i in range(3):
        four = tuple(component[event == i] for component in momenta)
        wanted = naive_anti_kt(four, 0.4)
        wanted_pt = np.hypot(wanted[:, 0], wanted[:, 1])
        wanted, wanted_pt = (part[np.argsort(-wanted_pt)][np.sort(-wanted_pt) < -2] for part in (wanted, wanted_pt))
        for jets in (batch[i], clustering.cluster_with_areas(four, 2.0)):
            np.testing.assert_allclose(jets[:, 0], wanted_pt, rtol=1e-9)
            np.testing.assert_allclose(jets[:, 1], np.arcsinh(wanted[:, 2] / wanted_pt), atol=1e-9)
            np.testing.assert_allclose(delta_phi(jets[:, 2], np.arctan2(wanted[:, 1], wanted[:, 0])), 0, atol=1e-9)
            np.testing.assert_allclose(jets[:, 3] ** 2, wanted[:, 3] ** 2 - (wanted[:, :3] ** 2).sum(1), atol=1e-6)


def one_kind(pdg, charge, pt, mass=0.0, events=4000):
    """One particle an event, at eta 0.3, off the edges of cells."""
    phi = np.random.default_rng(1).uniform(-np.pi, np.pi, events)
    pz = pt * np.sinh(0.3)
    number = np.full(events, 1.0)
    return Particles(np.arange(events), np.full(events, pdg), charge * number, pt * np.cos(phi), pt * np.sin(phi),
                     pz * number, np.sqrt(pt**2 + pz**2 + mass**2) * number)


def measured(particles, is_pileup=False):
    rng, events = np.random.default_rng(2), len(particles.event)
    found = measure(particles, np.full(events, is_pileup), rng)
    return np.bincount(found.event, found.pt, minlength=events)


def test_particles_are_measured_by_closed_forms():
    d = Detector()
    # Photons: stochastic, constant and noise terms in quadrature; 4 standard errors of 4000 measurements.
    energy = 20 * np.cosh(0.3)
    width = np.sqrt(d.ecal_stochastic**2 / energy + d.ecal_constant**2 + (d.ecal_noise / energy) ** 2)
    photons = measured(one_kind(22, 0, 20.0)) / 20
    # The middle of a cell is not where the photon is: up to half of ecal_cell in eta, tanh(0.3) of it in pt.
    assert abs(photons.mean() - 1) < 4 * width / np.sqrt(4000) + np.tanh(0.3) * d.ecal_cell / 2
    assert abs(photons.std() / width - 1) < 4 / np.sqrt(8000) + 0.01
    # Pions: the track's momentum where there is one and the calorimeters have not more by one standard error; those of
    # pile-up leave nothing then. The bound allows for skewed showers.
    pions = one_kind(211, 1.0, 20.0, 0.13957)
    efficiency = d.track_efficiency[0] - d.track_efficiency_loss * np.log10(20 / 10) / 2
    by_track = np.abs(measured(pions) / 20 - 1) < 0.05
    assert abs(by_track.mean() - efficiency * 0.841) < 0.08
    assert abs((measured(pions, is_pileup=True) == 0).mean() - efficiency * 0.841) < 0.08
    # Muons: no calorimeter, so that each is found with its efficiency or not at all.
    muons = measured(one_kind(13, -1.0, 5.0, 0.10566)) > 0
    assert abs(muons.mean() - d.muon_efficiency) < 4 * np.sqrt(0.98 * 0.02 / 4000)


def test_the_detector_leans_to_no_side():
    """Where single hadrons are measured, less where they went: nothing, on both sides and all around; 4 standard errors
    in each of 20 means, so that a right detector fails in 1 of 800 runs of other seeds."""
    rng, n = np.random.default_rng(6), 40_000
    eta, phi, charge = rng.uniform(-1.7, 1.7, n), rng.uniform(-np.pi, np.pi, n), rng.integers(-1, 2, n)
    pt, number = 50.0, np.arange(n)
    hadrons = Particles(number, np.where(charge == 0, 130, 211 * charge), charge * 1.0, pt * np.cos(phi), pt * np.sin(phi),
                        pt * np.sinh(eta), np.hypot(pt * np.cosh(eta), 0.13957))
    found = measure(hadrons, np.zeros(n, bool), np.random.default_rng(7))
    off = np.stack([found.eta - eta[found.event], delta_phi(found.phi, phi[found.event])])
    sums = np.stack([np.bincount(found.event, found.pt * each, minlength=n) for each in off]) / pt
    places = [eta > 0, eta < 0, *(np.floor((phi + np.pi) / (2 * np.pi) * 8) == octant for octant in range(8))]
    for place in places:
        mean, error = sums[:, place].mean(axis=1), sums[:, place].std(axis=1) / np.sqrt(place.sum())
        assert (np.abs(mean) < 4 * error).all(), (mean, error)


def test_pythia_makes_particles_on_their_shell():
    particles, hard = Generator("qcd", 7).make(5)
    square = particles.energy**2 - particles.px**2 - particles.py**2 - particles.pz**2
    assert (square > -1e-4 * particles.energy**2).all()
    assert np.isin(np.abs(particles.pdg), [12, 14, 16]).sum() == 0
    assert np.abs(particles.charge[particles.pdg == 22]).sum() == 0
    assert (hard.pthat > 15).all()
    # Of each event what neutrinos leave: momentum across the beam is nearly balanced.
    for event in range(5):
        of_event = particles.event == event
        assert np.hypot(particles.px[of_event].sum(), particles.py[of_event].sum()) < 0.3 * particles.pt[of_event].sum()


HELD = []  # open files, which keep their locks


def refused(tmp_path, case):
    output = tmp_path / "j.parquet"
    chunks = tmp_path / "j.parquet.chunks"
    other = tmp_path / "other.json"
    calibration_text = json.dumps({"bins": [{"eta": [0, 5.2], "points": [[1.0, 1.0]]}]})
    if case == "a package is missing":
        (tmp_path / "pythia8mc.py").write_text("raise ModuleNotFoundError(\"No module named 'pythia8mc'\", name='pythia8mc')")
        return ["-o", output], {"env": os.environ | {"PYTHONPATH": str(tmp_path)}}
    if case == "the output is a folder":
        output.mkdir()
    if case == "the output exists":
        output.write_text("mine")
    if case == "the output is the calibration":
        output.write_text(calibration_text)
        return ["-o", output, "--calibration", output], {}
    if case == "a further output is the calibration":
        (tmp_path / "j.gen.parquet").write_text(calibration_text)
        return ["-o", output, "--calibration", tmp_path / "j.gen.parquet"], {}
    if case == "the calibration is something else":
        other.write_text("[1, 2]")
        return ["-o", output, "--calibration", other], {}
    if case == "the calibration is missing":
        return ["-o", output, "--calibration", other], {}
    if case == "nothing can be written there":
        return ["-o", "/dev/null/j.parquet"], {}
    if case == "another run is writing there":
        chunks.mkdir()
        HELD.append(open(chunks / "lock", "w"))
        fcntl.flock(HELD[-1], fcntl.LOCK_EX)
    if case == "the disk is full":
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        return ["-o", output, "--pool", "100", "--processes", "1"], {"preexec_fn": limit}
    return ["-o", output, "--jets", "1", "--pool", "100", "--chunk", "1"], {}


@pytest.mark.parametrize(("case", "code", "says"), [
    ("a package is missing", 2, "No module named 'pythia8mc'; pip install -r"),
    ("the output is a folder", 2, "is a folder"),
    ("the output exists", 2, "exists; remove it"),
    ("the output is the calibration", 2, "is the calibration"),
    ("a further output is the calibration", 2, "is the calibration"),
    ("the calibration is something else", 2, "is not a correction"),
    ("the calibration is missing", 1, "No such file"),
    ("nothing can be written there", 1, "/dev/null"),
    ("another run is writing there", 2, "another run is writing to"),
    ("the disk is full", 1, "finished chunks stay in"),
])
def test_what_cannot_be_is_said_in_one_line(tmp_path, case, code, says):
    arguments, options = refused(tmp_path, case)
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    got, out, err = run(*arguments, **options)
    assert (got, out.strip(), err.count("\n"), "Traceback" in err) == (code, "", 1, False), err
    assert says in err
    assert before == {path: path.read_bytes() for path in before}


@pytest.mark.parametrize(("arguments", "says"), [
    (["--jets", "0"], "--jets: takes a whole number from 1 on, not 0"),
    (["--jets", "many"], "takes a whole number from 1 on, not many"),
    (["--pileup", "nan"], "--pileup takes a mean from 0 to 200"),
    (["--process", "susy"], "invalid choice: 'susy'"),
    (["--colour", "red"], "unrecognized arguments"),
])
def test_a_wrong_option_is_said_in_one_line(tmp_path, arguments, says):
    code, _, err = run("-o", tmp_path / "j.parquet", *arguments)
    assert (code, err.count("\n"), says in err) == (2, 1, True), err
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_ends_it_in_one_line_and_leaves_no_process(tmp_path):
    process = start("--pool", "100", "--processes", "2", "-o", tmp_path / "j.parquet")
    assert "pile-up: 1 of 1" in process.stderr.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    words = [line for line in err.splitlines() if line and not line.startswith("pile-up")]
    assert (process.returncode, len(words)) == (130, 1), err
    assert "interrupted; the same command goes on" in words[0]
    assert (tmp_path / "j.parquet.chunks" / "pool-0.npz").exists()
    with pytest.raises(ProcessLookupError):  # nobody is left in its group
        for _ in range(100):
            os.killpg(process.pid, 0)
            time.sleep(0.1)
