#!/usr/bin/env bash
# Installs what a course needs beside the grader: install-course.sh PYTHON REQUIREMENTS, the latter as
# `grader ci --requirements` prints it. Nothing that is there already changes its version.
set -euo pipefail
python=$1
requirements=$2
if ! grep -q '^[^#[:space:]]' "$requirements"; then exit 0; fi
installed=$(mktemp)
"$python" -m pip freeze --quiet --disable-pip-version-check --exclude-editable > "$installed"
# No cache: where the file has no hashes, an earlier job could have put anything there.
"$python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --only-binary :all: \
  --constraint "$installed" --requirement "$requirements"
rm -f "$installed"
