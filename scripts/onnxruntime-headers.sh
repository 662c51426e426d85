#!/usr/bin/env bash
# Prints the folder of ONNX Runtime's C++ headers, which neither its Node nor its Python package holds: that of
# $ONNXRUNTIME_DIR (an unpacked release), of Debian's libonnxruntime-dev where it is installed, else of that package out of
# Debian 13, taken from this system's own mirror and unpacked below node_modules/.cache; nothing is installed. Ends with 2
# where none can be had.
set -euo pipefail
cd "$(dirname "$0")/.."

header=onnxruntime_cxx_api.h
cache=$PWD/node_modules/.cache/onnxruntime-headers
for folder in "${ONNXRUNTIME_DIR:-/none}/include" /usr/include/onnxruntime "$cache/usr/include/onnxruntime"; do
  if [ -e "$folder/$header" ]; then
    echo "$folder"
    exit
  fi
done

absent() {
  echo "$1; set ONNXRUNTIME_DIR to an unpacked release of ONNX Runtime" >&2
  exit 2
}
command -v apt-get dpkg-deb > /dev/null || absent "no apt-get to take the headers of ONNX Runtime with"
# shellcheck disable=SC2016 # apt-get fills the names in, not the shell
mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' | awk '$1 == "Debian" && $2 !~ /security/ { print $2; exit }')
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -n "$mirror" ] && [ -e "$keys" ] || absent "no mirror of Debian to take the headers of ONNX Runtime from"

apt=$(mktemp -d)
trap 'rm -rf "$apt"' EXIT
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
echo "deb [signed-by=$keys] $mirror trixie main" > "$apt/sources.list"
options=(-qq -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$apt/lists"
  -o Dir::Cache="$apt/cache" -o APT::Sandbox::User= -o Acquire::Retries=2 -o Acquire::http::Timeout=20)
(cd "$apt" && apt-get "${options[@]}" update && apt-get "${options[@]}" download libonnxruntime-dev) >&2 ||
  absent "Debian's mirror does not give the headers of ONNX Runtime"
mkdir -p "$cache"
dpkg-deb -x "$apt"/libonnxruntime-dev_*.deb "$cache"
echo "$cache/usr/include/onnxruntime"
