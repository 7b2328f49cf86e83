#!/bin/bash
# Builds the vCenter simulator into .cache/vcenter/vcsim when its sources differ from those of the last build.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../../.." && pwd)/.cache/vcenter
library=/usr/share/gocode/src/github.com/vmware/govmomi/simulator
install='apt-get install --no-install-recommends golang-go golang-github-vmware-govmomi-dev'

command -v go >/dev/null || { echo "the vCenter simulator is built with Go: $install" >&2; exit 3; }
[ -d "$library" ] || { echo "the vCenter simulator is built over the govmomi library: $install" >&2; exit 3; }

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
stamp=$(cat "$here"/server/*.go | sha256sum)
[ -x "$cache/vcsim" ] && [ "$(cat "$cache/stamp" 2>/dev/null)" = "$stamp" ] && exit 0
echo "making the vCenter simulator (a minute the first time)"
cd "$here/server"
GOPATH=/usr/share/gocode GO111MODULE=off GOFLAGS= go build -o "$cache/vcsim.new" .
mv "$cache/vcsim.new" "$cache/vcsim"
echo "$stamp" >"$cache/stamp"
