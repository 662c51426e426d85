#!/bin/bash
# Stands in for jet-iqn in scripts/test-slurm.sh: the same command line, but the first attempt of task $DIES is killed
# with SIGKILL as soon as it has finished a block, as the system does where memory runs out.
set -uo pipefail

if [[ ${SLURM_ARRAY_TASK_ID:-} != "${DIES:-none}" || -f $OUT/died ]]; then
  exec node "$REAL_JET_IQN" "$@"
fi

shard=$OUT/shards/$SLURM_ARRAY_TASK_ID
node "$REAL_JET_IQN" "$@" &
run=$!
until [[ -n $(find "$shard/journal" -name 'block-*' 2>/dev/null) ]] || ! kill -0 "$run" 2>/dev/null; do sleep 0.02; done
touch "$OUT/died"
kill -KILL "$run" 2>/dev/null
wait "$run"
exit 137
