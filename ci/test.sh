#!/usr/bin/env bash
# Checks sizes and format, then builds and runs every test. Arguments go to `swift test`.
set -euo pipefail
source "$(dirname "$0")/setup.sh"

ci/sizes.sh
swift format lint --strict --recursive --configuration .swift-format Package.swift Sources Tests ci
swift build "${build_flags[@]}" --build-tests
swift test "${build_flags[@]}" --skip-build "$@"
