# Sourced by every end-to-end script: TAP, a private world, and a toy repository whose "benchmark"
# prints what its revision says, so that no verdict depends on the speed of a machine.
# shellcheck shell=sh

set -u
: "${REVSWEEP:?the program under test}"
: "${SOURCE_ROOT:?the top of the sources}"
top=$(mktemp -d)
# Builds are made read-only here and there.
trap 'chmod -R u+w "$top"; rm -rf "$top"' EXIT
export HOME="$top/home" REVSWEEP_CACHE="$top/cache" TMPDIR="$top/tmp"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null NO_COLOR=1 COLUMNS=100
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org
unset REVSWEEP_STORE GITHUB_ACTIONS GITHUB_STEP_SUMMARY # where these tests run does not matter
mkdir -p "$HOME" "$TMPDIR"
out=$top/out err=$top/err
tick=1772366400
count=0

revsweep() {
	"$REVSWEEP" "$@"
}

# Runs a command; its output lies in $out and $err, its exit code in $code.
try() {
	code=0
	"$@" >"$out" 2>"$err" || code=$?
}

ok() {
	count=$((count + 1))
	echo "ok $count - $1"
}

not_ok() {
	count=$((count + 1))
	echo "not ok $count - $1"
	shift
	{
		printf '%s\n' "$@"
		echo "exit: ${code:-}"
		echo "-- stdout"
		head -c 4000 "$out"
		echo "-- stderr"
		head -c 4000 "$err"
	} | sed 's/^/# /'
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# expect DESCRIPTION EXIT TEXT... : the last `try` ended with EXIT and printed every TEXT somewhere.
expect() {
	what=$1 want=$2
	shift 2
	if [ "$code" -ne "$want" ]; then
		not_ok "$what" "expected exit $want"
		return
	fi
	for text in "$@"; do
		if ! grep -qF -- "$text" "$out" "$err"; then
			not_ok "$what" "expected to read: $text"
			return
		fi
	done
	ok "$what"
}

# expect_true DESCRIPTION COMMAND... : the command succeeds.
expect_true() {
	what=$1
	shift
	if "$@"; then
		ok "$what"
	else
		not_ok "$what" "failed: $*"
	fi
}

commit() {
	tick=$((tick + 60))
	git add -A
	GIT_AUTHOR_DATE="$tick +0000" GIT_COMMITTER_DATE="$tick +0000" git commit -q --allow-empty -m "$1"
}

# toy DIR: a repository of shell scripts, tags v1 (10 ms and 20 ms) and v2 (parse is 30 % slower).
toy() {
	mkdir -p "$1"
	cd "$1" || exit 99
	git init -q -b main
	cat >bench.sh <<'SH'
#!/bin/sh
. "$PREFIX/numbers"
i=0
while [ $i -lt 3 ]; do
	i=$((i + 1))
	echo "parse $parse ms"
	echo "print $print ms"
done
SH
	cat >revsweep.yml <<'YML'
version: 1
project: toy
recipe: none
suite:
  - {name: toy, harness: lines, run: 'sh "$PREFIX/bench.sh"'}
measure: {blocks: 5..30}
gates: ["mean:5%"]
YML
	printf 'parse=10\nprint=20\n' >numbers
	commit one
	git tag v1
	printf 'parse=13\nprint=20\n' >numbers
	commit two
	git tag v2
}

done_testing() {
	echo "1..$count"
}
