#!/bin/bash
# Runs deploy/slurm for real: a Slurm cluster of one node, started here without systemd in a temporary folder.
# Submits an array of 8 tasks of which one is killed once, waits for the merge, and compares every byte with a single
# run: for study, then for sample. Leaves nothing running. Needs Linux; installs slurm-wlm and munge where it is root on Debian or a relative.
#
# Exit codes: 0 the bytes are the same; 1 they are not, or the cluster failed; 2 this machine cannot run Slurm.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${JOB:=$root/scripts/test-slurm-job.sh}" # what runs as jet-iqn on the nodes: kills one attempt of one task
: "${BUNDLE:=$root/models/simulation}"
: "${JETS:=$root/models/jets-sample.parquet}"
: "${SAMPLES:=300}"
: "${SHARDS:=8}"
: "${MINUTES:=10}" # longest wait for the queue to drain

say() { echo "test:slurm: $*" >&2; }
# shellcheck source=scripts/same-bytes.sh
source "$root/scripts/same-bytes.sh"

install_slurm() {
  command -v slurmctld slurmd munged sbatch >/dev/null && return
  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    say "slurmctld, slurmd and munged are missing; install slurm-wlm and munge, or run this as root on Debian or Ubuntu"
    exit 2
  fi
  say "installing slurm-wlm and munge"
  # Runlevel 1: the packages' own services are not to be started.
  {
    apt-get update -q || true
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends slurm-wlm munge
  } >"$work/apt.log" 2>&1 || {
    tail -n 20 "$work/apt.log" >&2
    say "apt-get could not install slurm-wlm and munge"
    exit 2
  }
}

# A port of this machine that nothing listens on.
free_port() {
  node -e "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close() })"
}

start_cluster() {
  local host user cores megabytes
  host=$(hostname -s)
  user=$(id -un)
  cores=$(nproc)
  megabytes=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
  mkdir -m 755 "$work/munge" "$work/state" "$work/spool" "$work/log"
  (umask 077 && head -c 1024 /dev/urandom >"$work/munge/key")
  cat >"$work/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
CredType=cred/munge
# A requeued task may start again once its old credential is no longer valid: by default after two minutes.
AuthInfo=socket=$work/munge/socket,cred_expire=5
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/log/slurmctld.log
SlurmdLogFile=$work/log/slurmd.log
JobCompType=jobcomp/filetxt
JobCompLoc=$work/log/jobs.log
# No cgroups in a container.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_min_interval=500000,batch_sched_delay=0
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cores RealMemory=$megabytes State=UNKNOWN
PartitionName=test Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
  export SLURM_CONF=$work/slurm.conf
  munged --foreground --key-file="$work/munge/key" --socket="$work/munge/socket" --pid-file="$work/munge/pid" \
    --log-file="$work/log/munged.log" --seed-file="$work/munge/seed" >"$work/log/munged.out" 2>&1 &
  daemons+=($!)
  wait_for "munged" 10 test -S "$work/munge/socket"
  slurmctld -D -i >"$work/log/slurmctld.out" 2>&1 &
  daemons+=($!)
  wait_for "slurmctld" 20 scontrol ping
  slurmd -D -N "$host" >"$work/log/slurmd.out" 2>&1 &
  daemons+=($!)
  wait_for "slurmd" 30 node_is_idle
}

node_is_idle() { [[ $(sinfo --noheader --format=%t) == idle ]]; }
queue_is_empty() { [[ -z $(squeue --noheader) ]]; }

# wait_for NAME SECONDS COMMAND…
wait_for() {
  local name=$1 end=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS > end)); then
      say "waited in vain for $name; the logs:"
      tail -n 15 "$work"/log/* >&2
      exit 1
    fi
    sleep 0.3
  done
}

# shellcheck disable=SC2317 # called by the trap
stop_cluster() {
  local code=$?
  trap - EXIT INT TERM
  if [[ -n ${SLURM_CONF:-} ]]; then scancel --user="$(id -un)" --quiet 2>/dev/null || true; fi
  local index
  for ((index = ${#daemons[@]} - 1; index >= 0; index--)); do
    kill "${daemons[index]}" 2>/dev/null || true
    wait "${daemons[index]}" 2>/dev/null || true
  done
  rm -rf "$work"
  exit "$code"
}

# share_out COMMAND: the array job, one of its tasks killed once, the merge, and the comparison with a single run.
share_out() {
  local begun=$SECONDS
  export COMMAND=$1 OUT=$work/$1 DIES=3
  "$root/deploy/slurm/submit.sh" >&2
  wait_for "the queue to drain" $((60 * MINUTES)) queue_is_empty
  if [[ ! -f $OUT/merged/report.json && ! -f $OUT/merged/_manifest.json ]]; then
    say "nothing was merged; the logs:"
    tail -n 15 "$OUT"/logs/* >&2
    exit 1
  fi
  if ! grep --quiet "shard $DIES ended with exit code 137 at attempt 0" "$OUT/logs/shard-$DIES.log"; then
    say "task $DIES was not killed: this did not test the retry"
    exit 1
  fi
  say "$COMMAND: $SHARDS tasks, of which task $DIES was killed and taken up again, and the merge took $((SECONDS - begun)) s"
  DIES=none "$JOB" "$COMMAND" "$BUNDLE" "$JETS" --output "$OUT/single" --samples "$SAMPLES" --seed 1 --quiet >/dev/null
  say "$COMMAND: the merged shards and a single run are the same in all $(same_bytes "$OUT/merged" "$OUT/single") files"
}

# The bundle asked for, or a random one in the shape of the paper's network where that does not exist.
provide_bundle() {
  [[ -f $BUNDLE/model.json ]] && return
  say "there is no $BUNDLE; taking a random network"
  BUNDLE=$work/bundle
  node -e '
    const [root, folder] = process.argv.slice(1);
    import(root + "/dist/test/tiny-bundle.js").then(({ makeTinyBundle }) => makeTinyBundle(folder));
  ' "$root" "$BUNDLE"
}

daemons=()
work=$(mktemp -d)
chmod 755 "$work" # munged wants its folder to be readable by all
trap stop_cluster EXIT
trap 'exit 130' INT TERM

install_slurm
provide_bundle
started=$SECONDS
start_cluster
say "a cluster of $(nproc) cores is up after $((SECONDS - started)) s"

export BUNDLE JETS SAMPLES SHARDS SEED=1 RETRIES=2 CPUS=1 JET_IQN=$JOB
export REAL_JET_IQN=${REAL_JET_IQN:-$root/dist/src/cli/main.js}
share_out study
share_out sample
