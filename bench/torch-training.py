"""Training steps in eager PyTorch, for bench/training.ts: the same networks, loss and optimiser, the slope as an exact
forward-mode tangent, the gradient by autograd. Reads numbers of steps from stdin, answers each with a line of JSON.

    python3 torch-training.py paper|amortised ROWS THREADS
"""
import json
import sys
import time

import torch
from torch.nn.functional import leaky_relu

KIND, ROWS, THREADS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
LEAK, LAMBDA = 0.3, 0.1
torch.set_num_threads(THREADS)
torch.manual_seed(1)


def parameter(inputs, outputs):
    bound = inputs**-0.5
    return torch.nn.Parameter((2 * torch.rand(inputs, outputs) - 1) * bound)


def activated(z, u):
    return leaky_relu(z, LEAK), torch.where(z > 0, u, LEAK * u)


class Paper:
    widths = [12, 50, 50, 50, 50, 50, 1]

    def __init__(self):
        self.kernels = [parameter(a, b) for a, b in zip(self.widths, self.widths[1:])]
        self.biases = [parameter(1, b) for b in self.widths[1:]]
        self.parameters = self.kernels + self.biases

    def __call__(self, x, known, tau):
        step = torch.arange(ROWS) % 4
        one_hot = torch.eye(4)[step]
        h = torch.cat([x, one_hot, known, 6 * tau - 3], 1)
        g = torch.full((ROWS, 1), 6.0) @ self.kernels[0][-1:]
        for layer, (kernel, bias) in enumerate(zip(self.kernels, self.biases)):
            z = h @ kernel + bias
            u = g if layer == 0 else g @ kernel
            h, g = (z, u) if layer == len(self.kernels) - 1 else activated(z, u)
        return h, g


class Amortised:
    trunk, head = [4, 64, 64, 64], [4, 24, 24, 24]

    def __init__(self):
        self.trunk_kernels = [parameter(a, b) for a, b in zip(self.trunk, self.trunk[1:])]
        self.trunk_biases = [parameter(1, b) for b in self.trunk[1:]]
        self.head_kernels = [parameter(a, b) for a, b in zip(self.head, self.head[1:])]
        self.conditions = [parameter(64, 4 * b) for b in self.head[1:]]
        self.condition_biases = [parameter(1, 4 * b) for b in self.head[1:]]
        self.output = parameter(24, 1)
        zeros = [torch.nn.Parameter(torch.zeros(*shape)) for shape in [(64, 4), (1, 4), (64, 4), (1, 4)]]
        self.centre, self.centre_bias, self.width, self.width_bias = zeros
        self.parameters = (
            self.trunk_kernels + self.trunk_biases + self.head_kernels + self.conditions + self.condition_biases
        ) + [self.output] + zeros

    def __call__(self, x, known, tau):
        c = x
        for kernel, bias in zip(self.trunk_kernels, self.trunk_biases):
            c = leaky_relu(c @ kernel + bias, LEAK)
        mu = c @ self.centre + self.centre_bias
        sigma = torch.exp(torch.clip(c @ self.width + self.width_bias, -4, 4))
        mask = torch.tril(torch.ones(4, 4), -1)[:, :3]
        units = (known.view(-1, 4, 3) - mu[:, None, :3]) / sigma[:, None, :3] * mask
        h = torch.cat([units.reshape(ROWS, 3), 0.5 * torch.logit(tau)], 1)
        g = torch.full((ROWS, 1), 0.5) @ self.head_kernels[0][-1:]
        for layer, kernel in enumerate(self.head_kernels):
            bias = (c @ self.conditions[layer] + self.condition_biases[layer]).view(ROWS, -1)
            h, g = activated(h @ kernel + bias, g if layer == 0 else g @ kernel)
        sigma = sigma.view(ROWS, 1)
        return mu.view(ROWS, 1) + sigma * (h @ self.output), sigma * (g @ self.output)


network = Paper() if KIND == "paper" else Amortised()
optimiser = torch.optim.Adam(network.parameters, lr=1e-3, amsgrad=True)
jets = ROWS if KIND == "paper" else ROWS // 4
x, known, y = torch.randn(jets, 4), torch.randn(ROWS, 3), torch.randn(ROWS, 1)


def step():
    tau = torch.rand(ROWS, 1).clamp(1e-6, 1 - 1e-6)
    f, slope = network(x, known, tau)
    error = y - f
    loss = torch.maximum(tau * error, (tau - 1) * error).mean() + LAMBDA * slope.clamp(max=0).square().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss


for _ in range(3):
    step()
print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(int(line)):
        loss = step()
    value = loss.item()
    print(json.dumps({"seconds": time.perf_counter() - start, "loss": value}), flush=True)
