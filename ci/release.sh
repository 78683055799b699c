#!/usr/bin/env bash
# Makes what users without a Swift toolchain install: a Debian package and an archive, in .build-release/out.
# Both hold one program with Swift's own libraries in it; the NetCDF library of the system is loaded when it is first used.
# Both are then tried where no toolchain can be seen.
set -euo pipefail
source "$(dirname "$0")/setup.sh"

scratch=$PWD/.build-release
out=$scratch/out
swift build "${build_flags[@]}" --static-swift-stdlib --scratch-path "$scratch" --product pipe
program=$(swift build "${build_flags[@]}" --static-swift-stdlib --scratch-path "$scratch" --show-bin-path)/pipe
version=$("$program" --version)
architecture=$(dpkg --print-architecture)
name=pipe-$version-linux-$architecture
rm -rf "$out"
mkdir -p "$out/$name"

# The package that holds a file, as dpkg knows it: merged folders have two names.
package_of() {
  local file
  file=$(readlink -f "$1")
  (dpkg -S "$file" || dpkg -S "${file#/usr}") 2>/dev/null | head -1 | cut -d: -f1
}

netcdf=$(package_of "$(ls /usr/lib/*/libnetcdf.so.[0-9]* | head -1)")
[ -n "$netcdf" ] || { echo "release: no package holds libnetcdf" >&2; exit 1; }
# What the program is linked with, but for what every system has.
linked=$(ldd "$program" | awk '$3 ~ /^\// { print $3 }' | while read -r file; do package_of "$file"; done | sort -u)

# The archive.
strip -o "$out/$name/pipe" "$program"
cp LICENSE CHANGELOG.md "$out/$name/"
cp -r pipelines data "$out/$name/"
mkdir "$out/$name/completions"
for shell in bash zsh fish; do
  "$out/$name/pipe" --generate-completion-script "$shell" > "$out/$name/completions/pipe.$shell"
done
cat > "$out/$name/README" <<TEXT
pipe $version for Linux on $architecture

One program; of the system it needs the NetCDF library:

    apt-get install $netcdf

Then, in this folder:

    ./pipe run pipelines/quickstart.manifest

To have it on PATH, copy it to a folder there: install pipe ~/.local/bin/
Completions for bash, zsh and fish are in completions/.
TEXT
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" -C "$out" \
  -czf "$out/$name.tar.gz" "$name"

# The package.
root=$out/deb
mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/usr/share/doc/pipe" \
  "$root/usr/share/bash-completion/completions" "$root/usr/share/zsh/vendor-completions" \
  "$root/usr/share/fish/vendor_completions.d"
install -m 755 "$out/$name/pipe" "$root/usr/bin/pipe"
cp LICENSE "$root/usr/share/doc/pipe/copyright"
gzip -9nc CHANGELOG.md > "$root/usr/share/doc/pipe/changelog.gz"
cp -r pipelines data "$root/usr/share/doc/pipe/"
cp "$out/$name/completions/pipe.bash" "$root/usr/share/bash-completion/completions/pipe"
cp "$out/$name/completions/pipe.zsh" "$root/usr/share/zsh/vendor-completions/_pipe"
cp "$out/$name/completions/pipe.fish" "$root/usr/share/fish/vendor_completions.d/pipe.fish"
depends=$(printf '%s\n' $linked "$netcdf" | sort -u | paste -sd, | sed 's/,/, /g')
cat > "$root/DEBIAN/control" <<TEXT
Package: pipe
Version: $version
Architecture: $architecture
Maintainer: $(git log -1 --format='%an <%ae>')
Depends: $depends
Section: science
Priority: optional
Description: geophysical inversion with uncertainty, as reproducible batch pipelines
 A plain-text manifest declares the stages of an inversion of gravity or waves; pipe computes
 what is not known yet, keeps every result as NetCDF by its content hash, and writes a report.
TEXT
dpkg-deb --root-owner-group --build "$root" "$out/pipe_${version}_$architecture.deb" > /dev/null

# Tried where neither toolchain nor build can be seen: an empty folder lies over each, and the environment is bare.
hidden=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")
try() {
  local label=$1 program=$2 folder
  folder=$(mktemp -d)
  cp -r pipelines data "$folder/"
  unshare --mount --map-root-user bash -euo pipefail -c '
    mkdir -p "$3/none"
    cp "$1" "$3/pipe"
    for path in "$2" "$4"; do mount --bind "$3/none" "$path"; done
    cd "$3"
    home=$3
    run() { env -i PATH=/usr/bin:/bin HOME="$home" ./pipe "$@"; }
    run --version > /dev/null
    run run pipelines/quickstart.manifest
    run export inversion.topography -o topography.tif
    [ -s topography.tif ] && [ -s results/quickstart/report.html ]
    begin=$(date +%s%N)
    for _ in 1 2 3 4 5 6 7 8 9 10; do run --version > /dev/null; done
    echo "$5: start-up $(( ($(date +%s%N) - begin) / 10000000 )) ms"
  ' _ "$program" "$hidden" "$folder" "$scratch" "$label"
  rm -rf "$folder"
}
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
tar -xzf "$out/$name.tar.gz" -C "$unpacked"
try "archive" "$unpacked/$name/pipe"
dpkg-deb -x "$out/pipe_${version}_$architecture.deb" "$unpacked/deb"
try "package" "$unpacked/deb/usr/bin/pipe"
rm -rf "$root"

ls -l "$out"/*.tar.gz "$out"/*.deb | awk '{ printf "%s: %.1f MB\n", $9, $5 / 1e6 }'
echo "needs of the system: $depends"
