#!/usr/bin/env bash
# Draws the pictures of the gallery anew with the present Isos, in about five minutes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
isos=$here/../../isos
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$isos" reproduce -q --out "$work/evaluation" >/dev/null
networks=()
for sparsity in 0 0.5 0.75 0.9 0.95 0.98; do
  prune=none
  [ "$sparsity" = 0 ] || prune=magnitude:$sparsity
  "$isos" import -q "$here/../examples/resnet18.yaml" --prune "$prune" -o "$work/resnet18-$sparsity.isos" >/dev/null
  networks+=("$work/resnet18-$sparsity.isos")
done
"$isos" compare -q -w "$(IFS=,; echo "${networks[*]}")" --set poolings=counted -a isosceles,sparten-ideal,fused-layer-ideal \
  --out "$work/sparsity" >/dev/null

cd "$here"
for picture in *.svg; do
  id=${picture%.svg}
  case $id in
    crossings-*) "$isos" plot "$work/sparsity/figures/$id.json" --for page --format svg -o "$picture" >/dev/null ;;
    *) cp "$work/evaluation/figures/$picture" "$picture" ;;
  esac
done
