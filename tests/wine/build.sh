#!/usr/bin/env bash
# Makes what is missing of .cache/wine: bridge.exe, and a prefix. One at a time; Wine's services must not inherit the lock.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p .cache/wine
exec 9>.cache/wine/lock
flock 9
[ .cache/wine/bridge.exe -nt tests/wine/bridge.c ] ||
  x86_64-w64-mingw32-gcc -O2 -Wall -Wextra -Werror -municode -o .cache/wine/bridge.exe tests/wine/bridge.c
[ -e "$WINEPREFIX/windows-10" ] && exit
# Wine 8 says Windows 7 of itself, on which Node does not start.
wine winecfg -v win10 9>&-
touch "$WINEPREFIX/windows-10"
