# Flags of every build, sourced by the scripts of this folder.
build_flags=(--explicit-target-dependency-import-check error)
release_flags=("${build_flags[@]}" -c release)
