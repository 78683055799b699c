#!/usr/bin/env bash
# Makes the manual a web site in .build-site, by the toolchain's own docc; every link that leads nowhere is an error.
# A file server shows it: python3 -m http.server -d .build-site, page /documentation/manual.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$(dirname "$(readlink -f "$(command -v swift)")")
docc=$(command -v docc || true)
[ -x "$tools/docc" ] && docc=$tools/docc
[ -n "$docc" ] || { echo "site: this Swift toolchain has no docc" >&2; exit 1; }
rm -rf .build-site
"$docc" convert Sources/pipe/pipe.docc --fallback-display-name pipe --fallback-bundle-identifier pipe \
  --fallback-bundle-version 0 --transform-for-static-hosting --warnings-as-errors --output-path .build-site
pages=$(find .build-site/data/documentation -name '*.json' | wc -l)
sources=$(find Sources/pipe/pipe.docc -name '*.md' | wc -l)
[ "$pages" = "$sources" ] || { echo "site: $sources pages were written, the site has $pages" >&2; exit 1; }
echo "site: $pages pages in .build-site"
