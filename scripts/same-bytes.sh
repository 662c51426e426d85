# shellcheck shell=bash
# Sourced: are two output folders the same?

# same_bytes FOLDER SINGLE: every file, byte by byte; says how many there are. How long a study took, and how fast it was, is
# not what it found: the report's "throughput" and the two rows of the page that show it are left out.
same_bytes() {
  local folder file
  for folder in "$@"; do
    [[ -f $folder/report.json ]] || continue
    node -e '
      const fs = require("fs"); const [json, html] = process.argv.slice(1);
      const { throughput, ...report } = JSON.parse(fs.readFileSync(json, "utf8"));
      if (!(throughput.predictionsPerSecond >= 0)) throw new Error(json + " has no throughput");
      fs.writeFileSync(json, JSON.stringify(report, null, 2));
      const page = fs.readFileSync(html, "utf8");
      fs.writeFileSync(html, page.replace(/[0-9, .\u00a0\u2009\u202f]* predictions\/s, [0-9.]+ s(; the tests [0-9.]+ s)?/g, ""));
    ' "$folder/report.json" "$folder/report.html" || return 1
  done
  if ! diff <(cd "$1" && find . | sort) <(cd "$2" && find . | sort) >&2; then
    echo "$1 and $2 do not hold the same files" >&2
    return 1
  fi
  while IFS= read -r file; do
    cmp "$1/$file" "$2/$file" >&2 || return 1
  done < <(cd "$1" && find . -type f)
  find "$1" -type f | wc -l
}
