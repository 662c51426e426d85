#!/bin/bash
# Submits a study (or sample), shared out over an array job, and the merge that waits for it. README.md says more.
set -euo pipefail

# ---- What to change -----------------------------------------------------------------------------
: "${JET_IQN:=jet-iqn}"                    # the command, as every node finds it
: "${COMMAND:=study}"                       # or sample
: "${BUNDLE:=$PWD/models/simulation}"      # on a file system that every node sees, as are the next two
: "${JETS:=$PWD/jets.parquet}"
: "${OUT:=$PWD/out}"
: "${SAMPLES:=1000}"                       # predictions for each jet
: "${SEED:=1}"
: "${SHARDS:=8}"                           # tasks of the array; the result does not depend on it
: "${CPUS:=4}"                              # cores of each task
: "${RETRIES:=3}"                          # of a task that fails, on the next node
# Partition, account, memory and time stand in shard.sbatch and merge.sbatch, or here: SBATCH_PARTITION=…
# -------------------------------------------------------------------------------------------------

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$OUT/logs"
export JET_IQN COMMAND BUNDLE JETS OUT SAMPLES SEED RETRIES

array=$(sbatch --parsable --array="0-$((SHARDS - 1))" --cpus-per-task="$CPUS" \
  --output="$OUT/logs/shard-%a.log" "$here/shard.sbatch")
array=${array%%;*} # JOB;CLUSTER on federations
merge=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes \
  --output="$OUT/logs/merge.log" "$here/merge.sbatch")
echo "$COMMAND: job $array, $SHARDS tasks; merge: job ${merge%%;*}; result: $OUT/merged"
