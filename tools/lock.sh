#!/usr/bin/env bash
# Write requirements/dev.lock and requirements/run.lock: every package pinned and hashed, for Python 3.11 and later.
# What is already locked stays as it is; `tools/lock.sh --upgrade` moves everything to its newest version.
set -euo pipefail
cd "$(dirname "$0")/.."

# Pinned, because another resolver version may format the files differently. Kept out of .venv: no user needs it.
uv_version=0.13.8
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${PYTHON:-python3}" -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet "uv==$uv_version"

compile() {
  # --fork-strategy fewest: one version for all Pythons, so that a board built on 3.13 equals one built on 3.11.
  # --no-config and the absent --emit-*: where this machine fetches its packages is nobody else's business.
  "$scratch/venv/bin/uv" pip compile pyproject.toml "$@" \
    --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
    --no-config --annotation-style line --custom-compile-command "make lock" --quiet >/dev/null
}

compile --group build --group dev --extra parquet --output-file requirements/dev.lock "$@"
# The run-time lock is a part of the development lock: the tests run what users run.
compile --group build --constraint requirements/dev.lock --output-file requirements/run.lock "$@"
