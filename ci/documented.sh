#!/usr/bin/env bash
# Checks that every public declaration in Sources says what it is.
set -euo pipefail
cd "$(dirname "$0")/.."
swift format lint --strict --recursive --configuration ci/sources.swift-format Sources
