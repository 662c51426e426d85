#!/bin/bash
# `npm run bench:peers`: installs the peers in out/peers, once, and measures. Needs Python 3.10 or newer with pip, and a
# C++ compiler for torch.compile. Arguments go on to main.ts: --paper BUNDLE --amortised BUNDLE --json FILE --quick.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
venv=$root/out/peers
requirements=$root/bench/peers/requirements.txt

if ! cmp --silent "$requirements" "$venv/requirements.txt"; then
  # A torch that is there already is taken: the one on PyPI brings gigabytes of CUDA.
  python3 -m venv --system-site-packages "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
  cp "$requirements" "$venv/requirements.txt"
fi
node "$root/scripts/build.mjs"
exec node "$root/dist/bench/peers/main.js" --python "$venv/bin/python" "$@"
