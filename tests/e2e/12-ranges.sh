#!/bin/sh
# Revspecs that name several revisions. Nothing here measures anything but numbers that are printed.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
# v1 - v2 - fast - merge - doc
#   \    \          /
#    \    topic - more
#     other
git checkout -q -b topic
echo 1 >topic && commit topic
echo 2 >topic && commit more
git checkout -q main
printf 'parse=9\nprint=20\n' >numbers && commit fast
git tag v10.0-rc1
tick=$((tick + 60))
GIT_AUTHOR_DATE="$tick +0000" GIT_COMMITTER_DATE="$tick +0000" git merge -q --no-ff -m merge topic
git tag -a -m 'version ten' v10.0
echo x >doc && commit doc
git tag v9.1
git checkout -q -b other v1
echo x >other && commit other
git checkout -q main

# planned: the subjects of what the last --dry-run would build, in order.
planned() {
	sed -n 's/^build .*with none  //p' "$out" | tr '\n' ' '
}
# plans DESCRIPTION SUBJECTS ARGUMENT...
plans() {
	what=$1 want=$2
	shift 2
	try revsweep run --dry-run "$@"
	if [ "$code" -eq 0 ] && [ "$(planned)" = "$want " ]; then
		ok "$what"
	else
		not_ok "$what" "planned: $(planned)"
	fi
}

plans 'a range follows first parents' 'two fast merge doc' v1..main
plans 'a range with the merged branch' 'two topic more fast merge doc' --all-parents v1..main
plans 'a range of a branch' 'topic more' main~2..topic
plans 'both sides' 'two fast merge doc other' main...other
plans 'both sides with all parents' 'other two topic more fast merge doc' --all-parents other...main
plans 'tags in the order of versions' 'one two doc fast merge' 'tags:v*'
plans 'the last three' 'fast merge doc' last:3
plans 'the last two of a branch' 'topic more' 'last:2 topic'
plans 'every second, with both ends' 'two merge doc' 'every:2 v1..main'
plans 'several at once, in the order typed' 'doc one more' main v1 last:1\ topic
plans 'one revision twice' 'doc one' HEAD main v1 v9.1
expect 'and a note about it' 0 "'main' is the same as 'HEAD' ("
expect_true 'the plan names tags' sh -c "\"\$1\" run --dry-run 'tags:v1*' | grep -q '^build    v10.0-rc1  '" - "$REVSWEEP"

printf 'parse=7\nprint=20\n' >numbers
git diff >"$top/quick.patch"
git checkout -q numbers
try revsweep run --blocks 2 v9.1 "v9.1+$top/quick.patch" --format json
expect 'a patched revision is measured' 0 '"doc, patched"'
expect_true 'and is quicker' grep -q '"value": 0.007,' "$out"
try revsweep compare v9.1 "quick=v9.1+$top/quick.patch"
expect 'and compared' 0 'doc, patched' '-22.2%'
expect_true 'nothing is left in the working tree' test -z "$(git status --porcelain --untracked-files=no)"
try revsweep build "v1+$top/quick.patch"
expect 'a patch that does not apply' 4 "hunk 1 of 'numbers'"
try revsweep build "v1+nowhere.patch"
expect 'a patch that is not there' 4 'there is no patch' "v1+nowhere.patch^0"

try revsweep build 'tags:v?'
expect 'tags are built' 0 'v1  ' 'v2  '
try revsweep run --blocks 2 'rel=tags:v*' --format csv
expect 'tags are measured' 0 v10.0-rc1 v9.1

try revsweep sweep --dry-run --all-parents v1..main
expect 'a sweep takes ranges' 0 topic more merge
try revsweep run v2..v1
expect 'a range the wrong way round' 4 'v1 is an ancestor of v2; did you mean v1..v2?'
try revsweep build 'tags:v11.*'
expect 'a pattern without tags' 4 'matches no tag; the nearest are v10.0-rc1, v10.0'
try revsweep run every:2 v1..v2
expect 'a range that is not quoted' 2 'quoted as one word'
try revsweep run 'every:2 v1'
expect 'one revision cannot be thinned' 2 'one revision'
try revsweep run last:0
expect 'none at all' 2 'no number from 1'
try revsweep compare v1..v2
expect 'compare takes two' 2 "'v1..v2' names several revisions" 'revsweep sweep v1..v2'
try revsweep compare v1 'every:2 tags:*'
expect 'compare takes two, tags' 2 'revsweep sweep'
try revsweep compare --all-parents v1 v2
expect 'compare has no use for --all-parents' 2 --all-parents
try revsweep calibrate last:2
expect 'calibrate takes one' 2 'one revision, not 2'

# shellcheck disable=SC2016 # hostile on purpose
git tag '$(touch${IFS}pwned)' v1
git tag 'x;touch${IFS}pwned' v1
try revsweep build 'hostile=tags:[$x]*'
expect 'hostile tags' 0 '$(touch${IFS}pwned)  ' 'x;touch${IFS}pwned'
expect_true 'run nothing' [ ! -e pwned ]

git init -q -b main "$top/empty"
cd "$top/empty" || exit 99
try revsweep build last:3
expect 'a repository without commits' 4 'no commits yet'
git clone -q --no-local --no-tags --depth 2 "file://$top/toy" "$top/shallow"
cd "$top/shallow" || exit 99
try revsweep build last:9
expect 'a shallow clone' 4 'shallow clone; git fetch --unshallow'
mkdir "$top/nothing" && cd "$top/nothing" || exit 99
try revsweep build 'tags:*'
expect 'no repository' 4 repository

try revsweep completion words -- run
expect 'completion knows the kinds' 0 tags: last: --all-parents
try revsweep build --help
expect 'help tells about them' 0 'every:N A..B' --all-parents
done_testing
