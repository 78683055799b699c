#!/usr/bin/env bash
# What an inference costs beside its model: rounds of 30 runs of one stage that does next to nothing (a flat surface of 16 nodes), on
# one thread. Prints processor time a run and a round, seconds, files and bytes of the store, and the time of a run with
# nothing to do. `ci/overhead.sh [ROUNDS]`, 1000 of them unless told; PIPE=path uses a program that is built already.
set -euo pipefail
source "$(dirname "$0")/setup.sh"

rounds=${1:-1000}
find_pipe
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/pipelines"
cat >"$folder/pipelines/overhead.manifest" <<'MANIFEST'
[start : starting_topography]
method  = flat
height  = 500 m
region  = 0 km, 3 km, 0 km, 3 km
spacing = 1 km

[truth : starting_topography]
method  = flat
height  = 480 m
region  = 0 km, 3 km, 0 km, 3 km
spacing = 1 km

[posterior : variational_inference]
repeat             = start
forward            = start.topography
observations      <- truth.topography
length_deviation   = 30 m
linearised_rounds  = 0
draws              = 30
trend_window       = 0
gradient_tolerance = 0
max_iterations     = 10
start.height ~ uniform(300, 700) m
MANIFEST
cd "$folder"

# Seconds of processor (user and system) and of the clock.
measure() {
  local out
  out=$( { TIMEFORMAT='%U %S %R'; time "$pipe" run pipelines/overhead.manifest --no-report --jobs 1 "$@" >/dev/null 2>&1; } 2>&1)
  awk '{ printf "%.3f %.3f\n", $1 + $2, $3 }' <<<"$out"
}

read -r few_cpu _ < <(measure --set "posterior.max_iterations=$rounds" --set posterior.draws=2)
rm -rf .pipe results
read -r all_cpu all_wall < <(measure --set "posterior.max_iterations=$rounds")
files=$(find .pipe -type f | wc -l)
bytes=$(du -sb .pipe | cut -f1)
read -r idle_cpu idle_wall < <(measure --set "posterior.max_iterations=$rounds")
awk -v rounds="$rounds" -v few="$few_cpu" -v all="$all_cpu" -v wall="$all_wall" -v files="$files" -v bytes="$bytes" \
  -v idle="$idle_wall" -v idlecpu="$idle_cpu" 'BEGIN {
    run = (all - few) / rounds / 28
    printf "%d rounds of 30 runs: %.1f s, %.1f s of processor\n", rounds, wall, all
    printf "a run: %.3f ms of processor, a round beside its runs: %.1f ms\n", 1000 * run, 1000 * (few / rounds - 2 * run)
    printf "store: %d files, %.1f MB; nothing to do: %.2f s (%.2f s of processor)\n", files, bytes / 1e6, idle, idlecpu
  }'
