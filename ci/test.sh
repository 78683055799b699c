#!/usr/bin/env bash
# Checks sizes and format, then builds and runs every test. Arguments go to `swift test`.
set -euo pipefail
source "$(dirname "$0")/setup.sh"

ci/sizes.sh
swift format lint --strict --recursive --configuration .swift-format Package.swift Sources Tests ci
ci/documented.sh
# Tests see internal declarations, which the program's own build does not export: a folder of its own
# keeps the two from rebuilding each other. Optimised, since the tests do the science in earnest.
# Without tables for debuggers, which cost a quarter of the build: a test tells its place by itself.
flags=("${build_flags[@]}" -Xswiftc -enable-testing -debug-info-format none --scratch-path .build-tests)
swift build "${flags[@]}" --build-tests
swift test "${flags[@]}" --skip-build "$@"
