#!/bin/sh
# Charts without a browser: in the terminal, and by gnuplot.
. "$SOURCE_ROOT/tests/e2e/lib.sh"
export LC_ALL=C.UTF-8

mkdir "$top/steps"
cd "$top/steps" || exit 99
git init -q -b main .
cat >revsweep.yml <<'Y'
version: 1
suite: [{name: s, harness: lines, run: 'cat "$PREFIX/values"'}]
build: {steps: [{name: install, run: 'cp "$SRC/values" "$PREFIX"'}]}
Y
for i in 1 2 3 4; do
	for n in 10 100 1000; do
		echo "sort[n=$n] $((n * (i > 2 ? 12 : 10))) us"
	done >values
	printf '`touch %s/pwned`,us,%d\nquote'"'"';system("touch %s/pwned"),us,5\n' "$top" $((i * 10)) "$top" >>values
	git add -A
	GIT_AUTHOR_DATE="$tick +0000" GIT_COMMITTER_DATE="$tick +0000" git commit -qm "step $i"
	git tag "v$i"
done
revsweep sweep v1 v2 v3 v4 --blocks 3..3 -q >/dev/null 2>&1

try revsweep plot
expect 'a sweep is a heat map' 0 'over the first revision' 'sort[n=10]' worse
try revsweep plot --view compare --where func=sort
expect 'two revisions are bars' 0 'v4 against v1' '+20.0%'
expect_true 'of what is wanted' sh -c "! grep -q touch '$out'"
try revsweep plot --view compare --base v1 --rev v2 --where 'n=1e2'
expect 'other revisions' 0 'v2 against v1' '0.0%'
try revsweep plot --view scaling --where func=sort
expect 'the exponent of what is linear' 0 'sort at v4: n^1.000 (R2 1.0000, 3 points)' 'sort at v1: n^1.000'
try revsweep plot --view history --limit 2
expect 'histories' 0 '10.0 us to 40.0 us' 'varied most of 5'
try revsweep plot --view scatter
expect 'a cloud' 0 '1x'
try revsweep plot --view timeline --by revision
expect 'a timeline' 0 launch 'took '
try env LC_ALL=C "$REVSWEEP" plot
expect_true 'no UTF-8 where it is not spoken' sh -c "! LC_ALL=C grep -q '[^ -~]' '$out'"
try revsweep plot --output page.html
expect 'the page' 0
expect_true 'with its script' grep -q '<script id="data"' page.html

try revsweep plot --view bisect
expect 'no bisect' 2 'is no bisect'
try revsweep plot --view skatter
expect 'no such view' 2 "did you mean 'scatter'"
try revsweep plot --rev v9
expect 'no such revision' 2 "no revision 'v9'"
try revsweep plot --clip 0.5
expect 'a ratio that is none' 2 '--clip is a ratio above 1'
try revsweep plot --log z
expect 'no such axis' 2 '--log is x, y, both or none'
try revsweep plot --format gif
expect 'no such format' 2 'text, svg, png, pdf or html'
try revsweep plot --view compare --where name=nothing
expect 'nothing is wanted' 2 "number in both 'v1' and 'v4'"

mkdir "$top/empty"
try env PATH="$top/empty" "$REVSWEEP" plot -o x.svg
expect 'without gnuplot' 8 'gnuplot-nox' 'text and html need nothing'
expect_true 'nothing is written' [ ! -e x.svg ]

if ! command -v gnuplot >/dev/null; then
	skip 'pictures' 'no gnuplot'
	done_testing
	exit 0
fi
for view in compare scatter scaling sweep history timeline; do
	try revsweep plot --view "$view" --output "$view.svg"
	expect "$view.svg" 0
	expect_true 'is a drawing' python3 -c "
import sys, xml.dom.minidom as m
d = m.parse('$view.svg').documentElement
sys.exit(d.tagName != 'svg' or len(d.getElementsByTagName('path')) < 5)"
	expect_true 'without a command' [ ! -s "$err" ]
done
expect_true 'names are text' grep -q 'touch' compare.svg
try revsweep plot --view compare --output c.png
expect_true 'a picture' sh -c "head -c 8 c.png | od -An -tx1 | grep -q '89 50 4e 47'"
try revsweep plot --view compare --output c.pdf
expect_true 'a document' sh -c "head -c 5 c.pdf | grep -q '%PDF-'"
expect_true 'and nothing was run' [ ! -e "$top/pwned" ]
done_testing
