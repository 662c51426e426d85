#!/bin/bash
# Shards made by the command line and merged are what a single run makes, to the byte: study and sample, in 1, 3 and 8.
# About a minute on two cores. Exit codes: 0 the bytes are the same; 1 they are not, or a command failed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${BUNDLE:=$root/models/simulation}"
: "${JETS:=$root/models/jets-sample.parquet}"
: "${LIMIT:=8000}" # ten blocks: no number of shards divides them evenly
: "${SAMPLES:=300}"
# shellcheck source=scripts/same-bytes.sh
source "$root/scripts/same-bytes.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
jet_iqn() { node "$root/dist/src/cli/main.js" "$@" --quiet >"$work/said"; }

for command in study sample; do
  options=("$command" "$BUNDLE" "$JETS" --limit "$LIMIT" --samples "$SAMPLES")
  # Not the engine that auto takes where there is a compiler: merging must keep to that of the shards.
  [[ $command == sample ]] || options+=(--joint-jets 1000 --engine ort)
  jet_iqn "${options[@]}" -o "$work/$command-single"
  for n in 1 3 8; do
    shards=()
    # The last one first: the order is of no account.
    for ((i = n - 1; i >= 0; i--)); do
      jet_iqn "${options[@]}" --shard "$i/$n" -o "$work/$command-$n-$i"
      shards+=("$work/$command-$n-$i")
    done
    jet_iqn merge "${shards[@]}" -o "$work/$command-$n"
    # A copy, since what is compared is stripped of its speed.
    rm -rf "$work/single" && cp -r "$work/$command-single" "$work/single"
    files=$(same_bytes "$work/$command-$n" "$work/single")
    echo "test:shards: $command in $n, merged: the same as a single run in all $files files" >&2
  done
done
