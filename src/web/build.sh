#!/bin/sh
# build.sh DIR DEPFILE: bundles the page's script and style into DIR. What it needs of npm is installed
# beside it, once for each lock file.
set -eu
dir=$1 depfile=$2 target=$1
cd "$(dirname "$0")"
command -v npm >/dev/null || {
	echo "src/web: npm is missing (ci/deps installs it); it bundles the page of the HTML report" >&2
	exit 1
}
case $dir in /*) ;; *) dir=$OLDPWD/$dir ;; esac
case $depfile in /*) ;; *) depfile=$OLDPWD/$depfile ;; esac

# Two builds may begin at the same time.
exec 9<.
flock 9
if ! cmp -s package-lock.json node_modules/.revsweep-lock; then
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
	cp package-lock.json node_modules/.revsweep-lock
fi
exec node build.mjs "$dir" "$depfile" "$target"
