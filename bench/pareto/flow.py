"""A normalising flow on the same jets, for bench/pareto: zuko's neural spline flow, one core.

    flow.py train FOLDER MINUTES     train.f32, validation.f32, test.f32 -> flow.pt, pits.f32, flow.json
    flow.py serve FOLDER BATCH,…     takes turns predicting, see bench/peers/turns.py

The .f32 files hold rows of eight float32: pt, eta, phi, mass of the input jet, then of the true target jet. pits.f32
holds eight for each test jet: the flow's own coordinates of the true jet, uniform and independent where the flow is right,
and the ranks of its four components among samples.

Durkan, Bekasov, Murray, Papamakarios, "Neural spline flows", arXiv:1906.04032.
"""

import json
import math
import pathlib
import sys
import time

import numpy as np
import torch
import zuko

sys.path.append(str(pathlib.Path(__file__).parent.parent / "peers"))
from turns import take_turns

HIDDEN, BINS, TRANSFORMS = (64, 64), 12, 3
BATCH = 4096
PEAK_RATE = 2e-3
# Samples a jet for the ranks.
SAMPLES = 100
# The mass offset of the bundles' transforms, GeV.
OFFSET = 0.7


class JetFlow(torch.nn.Module):
    """p(y | x): log pt, eta, phi, log(mass + 0.7) of x; log ratios and differences of y; all standardised."""

    def __init__(self):
        super().__init__()
        self.flow = zuko.flows.NSF(4, 4, bins=BINS, transforms=TRANSFORMS, hidden_features=HIDDEN)
        for name in ("context_mean", "context_sd", "target_mean", "target_sd"):
            self.register_buffer(name, torch.zeros(4))

    @staticmethod
    def context(x):
        return torch.stack([x[:, 0].log(), x[:, 1], x[:, 2], (x[:, 3] + OFFSET).log()], 1)

    @staticmethod
    def target(x, y):
        turn = torch.remainder(y[:, 2] - x[:, 2] + math.pi, 2 * math.pi) - math.pi
        mass = ((y[:, 3] + OFFSET) / (x[:, 3] + OFFSET)).log()
        return torch.stack([(y[:, 0] / x[:, 0]).log(), y[:, 1] - x[:, 1], turn, mass], 1)

    def fit_scales(self, x, y):
        for name, values in (("context", self.context(x)), ("target", self.target(x, y))):
            getattr(self, f"{name}_mean").copy_(values.mean(0))
            getattr(self, f"{name}_sd").copy_(values.std(0))

    def given(self, x):
        return self.flow((self.context(x) - self.context_mean) / self.context_sd)

    def loss(self, x, y):
        return -self.given(x).log_prob((self.target(x, y) - self.target_mean) / self.target_sd).mean()

    def pits(self, x, y):
        """The normal coordinates of y as uniform ones."""
        z = self.given(x).transform((self.target(x, y) - self.target_mean) / self.target_sd)
        return torch.special.ndtr(z)

    def sample(self, x):
        given = self.given(x)
        t = given.transform.inv(torch.randn(len(x), 4)) * self.target_sd + self.target_mean
        phi = torch.remainder(x[:, 2] + t[:, 2] + math.pi, 2 * math.pi) - math.pi
        mass = t[:, 3].exp() * (x[:, 3] + OFFSET) - OFFSET
        return torch.stack([x[:, 0] * t[:, 0].exp(), x[:, 1] + t[:, 1], phi, mass], 1)


def train(folder, minutes):
    torch.manual_seed(1)
    parts = {part: read(folder / f"{part}.f32") for part in ("train", "validation", "test")}
    x, y = parts["train"]
    model = JetFlow()
    model.fit_scales(x, y)
    optimizer = torch.optim.Adam(model.parameters(), lr=PEAK_RATE)
    start, steps, best, kept, epochs = time.process_time(), 0, math.inf, None, 0
    budget = 60 * minutes
    while time.process_time() - start < budget:
        for rows in torch.randperm(len(x)).split(BATCH):
            # One cycle over the time there is: up in the first tenth, then down as a cosine.
            share = min(1.0, (time.process_time() - start) / budget)
            factor = share / 0.1 if share < 0.1 else 0.5 * (1 + math.cos(math.pi * (share - 0.1) / 0.9))
            optimizer.param_groups[0]["lr"] = PEAK_RATE * max(1e-3, factor)
            optimizer.zero_grad(set_to_none=True)
            loss = model.loss(x[rows], y[rows])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            steps += 1
            if share >= 1:
                break
        epochs = steps * BATCH / len(x)
        found = validation_loss(model, *parts["validation"])
        print(f"epoch {epochs:.1f}: validation {found:.4f}", file=sys.stderr, flush=True)
        if found < best:
            best, kept = found, {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(kept)
    torch.save(kept, folder / "flow.pt")
    with torch.inference_mode():
        judge(model, *parts["test"]).astype(np.float32).tofile(folder / "pits.f32")
    weights = sum(p.numel() for p in model.parameters() if p.dim() == 2)
    record = {
        "minutes": minutes,
        "epochs": round(epochs, 1),
        "validation": best,
        "parameters": sum(p.numel() for p in model.parameters()),
        # A sample asks each transform's network once for every component.
        "multiplications": 4 * weights,
        "versions": {"torch": torch.__version__, "zuko": zuko.__version__},
    }
    (folder / "flow.json").write_text(json.dumps(record, indent=2) + "\n")


def validation_loss(model, x, y):
    with torch.inference_mode():
        losses = [model.loss(*part) * len(part[0]) for part in zip(x.split(16384), y.split(16384))]
        return float(sum(losses)) / len(x)


def judge(model, x, y):
    """[N, 8]: coordinates of the true jets, and their ranks made uniform by a random number, those of phi in its turn."""
    pits = torch.cat([model.pits(*part) for part in zip(x.split(16384), y.split(16384))])
    less = torch.zeros(len(x), 4)
    truth = model.target(x, y)
    for _ in range(SAMPLES):
        less += torch.cat([model.target(part, model.sample(part)) for part in x.split(16384)]) < truth
    ranks = (less + torch.rand(len(x), 4)) / (SAMPLES + 1)
    return torch.cat([pits, ranks], 1).numpy()


def read(path):
    rows = torch.from_numpy(np.fromfile(path, np.float32).reshape(-1, 8))
    return rows[:, :4].contiguous(), rows[:, 4:].contiguous()


def serve(folder, batches):
    model = JetFlow()
    model.load_state_dict(torch.load(folder / "flow.pt"))
    model.eval()

    def predict(jets, _tau):
        with torch.inference_mode():
            return model.sample(torch.from_numpy(jets)).numpy()

    take_turns(predict, batches)


def main():
    what, folder, value = sys.argv[1:]
    torch.set_num_threads(1)
    if what == "train":
        train(pathlib.Path(folder), float(value))
    else:
        serve(pathlib.Path(folder), [int(batch) for batch in value.split(",")])


main()
