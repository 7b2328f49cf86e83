#!/usr/bin/env bash
# Publishes the PowerShell stand-in to .cache/pwsh-host/pwsh. Does nothing while the sources are unchanged.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache_dir=$(cd "$source_dir/../.." && pwd)/.cache
target_dir=$cache_dir/pwsh-host
stamp_file=$target_dir/.sources.sha256

# Everything that decides on the result: the sources, and the SDK that compiles them.
source_stamp() {
  cd "$source_dir"
  {
    dotnet --version
    find . -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.psd1' -o -name 'packages.lock.json' -o -name 'publish.sh' \) \
      -not -path './bin/*' -not -path './obj/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
  } | sha256sum
}

if ! command -v dotnet > /dev/null; then
  echo "pwsh-host: the .NET SDK 10 is missing (dotnet is not on the PATH): apt-get install dotnet-sdk-10.0" >&2
  exit 1
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 # leave no build server behind
mkdir -p "$cache_dir"
exec 9> "$cache_dir/pwsh-host.lock"
flock 9 # two test runs at once must not publish into each other

stamp=$(source_stamp)
if [[ -x $target_dir/pwsh && -f $stamp_file && $(< "$stamp_file") == "$stamp" ]]; then
  echo "pwsh-host: up to date ($target_dir/pwsh)"
  exit 0
fi

echo "pwsh-host: publishing to $target_dir (about half a minute)"
fresh_dir=$cache_dir/pwsh-host.new
rm -rf "$fresh_dir"
dotnet publish "$source_dir/pwsh-host.csproj" --configuration Release --output "$fresh_dir" \
  --nologo --verbosity quiet -p:RestoreLockedMode=true -p:UseSharedCompilation=false
"$fresh_dir/pwsh" -SelfTest
echo "$stamp" > "$fresh_dir/.sources.sha256"
# Swap, so that a run that uses the old one meanwhile never sees half of the new one.
rm -rf "$target_dir.old"
[[ ! -e $target_dir ]] || mv "$target_dir" "$target_dir.old"
mv "$fresh_dir" "$target_dir"
rm -rf "$target_dir.old"
echo "pwsh-host: ready ($target_dir/pwsh)"
