#!/usr/bin/env bash
# Prints how long files and functions are and how many parameters functions take, and fails on a hard limit: a file of
# 600 lines, a function of 80 lines or of more than 6 parameters (what belongs together is a struct). A file whose
# first line is `// numeric table` is exempt; so are, from the last limit, the functions in the files of ci/parameters.txt,
# a list that may only become shorter.
set -euo pipefail
cd "$(dirname "$0")/.."
{ echo ci/parameters.txt; find Sources Tests ci -name '*.swift' | LC_ALL=C sort; } |
  xargs awk '
    function close_function() {
      lengths[++functions] = FNR - start + 1
      if (lengths[functions] > 80 && !table) { print FILENAME ":" start ": function of " lengths[functions] " lines"; bad = 1 }
      start = 0
    }
    # Reads on in a declaration, `text` its next line: parameters are parted by commas in the outer parentheses, but for
    # those of generic arguments.
    function read_parameters(text, i, c) {
      sub(/ *\/\/.*/, "", text)
      for (i = 1; i <= length(text) && reading; i++) {
        c = substr(text, i, 1)
        if (depth == 1 && c !~ /[ ,)]/ && !begun) { begun = 1; parameters++ }
        if (c ~ /[([{]/) depth++
        else if (c ~ /[)\]}]/) { if (--depth == 0) reading = 0 }
        else if (depth == 0) continue
        else if (c == "<" && before ~ /[A-Za-z0-9_]/) angles++
        else if (c == ">" && before != "-" && angles) angles--
        else if (c == "," && depth == 1 && !angles) begun = 0
        before = c
      }
      before = " "
      if (reading) return
      counts[++declarations] = parameters
      if (parameters > 6 && exempt[FILENAME]-- > 0) known++
      else if (parameters > 6) { print FILENAME ":" declared ": function of " parameters " parameters"; bad = 1 }
    }
    FILENAME == "ci/parameters.txt" { if ($0 !~ /^#/) exempt[$1] = $2; next }
    FNR == 1 {
      if (name != "") finish()
      name = FILENAME; table = ($0 ~ /^\/\/ numeric table/); start = 0; reading = 0
    }
    { last = FNR }
    /^ *(@[A-Za-z]+(\([^)]*\))? +)*((public|package|private|internal|fileprivate|static|final|override|mutating|nonisolated|class|convenience|required) +)*(func |init[(?<])/ {
      reading = 1; depth = parameters = angles = begun = 0; declared = FNR; before = " "
      text = $0
      # Of a generic function the list behind its name is none of parameters.
      if (text ~ /(func +[^ (<]+|init\??)</) sub(/<[^(]*>/, "", text)
      read_parameters(substr(text, index(text, "(")))
      if (!start && !/}[ ]*$/) { start = FNR; match($0, /^ */); indent = RLENGTH }
      next
    }
    reading { read_parameters($0) }
    start && FNR > start && match($0, /^ *}/) && RLENGTH == indent + 1 { close_function() }
    function finish() {
      sizes[++files] = last
      if (last > 600 && !table) { print name ": file of " last " lines"; bad = 1 }
    }
    function report(what, unit, values, count, a, b, c) {
      low = middle = high = 0
      for (i = 1; i <= count; i++) { if (values[i] <= a) low++; else if (values[i] <= b) middle++; else high++ }
      printf "%s: %d in all, %d up to %d %s, %d up to %d, %d above\n", what, count, low, a, unit, middle, b, high
    }
    END {
      finish()
      report("files", "lines", sizes, files, 300, 600); report("functions", "lines", lengths, functions, 40, 80)
      report("declarations", "parameters", counts, declarations, 4, 6)
      for (file in exempt) if (exempt[file] > 0) { print "ci/parameters.txt: nothing is left to exempt in " file; bad = 1 }
      exit bad
    }'
