#!/usr/bin/env bash
# Makes what is generated in the manual, Sources/pipe/pipe.docc: a page for every kind of stage, and the pictures of the
# workflows by running their pipelines, whose pages end with the manifest and the numbers of its lock. With --pages the pages alone. PIPE=path uses a program that is built already.
# Afterwards ci/site.sh makes web pages of it.
set -euo pipefail
source "$(dirname "$0")/setup.sh"

only_pages=no
case "${1-}" in
  "") ;;
  --pages) only_pages=yes ;;
  *)
    echo "usage: ci/manual.sh [--pages]" >&2
    exit 64
    ;;
esac

find_pipe
manual=$PWD/Sources/pipe/pipe.docc

rm -f "$manual"/Stages/*.md
"$pipe" stages --pages "$manual/Stages" --examples pipelines --methods Sources/pipe/Methods

# Each workflow ends with its manifest and the numbers that its run gives, which the lock file holds.
for page in "$manual"/Workflows/*.md; do
  name=$(sed -n 's#.*pipe run pipelines/\([a-z0-9_]*\)\.manifest.*#\1#p' "$page" | head -1)
  [ "$(basename "$page")" = Workflows.md ] && continue
  [ -f "pipelines/$name.manifest" ] || continue
  made=$(mktemp)
  sed '/^## The manifest$/,$d' "$page" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >"$made"
  {
    printf '\n## The manifest\n\n```ini\n'
    cat "pipelines/$name.manifest"
    printf '```\n'
    if [ -f "pipelines/$name.manifest.lock" ]; then
      printf '\n## What comes out\n\nThe numbers of the run, in the units of its files (m, mGal, kg/m³, s):\n\n| output | value |\n| --- | --- |\n'
      awk '/^[^ #].* content:/ { port = $1; split($1, part, ".") }
        /^  [^ ]+ count 1 mean / && $1 == part[2] && $5 != "inf" { printf "| `%s` | %.4g |\n", port, $5 }' "pipelines/$name.manifest.lock"
    fi
  } >>"$made"
  cat "$made" >"$page"
  rm -f "$made"
done
[ "$only_pages" = yes ] && exit 0

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -R pipelines data "$copy/"
cd "$copy"

# pipeline, name of the picture, artefact and options of `pipe plot`
pictures() {
  cat <<'LIST'
quickstart topography inversion.topography.nc --with model.topography.nc --title "found minus true"
quickstart convergence inversion.history.nc
damping_cv scores damping.scores.nc --log x,y
ensemble statistics statistics.statistics.nc --variable weighted_mean,weighted_stdev --points model.constraints.nc
ensemble profile statistics.statistics.nc --as profile
ensemble drawn ensemble.members.nc --as lhs
density_zref scores search.scores.nc
regional error error_spline.difference.nc
regional_tuning front search.scores.nc --as pareto
buffer_width scores search.scores.nc
constraining topography inversion.topography.nc --points model.constraints.nc
constraining iterations inversion.history.nc --as iterations
adhering topography inversion.topography.nc --points model.constraints.nc
combined topography inversion.topography.nc --with model.topography.nc --title "found minus true"
variable_density topography inversion.topography.nc --with model.topography.nc --title "found minus true"
density_inversion density inversion.topography.nc --variable density_contrast
tesseroid_moho topography inversion.topography.nc --with moho.topography.nc --title "found minus true"
windowed windows windows.windows.nc --with windows.best_density_contrast.nc --points model.constraints.nc
windowed topography final.topography.nc --with model.topography.nc --title "found minus true"
sensitivity indices indices.indices.nc
sensitivity calibration calibration.coverage.nc
sensitivity deviation statistics.statistics.nc --variable z_mean,z_stdev
partial_ensembles start start_statistics.statistics.nc --variable weighted_mean,weighted_stdev
parana_moho moho statistics.statistics.nc --variable z_mean,z_stdev --points seismic.table.nc
waves truth truth.model.nc --variable vp --points receivers.table.nc
waves snapshots shot.snapshots.nc --colours diverging
waves records shot.seismograms.nc --with observed.seismograms.nc
waves gradient smooth.model.nc --variable vp --points receivers.table.nc
regional_waves medium earth.model.nc --variable vsv --points events.table.nc
regional_waves records observed.waveforms.nc --variable displacement_z --with misfit.table.nc
regional_inversion receiver records.seismograms.nc --as receiver --receiver ST10 --with reference.seismograms.nc --with updated.seismograms.nc --windows misfit.table.nc --windows updated_misfit.table.nc
regional_inversion receivers misfit.table.nc --as receivers --with updated_misfit.table.nc
south_africa gravity grid.gravity.nc --variable gravity_anomaly
LIST
}

for pipeline in $(pictures | cut -d' ' -f1 | uniq); do
  if ! "$pipe" check "pipelines/$pipeline.manifest" >/dev/null 2>&1; then
    echo "manual: $pipeline needs data that are not here; its pictures stay as they are"
    continue
  fi
  "$pipe" run "pipelines/$pipeline.manifest" --root . --no-report >run.log 2>&1 || { cat run.log >&2; exit 1; }
  pictures | grep "^$pipeline " | while read -r _ name artefact options; do
    eval "\"\$pipe\" plot \"results/$pipeline/$artefact\" $(sed "s#--\(with\|points\|windows\) #--\1 results/$pipeline/#g" <<<"$options") \
      --dpi 96 -o \"$manual/Resources/$pipeline-$name.png\"" >/dev/null
  done
done
