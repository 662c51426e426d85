#!/bin/bash
# `npm run test:deploy`: the files for HTCondor, Kubernetes and the container, read by the parsers of those who will read
# them. Needs Python 3 with pip; keeps its packages in out/deploy-check. Slurm's are tested by `npm run test:slurm`.
set -euo pipefail

command -v python3 >/dev/null || { echo "npm run test:deploy needs Python 3 as python3." >&2; exit 2; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/deploy/check
cache=$root/out/deploy-check
: "${BUNDLE:=$root/models/simulation}"
: "${JETS:=$root/models/jets-sample.parquet}"

# environment NAME REQUIREMENTS: a virtual environment, made again where the requirements changed.
environment() {
  local folder=$cache/$1 requirements=$here/$2
  cmp --silent "$requirements" "$folder/requirements.txt" && return
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --quiet --requirement "$requirements"
  cp "$requirements" "$folder/requirements.txt"
}

environment parsers requirements.txt
environment job-ads requirements-job-ads.txt
if [[ ! -f $BUNDLE/model.json ]]; then
  echo "There is no $BUNDLE; taking a random network" >&2
  BUNDLE=$cache/bundle
  node -e '
    const [root, folder] = process.argv.slice(1);
    import(root + "/dist/test/tiny-bundle.js").then(({ makeTinyBundle }) => makeTinyBundle(folder));
  ' "$root" "$BUNDLE"
fi

export CONDOR_CONFIG=ONLY_ENV
"$cache/parsers/bin/hadolint" "$root/deploy/container/Dockerfile"
find "$root/deploy" "$root/scripts" "$root/bench" \( -name '*.sh' -o -name '*.sbatch' \) \
  -exec "$cache/parsers/bin/shellcheck" {} +
echo "hadolint and shellcheck find nothing"
"$cache/parsers/bin/python" "$here/check.py" "$root" "$cache/job-ads/bin/python" "$BUNDLE" "$JETS"
