#!/bin/sh
# The examples for CI systems: what they would run is run, in a repository with a pull request.
installed=${XDG_CACHE_HOME:-$HOME/.cache}/revsweep-peers/bin
. "$SOURCE_ROOT/tests/e2e/lib.sh"
examples=$SOURCE_ROOT/ci/examples
tools=$SOURCE_ROOT/tests/tools

actionlint=$(command -v actionlint || { [ -x "$installed/actionlint" ] && echo "$installed/actionlint"; })
if [ -n "$actionlint" ]; then
	try "$actionlint" "$examples/github-actions.yml"
	expect 'actionlint has nothing to say' 0
else
	skip 'actionlint has nothing to say' 'no actionlint (ci/deps --bench installs it)'
fi
if command -v shellcheck >/dev/null; then
	try shellcheck "$examples/compare.sh"
	expect 'nor has shellcheck' 0
else
	skip 'nor has shellcheck' 'no shellcheck'
fi

mkdir "$top/bin"
ln -s "$REVSWEEP" "$top/bin/revsweep"
cp "$tools/gh.py" "$top/bin/gh"
chmod +x "$top/bin/gh"
PATH=$top/bin:$PATH

# A branch that is slower than main was where it left it; main went on.
toy "$top/toy"
git checkout -q -b topic v2
echo 1 >more.txt
commit 'more of it'
git checkout -q main
git reset -q --hard v1
echo 1 >other.txt
commit 'main goes on'
base=$(git rev-parse main)
git checkout -q topic
head=$(git rev-parse topic)
printf '%s\n' 'revsweep.[!y]*' reports .revsweep-cache >>.git/info/exclude

# ---- a shell

try sh "$examples/compare.sh" main --blocks 5..10
expect 'the script ends as the comparison does' 1 'slower than its gate allows' 'parse +30.0%'
for file in xml json html svg rsb; do
	expect_true "and leaves a .$file" [ -s "reports/revsweep.$file" ]
done
expect_true 'with tests in it' python3 "$tools/junit.py" reports/revsweep.xml
try env CHANGE_TARGET=nowhere sh "$examples/compare.sh"
expect 'a base that is not there' 4 'nothing was compared'
expect_true 'leaves no reports of earlier' [ ! -e reports/revsweep.xml ]
git clone -q "$top/toy" "$top/clone"
cd "$top/clone" || exit 99
try env CHANGE_TARGET=main sh "$examples/compare.sh"
expect 'the target of a change request' 1 'parse +30.0%'
try sh "$examples/compare.sh"
expect 'the default branch of a clone' 0 'no benchmark is slower'
cd "$top/toy" || exit 99

# ---- what is written in YAML

python=
for candidate in python3 /usr/bin/python3; do
	if "$candidate" -c 'import yaml' 2>/dev/null; then
		python=$candidate
		break
	fi
done
if [ -z "$python" ] || ! command -v jq >/dev/null || ! command -v bash >/dev/null; then
	skip 'the examples for GitHub and GitLab are run' 'no python3 with yaml, or no jq or bash'
	done_testing
	exit 0
fi

export GH_COMMENTS="$top/comments.json"
cat >"$top/event.json" <<J
{"pull_request": {"number": 7, "base": {"sha": "$base"},
  "head": {"sha": "$head", "repo": {"full_name": "octo/lexer"}}}}
J
cat >"$GH_COMMENTS" <<'J'
[{"id": 1, "user": {"login": "stranger"}, "body": "<!-- revsweep:benchmarks -->\nmine"},
 {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "<!-- revsweep -->\nanother job"}]
J
try "$python" "$tools/ci_steps.py" github "$examples/github-actions.yml" "$top/event.json"
expect 'the workflow fails with the comparison' 1 '## Compare: 1' '::error title=parse::regressed' \
	'## Keep what was measured: 0' '## Comment: 0'
for file in md html json xml rsb; do
	expect_true "has its .$file" [ -s "revsweep.$file" ]
done
expect_true 'and a summary' grep -q 'parse +30.0%' "$TMPDIR"/summary-*
check_comments() {
	try python3 - "$GH_COMMENTS" "$1" <<'PY'
import json, sys
ours = [c for c in json.load(open(sys.argv[1])) if c["id"] > 100]
assert len(ours) == 1, ours
assert ours[0]["body"].startswith("<!-- revsweep:benchmarks -->\n") and sys.argv[2] in ours[0]["body"], ours
theirs = [c["body"].split("\n")[1] for c in json.load(open(sys.argv[1])) if c["id"] < 100]
assert theirs == ["mine", "another job"], theirs
PY
	expect "$2" 0
}
check_comments 'parse +30.0%' 'there is one comment'
printf 'parse=10\nprint=20\n' >numbers
commit 'as fast as before'
rm revsweep.[!y]*
try "$python" "$tools/ci_steps.py" github "$examples/github-actions.yml" "$top/event.json"
expect 'once it is mended the workflow passes' 0 '## Compare: 0' '::notice title=revsweep compare toy::'
check_comments 'within the gate' 'and the comment says so'
sed -i 's/octo.lexer/stranger\/lexer/' "$top/event.json"
cp "$GH_COMMENTS" "$top/before"
try "$python" "$tools/ci_steps.py" github "$examples/github-actions.yml" "$top/event.json"
expect "a stranger's fork passes" 0 '## Compare: 0'
expect_true 'without a comment' cmp "$GH_COMMENTS" "$top/before"
rm revsweep.[!y]*

export CI_MERGE_REQUEST_DIFF_BASE_SHA
CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git merge-base main topic)
git checkout -q "$head"
unset REVSWEEP_CACHE
try "$python" "$tools/ci_steps.py" gitlab "$examples/gitlab-ci.yml" benchmarks
expect 'the pipeline fails with the comparison' 1 '## script: 1' '## after_script: 0' 'parse +30.0%'
expect_true 'and has tests for the merge request' python3 "$tools/junit.py" revsweep.xml
expect_true 'and a cache within the project' [ -d .revsweep-cache ]

done_testing
