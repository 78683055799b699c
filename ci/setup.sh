# Sourced by the scripts of this folder: goes to the project's root, installs what is missing, sets flags.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

command -v swift >/dev/null || {
  echo "ci: no Swift toolchain on PATH; install Swift 6.1 or newer from https://www.swift.org/install" >&2
  exit 1
}

# libnetcdf-dev is the only Debian package that pipe needs.
if ! [ -e /usr/include/netcdf.h ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  echo "ci: installing libnetcdf-dev"
  "${as_root[@]}" apt-get update -qq || echo "ci: apt-get update failed; trying the lists at hand" >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libnetcdf-dev
fi

# An import that Package.swift does not declare is an error in every build.
build_flags=(--explicit-target-dependency-import-check error -c release)

# The program in $pipe: the one that PIPE names, or built now.
find_pipe() {
  pipe=${PIPE-}
  [ -n "$pipe" ] && return
  swift build "${build_flags[@]}" --product pipe
  pipe=$(swift build "${build_flags[@]}" --show-bin-path)/pipe
}
