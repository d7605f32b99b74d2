#!/bin/sh
# Go benchmarks, which say themselves how long they took, so that nothing depends on speed.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

if ! command -v go >/dev/null || ! go version >/dev/null 2>&1; then
	skip 'Go benchmarks' 'no go'
	done_testing
	exit 0
fi

# bench NAME NUMBER: a benchmark of so many nanoseconds.
bench() {
	cat <<GO

func Benchmark$1(b *testing.B) {
	for i := 0; i < b.N; i++ {
	}
	b.ReportMetric($2, "ns/op")
	b.ReportMetric($2, "widgets/op")
}
GO
}

mkdir -p "$top/toy/sub" "$top/toy/broken"
cd "$top/toy" || exit 99
git init -q -b main
printf 'module example.org/toy\n\ngo 1.18\n' >go.mod
printf 'package toy\n' >toy.go
printf 'package sub\n' >sub/sub.go
printf 'package broken\n' >broken/broken.go
printf 'small\n' >sub/data.txt
cat >revsweep.yml <<'YML'
version: 1
project: toy
suite:
  - {name: go, harness: go, settings: {min_time: 1us}}
measure: {blocks: 5..30}
gates: ["mean:5%"]
YML
{
	printf 'package toy\n\nimport "testing"\n'
	bench Same 100
	bench Slower 100
	cat <<'GO'

func BenchmarkOfSize(b *testing.B) {
	for _, size := range []string{"1", "2"} {
		b.Run("n="+size+"/x", func(b *testing.B) { b.ReportMetric(50, "ns/op") })
	}
}

func BenchmarkBad(b *testing.B) { b.Fatal("no such luck") }
GO
} >toy_test.go
{
	printf 'package sub\n\nimport ("os"; "testing")\n'
	bench Same 7
	cat <<'GO'

func BenchmarkData(b *testing.B) {
	if _, err := os.ReadFile("data.txt"); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(9, "ns/op")
}
GO
} >sub/sub_test.go
{
	printf 'package broken\n\nimport "testing"\n\nfunc BenchmarkNever(b *testing.B) { missing() }\n'
} >broken/broken_test.go
commit one
sed -i '/^func BenchmarkSlower/,/^}/s/100/130/g' toy_test.go
bench New 5 >>toy_test.go
commit two

cat >"$top/rows.py" <<'P'
import json, sys
for row in json.load(open(sys.argv[1]))["rows"]:
    print(row["bench"], row["metric"], row["status"], row["verdict"])
P
rows() {
	"$REVSWEEP" compare --format json "$@" >"$top/json" || [ $? -le 3 ] || return
	python3 "$top/rows.py" "$top/json"
}
try rows HEAD~1 HEAD
expect 'a benchmark that got slower is found, and no other' 0 'BenchmarkSlower time ok regressed' 'BenchmarkSame time ok pass'
expect 'sub-benchmarks have names of their own' 0 'BenchmarkOfSize/n=1/x time ok' 'BenchmarkOfSize/n=2/x time ok'
expect 'packages below are named by their directories' 0 'sub.BenchmarkSame time ok pass'
expect 'programs run where their data lies' 0 'sub.BenchmarkData time ok pass'
expect 'one that fails is told' 0 'BenchmarkBad time failed'
expect 'each revision brings its own' 0 'BenchmarkNew time new'
expect_true 'what nobody asked for is left out' [ -z "$(grep -E 'widgets|alloc' "$out")" ]
try revsweep compare --bench 'sub.*' HEAD~1 HEAD
expect 'a package that does not compile leaves the others' 0 'example.org/toy/broken could not be built'

sed -i 's/harness: go,/harness: go, paths: [.\/sub],/; s/blocks: 5..30/&, metrics: [time, widgets\/op, allocations]/' revsweep.yml
try rows HEAD~1 HEAD
expect 'metrics are there for those who ask' 0 'sub.BenchmarkSame widgets/op ok' 'sub.BenchmarkSame allocations ok'
expect_true 'packages can be chosen' [ -z "$(grep '^Benchmark' "$out")" ]

sed -i 's/paths: \[.*sub\],/run: toy.test,/' revsweep.yml
try revsweep compare --bench '*Slower' HEAD~1 HEAD
expect 'or one program' 1 'regressed'

printf 'recipe: go\nwith: {tests: none, packages: ./cmd}\n' >>revsweep.yml
sed -i 's/run: toy.test,//' revsweep.yml
mkdir cmd && printf 'package main\n\nfunc main() {}\n' >cmd/main.go
commit 'a program only'
printf 'package main\n\nfunc main() { println(1) }\n' >cmd/main.go
try revsweep compare HEAD worktree
expect 'a build without benchmarks says what is missing' 3 'no test program with benchmarks was built'
done_testing
