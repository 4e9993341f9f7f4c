#!/usr/bin/env bash
# Makes bubblewrap work on a stock Ubuntu runner: the package, and leave to make user namespaces for it alone.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
as=()
if [ "$(id -u)" != 0 ]; then as=(sudo -n); fi

if ! command -v bwrap >/dev/null; then
  "${as[@]}" apt-get update -qq
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends bubblewrap >/dev/null
fi

works() { bwrap --unshare-all --ro-bind / / --proc /proc --dev /dev true 2>/dev/null; }

restricted=/proc/sys/kernel/apparmor_restrict_unprivileged_userns
if ! works && [ -r "$restricted" ] && [ "$(cat "$restricted")" = 1 ]; then
  # Another name than Ubuntu's own profile has: that one would take the rights from what runs inside.
  "${as[@]}" install -m 644 "$here/bwrap.apparmor" /etc/apparmor.d/bwrap-grader
  "${as[@]}" apparmor_parser --replace /etc/apparmor.d/bwrap-grader
fi

works || { echo "::error::bubblewrap cannot make namespaces on this machine; run grader doctor to see why"; exit 1; }
