#!/usr/bin/env bash
# What ci/test.sh leaves out: the tests with many seeds, inputs and kills, mutated input by the million, the engine at
# scale, error bars over a hundred replicas of the truth, and the engine and the readers under the compiler's sanitizers. Takes
# hours; prints its figures. `ci/long.sh tests fuzz scale uncertainty sanitizers` does some of these only.
set -euo pipefail
source "$(dirname "$0")/setup.sh"

parts=("$@")
[ ${#parts[@]} = 0 ] && parts=(tests fuzz scale uncertainty sanitizers)

for part in "${parts[@]}"; do
  echo "long: $part"
  case "$part" in
    tests) PIPE_LONG=1 ci/test.sh ;;
    fuzz)
      swift build "${build_flags[@]}" --product bench
      "$(swift build "${build_flags[@]}" --show-bin-path)/bench" fuzz --count 1000000
      ;;
    scale)
      swift build "${build_flags[@]}" --product bench
      "$(swift build "${build_flags[@]}" --show-bin-path)/bench" scale
      ;;
    uncertainty)
      swift build "${build_flags[@]}" --product bench-uncertainty
      swift build "${build_flags[@]}" --product pipe
      bin=$(swift build "${build_flags[@]}" --show-bin-path)
      "$bin/bench-uncertainty" --pipe "$bin/pipe" --count 100 --runs 24 --errors 4 --slack 0.03
      ;;
    sanitizers)
      # Those of the compiler want a folder each, and debug builds for useful traces.
      for sanitizer in thread address; do
        swift test --sanitize "$sanitizer" --scratch-path ".build-$sanitizer" \
          --explicit-target-dependency-import-check error \
          --filter 'ExecutionTests|PlanningTests|ManifestsTests|DatasetsTests'
      done
      ;;
    *)
      echo "usage: ci/long.sh [tests] [fuzz] [scale] [uncertainty] [sanitizers]" >&2
      exit 64
      ;;
  esac
done
