#!/bin/sh
# Transcripts: each tests/cases/*/*.test says what is typed in the toy repository (@ARGS, one line),
# how it ends (@EXIT) and every word of what is printed on stderr and stdout (@EXPECT, the rest).
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
export COLUMNS=80
for case in "$SOURCE_ROOT"/tests/cases/*/*.test; do
	args=$(sed -n 's/^@ARGS //p' "$case")
	want=$(sed -n 's/^@EXIT //p' "$case")
	sed '1,/^@EXPECT$/d' "$case" >"$top/expected"
	code=0
	eval "revsweep $args" >"$out" 2>&1 || code=$?
	: >"$err"
	name=$(basename "$(dirname "$case")")/$(basename "$case" .test)
	if [ "$code" -eq "$want" ] && cmp -s "$out" "$top/expected"; then
		ok "$name"
	else
		not_ok "$name" "revsweep $args" "$(diff "$top/expected" "$out")"
	fi
done
done_testing
