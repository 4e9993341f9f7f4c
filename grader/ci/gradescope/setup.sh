#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image of the assignment.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
source_folder="$root/source"

if [ "${GRADER_SKIP_APT:-}" = "" ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends bubblewrap util-linux python3 python3-venv >/dev/null
fi

python="${GRADER_PYTHON:-python3}"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "grader needs Python 3.11 or later: choose the Ubuntu 24.04 image" >&2
  exit 1
}
if [ "${GRADER_PYTHON:-}" = "" ]; then
  "$python" -m venv "$source_folder/.venv"
  "$source_folder/.venv/bin/pip" install --quiet --no-cache-dir --only-binary :all: --require-hashes \
    --requirement "$source_folder/requirements.txt"
  python="$source_folder/.venv/bin/python"
fi
bash "$source_folder/grader/ci/install-course.sh" "$python" "$source_folder/course-requirements.txt"
# Students' code must not read the course, or other students' data, whatever the sandbox hides.
chmod -R go-rwx "$source_folder/course"
if [ -e "$source_folder/variants.json" ]; then chmod go-rwx "$source_folder/variants.json"; fi
# Shows in the build log which isolation this image gives.
export PYTHONSAFEPATH=1 PYTHONPATH="$source_folder"
"$python" -m grader doctor --course "$source_folder/course" || true
