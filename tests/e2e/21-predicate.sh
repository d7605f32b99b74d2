#!/bin/sh
# What `git bisect run` would be told about each revision, as a bench.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
# answer NAME CODE: a revision about which the predicate ends so, and a tag for it
answer() {
	printf '%s\n' "$2" >code
	commit "$1"
	git tag "$1"
}
answer good 'exit 0'
answer untestable 'exit 125'
answer bad 'exit 1'
answer missing 'no-such-program-here'
answer odd 'echo "disk is full" >&2; exit 128'
answer crash 'kill -SEGV $$'
answer hang 'sleep 60'

# says REV... [OPTION...]: what the predicate says of them, as CSV; two blocks.
says() {
	try revsweep run "$@" --recipe none --harness predicate --run 'exec sh "$PREFIX/code"' \
		--blocks 2 --format csv
}

says good untestable bad
expect 'good is 1, bad is 2, and what cannot be tested is not there' 0 \
	'ok,ungated,run,run,predicate,,good,good,1,,' \
	'removed,ungated,run,run,predicate,,untestable,good,,1,' \
	'ok,ungated,run,run,predicate,,bad,good,2,1,2,2,2,,2,'
try revsweep replay
expect 'a stored answer stays the same' 0 'the same to the last bit'
says untestable good
expect 'the first one may be untestable' 0 'new,ungated,run,run,predicate,,good,untestable,1,'
says good untestable
expect 'the last one, from which the suite is, too' 0 'skipped,ungated' \
	'untestable: the predicate says it cannot be tested (exit code 125)'
says good missing
expect 'a shell that finds no program says bad' 0 'ok,ungated,run,run,predicate,,missing,good,2,1,'
says good odd bad
expect 'where git bisect run stops is a failure' 3 'failed,inconclusive' \
	'odd: an exit code above 127 is no answer of a predicate: it exited with 128: disk is full' \
	'ok,ungated,run,run,predicate,,bad,good,2,1,'
says good crash
expect 'a crash is no answer' 3 'crash: killed by SIGSEGV'
says good hang --timeout 1s
expect 'nor is a hang' 3 'hang: timed out'

cat >predicate.yml <<'Y'
version: 1
recipe: none
suite:
  - {name: works, harness: predicate, run: 'sh "$PREFIX/code"', settings: {warmup: on}}
measure: {blocks: 2..3}
Y
try revsweep compare good bad --config predicate.yml
expect 'without a gate any change of it counts' 1 works regressed 'warmup is not used'
done_testing
