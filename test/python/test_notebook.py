"""examples/python/nanoaod.ipynb, its cells one after the other: its pictures are made, and show what they should."""
import json

import numpy as np
import pytest

from test_formats import ROOT


@pytest.mark.filterwarnings("ignore::jet_iqn.RangeWarning")
def test_the_notebook_runs_and_its_model_has_the_files_response(tmp_path, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").symlink_to(ROOT / "models")
    cells = json.loads((ROOT / "examples" / "python" / "nanoaod.ipynb").read_text())["cells"]
    names = {}
    for cell in cells:
        assert not cell.get("outputs"), "the notebook is kept without outputs"
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    assert {path.name for path in tmp_path.glob("*.png")} == {"response.png", "correction.png", "systematic.png"}
    for theirs, ours, tolerance in zip(names["of_file"], names["of_model"], (0.02, 0.2)):
        np.testing.assert_allclose(ours, theirs, rtol=tolerance)
    _, raw = names["response"](names["raw"].pt, names["partner"].pt)
    _, corrected = names["response"](names["corrected"], names["partner"].pt)
    assert np.all(corrected < 1.05 * raw) and np.all(corrected[2:4] < 0.95 * raw[2:4])
    up, down = ((names["spectra"][name] / names["spectra"]["pt"])[[10, 20, 30]] for name in ("pt_up", "pt_down"))
    assert up[0] > 1.05 and up[1] < 0.97 and up[2] > 1.05  # wider: lower in the middle, higher in the tails
    assert down[0] < 0.95 and down[1] > 1.03 and down[2] < 0.95
