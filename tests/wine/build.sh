#!/usr/bin/env bash
# Builds .cache/wine/bridge.exe where it is older than its source.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ .cache/wine/bridge.exe -nt tests/wine/bridge.c ] && exit
mkdir -p .cache/wine
x86_64-w64-mingw32-gcc -O2 -Wall -Wextra -Werror -municode -o .cache/wine/bridge.exe tests/wine/bridge.c
