#!/bin/sh
# What goes wrong in somebody's revision is an outcome: a row with a status, exit 3, and the rest of
# the sweep is there.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
# suite COMMAND: a configuration whose suite runs it, and one good suite beside it.
suite() {
	cat >suite.yml <<Y
version: 1
recipe: none
suite:
  - {name: good, harness: lines, run: 'sh "\$PREFIX/bench.sh"'}
  - {name: odd, harness: $1, run: '$2', timeout: ${3:-20s}}
measure: {blocks: 5..12}
gates: ["mean:5%"]
Y
	try revsweep compare v1 v2 --config suite.yml
}

suite lines 'exit 3'
expect 'a harness that exits non-zero' 1 failed parse regressed
suite lines 'no-such-program'
expect 'a harness that is missing' 1 failed parse
suite lines 'true'
expect 'a harness that prints nothing' 1 odd parse
suite lines 'echo parse one ms'
expect 'a harness that prints nonsense' 1 odd
suite lines 'echo x nan s'
expect 'not a number' 1 odd failed
suite lines 'echo x -1 s'
expect 'a negative time' 1 odd failed
suite lines 'echo x 0 s'
expect 'a time of zero' 1 x
suite lines 'printf "a\\033[31mb 1 s\\n"'
expect 'an escape sequence in a name' 1 '\x1b[31mb'
expect_true 'stays escaped' sh -c "! grep -q '$(printf '\033')' '$out'"
suite lines 'kill -SEGV $$'
expect 'a crash' 1 crashed
suite lines 'sleep 60' 1s
expect 'a hang' 1 'timed out'
suite command 'yes'
expect 'endless output' 1 odd
suite google-benchmark 'true'
expect 'a harness that leaves no results' 1 odd

# No regression in sight: failures are exit 3.
git checkout -q v1
printf 'parse=10\nprint=20\n# no change\n' >numbers
commit same
git tag v1b
cat >three.yml <<'Y'
version: 1
recipe: none
suite:
  - {name: good, harness: lines, run: 'sh "$PREFIX/bench.sh"'}
  - {name: odd, harness: lines, run: 'exit 1'}
measure: {blocks: 5..12}
gates: ["mean:5%"]
Y
try revsweep compare v1 v1b --config three.yml
expect 'failed cells alone are exit 3' 3 failed parse

# Benches on one side only.
printf '. ./numbers\n' >/dev/null
sed -i 's/print /show /' bench.sh
commit renamed
git tag v3
try revsweep compare v1 v3
expect 'benches on one side only' 0 new removed show print

# Builds.
cat >build.yml <<'Y'
version: 1
build:
  steps:
    - {name: compile, run: 'cp "$SRC"/* "$PREFIX"; if grep -q 13 "$SRC/numbers"; then echo "no rule to make it"; exit 2; fi'}
suite:
  - {name: toy, harness: lines, run: 'sh "$PREFIX/bench.sh"'}
gates: ["mean:5%"]
Y
try revsweep compare v1 v2 --config build.yml
expect 'a build that fails' 3 'not built' compile 'no rule to make it'
try revsweep show --log v2
expect 'its log can be read' 0 'no rule to make it'
try revsweep build v2 --config build.yml
expect 'build says so too' 3 failed log
sed -i 's/exit 2/sleep 1000/; s/^build:/build:\n  timeout: 1s/' build.yml
try revsweep compare v1 v2 --config build.yml
expect 'a build that hangs' 3 'not built'
sed -i 's/sleep 1000/touch "$SRC\/..\/..\/..\/pwned" \/tmp\/revsweep-e2e-pwned/' build.yml
try revsweep compare v1 v2 --config build.yml
if revsweep doctor | grep -q Landlock\)$; then
	expect 'a build that writes outside' 3 'not built'
	expect_true 'nothing was written' [ ! -e /tmp/revsweep-e2e-pwned ]
else
	skip 'a build that writes outside' 'this kernel lacks Landlock'
fi
rm -f /tmp/revsweep-e2e-pwned
done_testing
