#!/usr/bin/env bash
# Runs every shipped pipeline that needs no measurements in a fresh copy of the project and compares every result
# with the committed lock files, with one thread and with two. `ci/reproduce.sh --update` writes the lock files anew instead.
# PIPE=path uses a program that is built already.
set -euo pipefail
source "$(dirname "$0")/setup.sh"

update=no
case "${1-}" in
  "") ;;
  --update) update=yes ;;
  *)
    echo "usage: ci/reproduce.sh [--update]" >&2
    exit 64
    ;;
esac

find_pipe

# name of the pipeline, and its profile or -; those of many seconds, which have a lock of their profile, are compared by it alone
pipelines=()
for manifest in pipelines/*.manifest; do
  name=$(basename "$manifest" .manifest)
  if grep -q 'file("../data/external/' "$manifest"; then continue; fi
  if [ -e "$manifest.ci.lock" ]; then
    pipelines+=("$name ci")
    # The whole of the pipeline that the README begins with is quick enough.
    if [ "$name" != ensemble ] && [ "$update" = no ]; then continue; fi
  fi
  pipelines+=("$name -")
done

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

fresh() {
  rm -rf "$copy/project"
  mkdir -p "$copy/project/data"
  cp -R pipelines "$copy/project/"
  cp data/*.* "$copy/project/data/"
}

status=0
if [ "$update" = yes ]; then
  fresh
  for entry in "${pipelines[@]}"; do
    read -r name profile <<<"$entry"
    options=()
    lock=$name.manifest.lock
    if [ "$profile" != - ]; then
      options=(--profile "$profile")
      lock=$name.manifest.$profile.lock
    fi
    "$pipe" lock "$copy/project/pipelines/$name.manifest" "${options[@]}" --root "$copy/project"
    cp "$copy/project/pipelines/$lock" "pipelines/$lock"
  done
  exit 0
fi

for jobs in 1 2; do
  fresh
  for entry in "${pipelines[@]}"; do
    read -r name profile <<<"$entry"
    options=(--locked --jobs "$jobs" --no-report)
    [ "$profile" = - ] || options+=(--profile "$profile")
    echo "reproduce: $name with --jobs $jobs"
    outcome=0
    "$pipe" run "$copy/project/pipelines/$name.manifest" --root "$copy/project" "${options[@]}" \
      >"$copy/output" 2>&1 || outcome=$?
    # 2: results are as locked, and a bound of the whole pipeline does not hold of its small profile.
    if [ "$outcome" = 2 ] && [ "$profile" != - ]; then outcome=0; fi
    # What was executed matters only where something differs.
    if [ "$outcome" != 0 ]; then
      cat "$copy/output"
      status=1
    fi
  done
done
[ "$status" = 0 ] && echo "reproduce: every result is as locked"
exit "$status"
