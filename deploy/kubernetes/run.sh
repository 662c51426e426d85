#!/bin/bash
# The shards, then the merge: Kubernetes knows no order between Jobs. Give kubectl's options, as --namespace, as arguments.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
hours=${HOURS:-24}

kubectl "$@" apply --filename=shards.yaml
kubectl "$@" wait --for=condition=Complete --timeout="${hours}h" job/jet-iqn-shards &
complete=$!
kubectl "$@" wait --for=condition=Failed --timeout="${hours}h" job/jet-iqn-shards >/dev/null 2>&1 &
failed=$!
trap 'kill "$complete" "$failed" 2>/dev/null || true' EXIT

wait -n -p first "$complete" "$failed" || true
if [[ $first != "$complete" ]] || ! kubectl "$@" wait --for=condition=Complete --timeout=5s job/jet-iqn-shards; then
  echo "run.sh: the shards failed; see kubectl describe job jet-iqn-shards" >&2
  exit 1
fi
kubectl "$@" apply --filename=merge.yaml
kubectl "$@" wait --for=condition=Complete --timeout="${hours}h" job/jet-iqn-merge
