#!/bin/sh
# The report as one page: what it holds, and what a browser makes of it.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

mkdir "$top/steps"
cd "$top/steps" || exit 99
git init -q -b main .
cat >bench.sh <<'SH'
awk -v seed="$(printf %s "$TMPDIR" | cksum | cut -d' ' -f1)" 'BEGIN { srand(seed); FS = "\t" }
	{ printf "%s,ms,%.6f\n", $1, $2 * (1 + 0.002 * (rand() - 0.5)) }' "$PREFIX/values"
SH
cat >revsweep.yml <<'Y'
version: 1
project: steps
suite: [{name: s, harness: lines, run: 'sh "$PREFIX/bench.sh"'}]
build:
  steps:
    - {name: check, run: 'sh "$SRC/build.sh"'}
    - {name: install, run: 'cp "$SRC/bench.sh" "$SRC/values" "$PREFIX"'}
Y
n=0
# rev FACTOR BUILD [LINE]: the next version; FACTOR is how slow sorting is.
rev() {
	n=$((n + 1))
	for size in 10 100 1000; do
		printf 'sort[n=%s]\t%s\n' "$size" "$(awk "BEGIN { print $1 * $size / 100 }")"
	done >values
	printf 'hash\t5\n<img src=x onerror=alert(1)>\t7\n=cmd|x\t3\n%b' "${3:-}" >>values
	echo "$2" >build.sh
	echo "$n" >version
	tick=$((tick + 3600))
	git add -A
	GIT_AUTHOR_DATE="$tick +0000" GIT_COMMITTER_DATE="$tick +0000" git commit -qm "change $n"
	git tag "v$n"
}
rev 10 :
rev 10 :
rev 12 : 'late\t4\n'
rev 12 'echo broken on purpose >&2; exit 1' 'late\t4\n'
rev 12 'true' 'late\t4\n'

try revsweep sweep v1 v2 v3 v4 v5 --blocks 6..10 --format html --output report.html
expect 'a sweep as a page' 3
expect_true 'that is one file' sh -c "! grep -qE '(src|href)=.?(https?:)?//' report.html"
expect_true 'with nothing in it that a name could run' sh -c "! grep -q '<img src=x' report.html"
expect_true 'under a policy that allows one script' grep -q "default-src 'none'.*script-src 'sha256-" report.html
try revsweep show --output again.html
expect 'the suffix says so too' 0
expect_true 'the same page' cmp -s report.html again.html

# ---- profiles
profiles() {
	python3 -B "$SOURCE_ROOT/tests/e2e/profiles.py" "$@"
}
hostile=$SOURCE_ROOT/tests/data/names/hostile.txt
profiles make prof "$hostile" 'bench.sh::sort|n=100' v1 "$(git rev-parse v3 | cut -c 1-9)"
profiles make prof/odd "$hostile" 's/<img src=x onerror=alert(1)>' v1 v3
rm prof/odd/bad.json prof/odd/latin.json prof/odd/none.json prof/odd/elsewhere.json
try revsweep report --profiles prof --output profiled.html
expect 'a page with profiles' 0 'profiles: bad.json: left out: 1:' \
	'profiles: latin.json: left out: 1:' 'profiles: none.json: left out: no profile, it has no list of cases' \
	'of sweep 1: nobody::knows' '1 of 4 profiled runs is no revision of sweep 1: elsewhere' \
	'cases left out; the first of them is case' 'its total_time is negative'
expect_true 'nothing else is said' test "$(wc -l <"$err")" = 7
try profiles read profiled.html
expect 'which holds them by benchmark and revision' 0 'sort[n=100] v1 f7 work.py:8 0.008' \
	'sort[n=100] v3 f7 work.py:8 0.508' '<img src=x onerror=alert(1)> v3 f7 work.py:8 0.508' \
	'note: bad.json: left out' 'nobody::knows'
try profiles names profiled.html "$hostile"
expect 'names as they are' 0
expect_true 'packed, so that none is markup' sh -c "! grep -q 'alert(1)</script' profiled.html"
try revsweep show --profiles prof --format html --output again.html
expect 'show does the same' 0
expect_true 'in the same page' cmp -s profiled.html again.html
try revsweep -q show --profiles prof --report html:again.html --format csv
expect 'beside another format' 0
expect_true 'quietly' test ! -s "$err"
expect_true 'again the same page' cmp -s profiled.html again.html
try revsweep report --profiles prof
expect 'text has no place for them' 2 '--format html'
try revsweep show --profiles prof --samples
expect 'nor have samples' 2 '--samples'
try revsweep report --profiles nowhere --output none.html
expect 'a folder that is none' 2 "'nowhere' is no folder"
expect_true 'leaves no page' test ! -e none.html

# drive KIND FILE: each line of the browser's script is a test.
drive() {
	node "$SOURCE_ROOT/tests/web/drive.mjs" "$@" >"$top/driven" 2>"$err" || true
	: >"$out"
	while read -r word rest; do
		case $word in
		ok) ok "$rest" ;;
		*) not_ok "${rest#ok }" ;;
		esac
	done <"$top/driven"
	expect_true "the browser came to the end of $1" grep -q "^ok $1: no error" "$top/driven"
}

if ! command -v chromium >/dev/null || ! [ -d "$SOURCE_ROOT/src/web/node_modules/playwright-core" ]; then
	skip 'the page in a browser' 'no chromium'
	done_testing
	exit 0
fi
drive sweep "$PWD/report.html"
drive profiles "$PWD/profiled.html"

# Files have no launches.
try revsweep diff '#1' --output d.html
expect 'a diff as a page' 0
try node "$SOURCE_ROOT/tests/web/drive.mjs" shots "$PWD/d.html"
expect 'with views of its own' 0 'ok 375-dark: no error'

mkdir "$top/line"
cd "$top/line" || exit 99
git init -q -b main .
cat >revsweep.yml <<'Y'
version: 1
suite: [{name: s, harness: lines, run: 'cat "$PREFIX/values"'}]
build: {steps: [{name: install, run: 'cp "$SRC/values" "$PREFIX"'}]}
Y
for i in 1 2 3 4 5 6; do
	echo "work $((i > 4 ? 12 : 10)) ms" >values
	echo "$i" >step
	git add -A
	GIT_AUTHOR_DATE="$tick +0000" GIT_COMMITTER_DATE="$tick +0000" git commit -qm "step $i"
done
try revsweep bisect HEAD~5 HEAD --output path.html
expect 'a bisect as a page' 0
drive bisect "$PWD/path.html"
done_testing
