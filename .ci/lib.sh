# Shared by .ci/run and .ci/steps/*: settings that every step needs, and how a step says what it did.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export root=$PWD
mkdir -p target/ci

export CARGO_TERM_COLOR=never
export CARGO_INCREMENTAL=0
export CARGO_NET_RETRY=5
export INSTA_UPDATE=no
# no tool may fetch a toolchain or one of its components by itself
export RUSTUP_AUTO_INSTALL=0
export CARGO_LLVM_COV_SETUP=no
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

# the recorded tables that the tests/truth_*.rs read
if [ -d "${ALERT_SCHEMAS_SHARED:-../shared}" ]; then
  ALERT_SCHEMAS_SHARED=$(cd "${ALERT_SCHEMAS_SHARED:-../shared}" && pwd)
  export ALERT_SCHEMAS_SHARED ALERT_SCHEMAS_REQUIRE_SHARED=1
fi

# say TEXT: a line that stands out in a long log
say() { printf '== %s\n' "$*"; }

# skip WHY: the step has nothing to do here
skip() {
  say "SKIPPED: $*"
  exit 0
}

# run COMMAND...: shows the command, then runs it
run() {
  printf '+ %s\n' "$*"
  "$@"
}

# require_nightly: fails in CI and skips elsewhere when no nightly toolchain is installed
require_nightly() {
  if cargo +nightly --version >/dev/null 2>&1; then return; fi
  if [ "${CI:-}" = true ]; then
    echo "no nightly toolchain" >&2
    exit 1
  fi
  skip "no nightly toolchain"
}

# copy_tree DIR: the committed and new files of the work tree, for steps that change a manifest
copy_tree() {
  rm -rf "$1"
  mkdir -p "$1"
  git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
    if [ -e "$file" ]; then printf '%s\0' "$file"; fi
  done | tar --null --files-from=- -cf - | tar -xf - -C "$1"
}
