#!/usr/bin/env bash
# Prints how long files and functions are and fails on a hard limit: a file of 600 lines, a function
# of 80. A file whose first line is `// numeric table` is exempt.
set -euo pipefail
cd "$(dirname "$0")/.."
find Sources Tests ci -name '*.swift' | LC_ALL=C sort |
  xargs awk '
    function close_function() {
      lengths[++functions] = FNR - start + 1
      if (lengths[functions] > 80 && !table) { print FILENAME ":" start ": function of " lengths[functions] " lines"; bad = 1 }
      start = 0
    }
    FNR == 1 {
      if (name != "") finish()
      name = FILENAME; table = ($0 ~ /^\/\/ numeric table/); start = 0
    }
    { last = FNR }
    !start && /^ *(@[A-Za-z]+(\([^)]*\))? +)*((public|private|internal|package|fileprivate|static|final|override|mutating|nonisolated|class|convenience|required) +)*(func |init[(?<])/ && !/}[ ]*$/ {
      start = FNR; match($0, /^ */); indent = RLENGTH
    }
    start && FNR > start && match($0, /^ *}/) && RLENGTH == indent + 1 { close_function() }
    function finish() {
      sizes[++files] = last
      if (last > 600 && !table) { print name ": file of " last " lines"; bad = 1 }
    }
    function report(what, values, count, a, b, c) {
      for (i = 1; i <= count; i++) { if (values[i] <= a) low++; else if (values[i] <= b) middle++; else high++ }
      printf "%s: %d in all, %d up to %d lines, %d up to %d, %d above\n", what, count, low, a, middle, b, high
      low = middle = high = 0
    }
    END {
      finish()
      report("files", sizes, files, 300, 600); report("functions", lengths, functions, 40, 80)
      exit bad
    }'
