#!/bin/sh
# A stored sweep says what the report right after it said, to the letter.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
# same DESCRIPTION EXIT TEXT... : the last `try` as `expect` has it, and `show` prints the same.
same() {
	expect "$@"
	cp "$out" "$top/compared"
	try revsweep show
	if cmp -s "$top/compared" "$out"; then
		ok "show: $1"
	else
		diff "$top/compared" "$out" >>"$err"
		not_ok "show: $1" 'expected to read the same'
	fi
}

try revsweep compare v1 v2
same 'a plain compare' 1 regressed 'builds took'
try revsweep compare v1 v2 --order sequential --blocks 9
same 'a note about drift' 1 'note      order sequential: from the first'
if [ -r /proc/pressure/cpu ]; then
	try revsweep show --all
	expect_true 'each launch tells who waited' [ "$(grep -c 'CPU pressure [0-9]*%' "$out")" -eq 20 ]
else
	skip 'each launch tells who waited' 'this kernel counts no pressure'
fi

echo fails.yml >.git/info/exclude
# One revision fails from its fourth launch on.
cat >fails.yml <<'Y'
version: 1
recipe: none
suite:
  - {name: toy, harness: lines, run: 'sh "$PREFIX/bench.sh" && sh "$PREFIX/count.sh"'}
measure: {blocks: 8..8}
isolation: none
gates: ["mean:5%"]
Y
git checkout -q -b counted v2
cat >count.sh <<SH
echo x >>'$top/counted'
[ "\$(wc -l <'$top/counted')" -lt 4 ]
SH
commit counting
git checkout -q -b uncounted v1
echo : >count.sh
commit 'not counting'
try revsweep compare uncounted counted --config fails.yml
same 'a note about what was given up' 0 "note      suite 'toy' failed on 'counted' in block "

# suites COMMAND: compares with a good suite and one that runs this beside it.
suites() {
	cat >fails.yml <<Y
version: 1
recipe: none
suite:
  - {name: good, harness: lines, run: 'sh "\$PREFIX/bench.sh"'}
  - {name: odd, harness: lines, run: '$1'}
measure: {blocks: 4..4}
isolation: none
gates: ["mean:5%"]
Y
	try revsweep compare v1 v2 --config fails.yml
}

suites 'exit 3'
same 'a suite that fails everywhere' 3 'odd/*: v2: exited with 3' 'r1-warmup.log'
suites 'echo odd 1 ms; grep -q parse=10 "$PREFIX/numbers"'
same 'a suite that fails on one side' 3 'failed    odd' 'exited with 1' 'r1-warmup.log'
suites 'echo odd 1 ms; grep -q parse=13 "$PREFIX/numbers"'
same 'a suite that fails on the other side' 3 'failed    odd' 'exited with 1' 'r0-warmup.log'

# v2 fails from the first to the second of these launches.
cat >"$top/odd.sh" <<SH
echo odd 1 ms
grep -q parse=10 "\$PREFIX/numbers" && exit
echo x >>'$top/times'
n=\$(wc -l <'$top/times')
[ \$n -lt \$1 ] || [ \$n -gt \$2 ]
SH
suites "sh $top/odd.sh 2 99"
same 'a suite that fails after its warm-up' 3 'failed    odd' 'exited with 1' 'r1-b1-a2.log'
rm "$top/times"
suites "sh $top/odd.sh 1 1"
same 'a suite that fails once, at its warm-up' 0 'odd'
expect_true 'has not failed' sh -c "! grep -q failed '$out'"
rm "$top/times"
suites "sh $top/odd.sh 2 2"
same 'a suite that fails once, in its first block' 0 'odd'
expect_true 'has not failed either' sh -c "! grep -q failed '$out'"

# ---- on a terminal of so many lines
cat >"$top/terminal.py" <<'PY'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", int(sys.argv[1]), 80, 0, 0))
    os.execv(sys.argv[2], sys.argv[2:])
seen = b""
while True:
    try:
        part = os.read(fd, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
export REVSWEEP_PAGER="cat >'$top/paged'"
try python3 "$top/terminal.py" 5 "$REVSWEEP" show
expect_true 'what does not fit goes to the pager' grep -q parse "$top/paged"
expect_true 'and nowhere else' sh -c "! grep -q parse '$out'"
rm "$top/paged"
try python3 "$top/terminal.py" 100 "$REVSWEEP" show
expect 'what fits does not' 0 parse
try python3 "$top/terminal.py" 5 "$REVSWEEP" show --no-pager
expect 'nor where nobody wants it' 0 parse
REVSWEEP_PAGER=nonesuch-pager
try python3 "$top/terminal.py" 5 "$REVSWEEP" show
expect 'a pager that is not there' 0 parse
unset REVSWEEP_PAGER
try python3 "$top/terminal.py" 50 "$REVSWEEP" show --watch
expect 'a sweep that is over is watched once' 0 parse
try revsweep show --watch
expect 'and on a terminal only' 2 'draws on a terminal'
done_testing
