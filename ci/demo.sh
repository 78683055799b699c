#!/usr/bin/env bash
# Builds pipe and runs the ensemble inversion of the embedded synthetic model.
set -euo pipefail
source "$(dirname "$0")/setup.sh"

find_pipe
"$pipe" run pipelines/ensemble.manifest "$@"
echo
echo "results: $PWD/results/ensemble"
echo "report:  $PWD/results/ensemble/report.html"
echo "again:   $pipe run pipelines/ensemble.manifest"
