#!/bin/sh
# Rust benchmarks. criterion itself is not here: a small program reads its command line and writes
# its files, with times that it makes up, so that nothing depends on speed.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

cargo=$(command -v cargo || :)
rustup=$(dirname "$(dirname "$(dirname "$cargo")")")/.rustup
if [ -d "$rustup" ]; then version="env RUSTUP_HOME=$rustup cargo --version"; else version='cargo --version'; fi
if [ -z "$cargo" ] || ! $version >/dev/null 2>&1; then
	skip 'Rust benchmarks' 'no cargo'
	done_testing
	exit 0
fi

mkdir -p "$top/crate/src" "$top/crate/inner/src" "$top/crate/inner/benches"
cd "$top/crate" || exit 99
git init -q -b main
printf '[workspace]\nmembers = ["inner"]\nresolver = "2"\n' >Cargo.toml
cat >inner/Cargo.toml <<'TOML'
[package]
name = "inner"
version = "0.1.0"
edition = "2018"
[[bench]]
name = "times"
harness = false
[[bench]]
name = "more"
harness = false
TOML
printf 'pub const SORT: f64 = 100.0;\n' >inner/src/lib.rs
cat >inner/benches/times.rs <<'RS'
use std::{env, fs};

// What criterion makes of "^(a|b)$".
fn wanted(id: &str, args: &[String]) -> bool {
    match args.iter().find(|a| !a.starts_with('-')) {
        None => true,
        Some(f) => f.trim_start_matches("^(").trim_end_matches(")$").split('|').any(|x| x == id),
    }
}

fn bench(id: &str, ns: f64, args: &[String]) {
    if !wanted(id, args) {
        return;
    }
    let dir = format!("{}/{}/new", env::var("CRITERION_HOME").unwrap(), id);
    fs::create_dir_all(&dir).unwrap();
    let group = id.split('/').next().unwrap();
    fs::write(
        dir.clone() + "/benchmark.json",
        format!(r#"{{"group_id":"{}","full_id":"{}","throughput":{{"Bytes":64}}}}"#, group, id),
    )
    .unwrap();
    let (iters, times): (Vec<_>, Vec<_>) =
        (1..=10).map(|i| (i.to_string(), (ns * i as f64).to_string())).unzip();
    fs::write(
        dir + "/sample.json",
        format!(r#"{{"iters":[{}],"times":[{}]}}"#, iters.join(","), times.join(",")),
    )
    .unwrap();
}

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    assert!(args.contains(&"--bench".to_string()) && args.contains(&"--noplot".to_string()));
    fs::read("benches/data").expect("runs where its crate lies");
    bench("sort/1000", inner::SORT, &args);
    bench("print", 20.0, &args);
}
RS
cat >inner/benches/more.rs <<'RS'
fn main() {
    panic!("this one is broken");
}
RS
echo data >inner/benches/data
cat >revsweep.yml <<'YML'
version: 1
project: toy
suite:
  - {name: crit, harness: criterion}
measure: {blocks: 5..30}
gates: ["mean:5%"]
YML
printf 'target\n.revsweep\n' >.gitignore
commit one
sed -i s/100/130/ inner/src/lib.rs
commit two

cat >"$top/rows.py" <<'P'
import json, sys
for row in json.load(open(sys.argv[1]))["rows"]:
    print(row["bench"], row["metric"], row["status"], row["verdict"], row["gate"])
P
rows() {
	"$REVSWEEP" compare --format json "$@" >"$top/json" || [ $? -le 3 ] || return
	python3 "$top/rows.py" "$top/json"
}
try revsweep compare HEAD~1 HEAD
expect 'a library is measured by its benchmarks' 1 'regressed' 'sort/1000' 'this one is broken'
try rows HEAD~1 HEAD
expect 'benchmarks are found by their full names' 0 'sort/1000 time ok regressed' 'print time ok pass'
expect_true 'what nobody asked for is left out' [ "$(wc -l <"$out")" -eq 2 ]
sed -i 's/harness: criterion/&, paths: [times]/; s/"mean:5%"/"mean:5%", "throughput:5%"/' revsweep.yml
try revsweep compare HEAD~1 HEAD
expect_true 'programs can be chosen' [ -z "$(grep 'is broken' "$out")" ]
try rows HEAD~1 HEAD
expect 'a gate on the throughput asks for it' 0 'sort/1000 throughput ok regressed' 'print throughput ok pass'
done_testing
