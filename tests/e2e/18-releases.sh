#!/bin/sh
# Revisions that are releases, installed by recipes from registries on this machine.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

# ---- Python: wheels in a directory

# wheel NAME VERSION PARSE-MS [REQUIREMENT]
wheel() {
	python3 - "$top/wheels" "$@" <<'P'
import os, sys, zipfile
to, name, version, parse, *needs = sys.argv[1:]
os.makedirs(to, exist_ok=True)
info = f"{name}-{version}.dist-info"
files = {
    f"{name}/__init__.py": f"parse = {parse}\n",
    f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    + "".join(f"Requires-Dist: {n}\n" for n in needs),
    f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
record = "".join(f"{f},,\n" for f in files) + f"{info}/RECORD,,\n"
with zipfile.ZipFile(f"{to}/{name}-{version}-py3-none-any.whl", "w") as z:
    for f, text in {**files, f"{info}/RECORD": record}.items():
        z.writestr(f, text)
P
}

mkdir "$top/project"
cd "$top/project" || exit 99
git init -q -b main
cat >suite.py <<'P'
import toy
for i in range(3):
    print("parse", toy.parse, "ms")
P
cat >revsweep.yml <<'YML'
version: 1
project: toy
recipe: python-venv
with: {name: Toy}
suite:
  - {name: s, harness: lines, run: 'python suite.py'}
measure: {blocks: 5..30}
gates: ["mean:5%"]
YML
commit suite
export PIP_NO_INDEX=1 PIP_FIND_LINKS="$top/wheels"
unset PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_CONSTRAINT

wheel dep 1.0 0
wheel dep 2.0 0
wheel toy 1.0 10 dep
wheel toy 2.0 13 dep
try revsweep compare version:1.0 version:2.0
expect 'two releases are compared, by the suite of HEAD' 1 'Toy 1.0' 'Toy 2.0' regressed
try revsweep build version:1.0,2.0
expect 'a list names several, and they are built already' 0 '1.0  ' '2.0  ' cached
try revsweep build x=version:1.0,2.0
expect 'which may have a label' 0 'x-1.0  ' 'x-2.0  ' cached
try revsweep run --dry-run version:1.0
expect 'a release has an id, a name and a recipe' 0 'with python-venv  Toy 1.0'
try revsweep build version:3.0
expect 'a release that is not there fails with what pip says' 3 \
	'No matching distribution found for Toy==3.0'
try revsweep compare version:1.0 version:3.0
expect 'in the report, too' 3 'No matching distribution found for Toy==3.0'
wheel toy 3.0 10
try revsweep build version:3.0
expect 'and is found once it is there' 0 '3.0  '

sed -i 's/13/12/' suite.py
echo 'print("more 1 ms")' >>suite.py
try revsweep run version:1.0
expect_true 'what is not committed is no part of HEAD' sh -c "! grep -q more '$out'"
sed -i "s/run: 'python/from: worktree, run: 'python/" revsweep.yml
try revsweep run version:1.0
expect 'but of the worktree' 0 more
sed -i 's/from: worktree/from: revision/' revsweep.yml
try revsweep run version:1.0
expect 'a release brings no suite' 2 'from: revision' 'from: head'
git checkout -q .

mkdir "$top/plain"
cp suite.py revsweep.yml "$top/plain"
cd "$top/plain" || exit 99
try revsweep compare version:1.0 version:2.0
expect 'no repository is needed: the suite lies beside revsweep.yml' 1 regressed
try revsweep compare version:1.0 version:2.0
expect 'where results may be stored as well' 1 regressed
cd "$top/project" || exit 99

echo 'dep==1.0' >held.txt
try revsweep build --with constraints=held.txt version:1.0
expect 'constraints hold what it needs' 0 ok
held=$(echo "$(sed 's/.*  //' "$out")"/lib/python*/site-packages/dep-1.0.dist-info)
expect_true 'to what they say' [ -d "$held" ]
try revsweep build --with constraints=nothing.txt version:1.0
expect 'constraints that are not there' 2 constraints nothing.txt
try revsweep build --with as_of=yesterday version:1.0
expect 'as_of is a date' 3 "as_of must be a date like 2025-06-01, not 'yesterday'"
try revsweep build --with requirements=x.txt version:1.0
expect 'a release has no files' 3 "a release brings no files for 'groups' and 'requirements'"
try revsweep build --with module=dep,nothing version:1.0
expect 'what cannot be imported is not measured' 3 'cannot import nothing'

try revsweep build --with name= version:1.0
expect 'a release of nothing' 2 'is a release of what' '--with name=...'
try revsweep build --recipe make version:1.0
expect 'a recipe without releases names those that have them' 2 "recipe 'make' cannot" python-venv
try revsweep build --recipe make version:latest
expect 'what is no version' 2 "'latest' is no version of a release"

# ---- a recipe of one's own, beside revisions with files

toy "$top/toy"
cat >own.yml <<'YML'
steps:
  - {name: copy, when: sources, run: 'cp -a "$SRC/." "$PREFIX"'}
  - name: fetch
    when: version
    run: |
      test -z "$(ls -A "$SRC")"
      printf 'parse=1%s\nprint=20\n' "$VERSION" >"$PREFIX/numbers"
      echo "$VERSION" >>"$SHARED/all"
YML
sed -i 's/recipe: none/recipe: .\/own.yml/; s/.PREFIX.bench/bench/' revsweep.yml
commit recipe
try revsweep compare version:0.0 HEAD
expect 'a release is compared with a commit, whose suite runs' 1 regressed '0.0'
try revsweep compare HEAD version:3.2
expect 'also as the head' 0 '3.2' parse
expect_true 'builds by one recipe share a place' [ "$(cat "$REVSWEEP_CACHE/shared/own/all")" = "$(printf '0.0\n3.2')" ]

# ---- what else is installed here

if command -v go >/dev/null && go version >/dev/null 2>&1; then
	mkdir -p "$top/gomod/sub"
	cd "$top/gomod" || exit 99
	printf 'module example.org/toy\n\ngo 1.18\n' >go.mod
	printf 'package main\n\nfunc main() { println("hi") }\n' >main.go
	printf 'package sub\n' >sub/sub.go
	printf 'package sub\n\nimport "testing"\n\nfunc BenchmarkX(b *testing.B) {}\n' >sub/sub_test.go
	python3 - "$top/goproxy" <<'P'
import json, os, sys, zipfile
at = sys.argv[1] + "/example.org/toy/@v"
os.makedirs(at)
open(at + "/list", "w").write("v1.0.0\n")
open(at + "/v1.0.0.info", "w").write(json.dumps({"Version": "v1.0.0", "Time": "2024-01-01T00:00:00Z"}))
open(at + "/v1.0.0.mod", "w").write(open("go.mod").read())
with zipfile.ZipFile(at + "/v1.0.0.zip", "w") as z:
    for name in ("go.mod", "main.go"):
        z.write(name, "example.org/toy@v1.0.0/" + name)
P
	export GOPROXY="file://$top/goproxy" GOSUMDB=off GOFLAGS=
	try revsweep build --with tests=./sub dir:.
	expect 'go.mod suggests go' 0 ok
	prefix=$(sed 's/.*  //' "$out")
	expect_true 'which builds programs' [ -x "$prefix/bin/toy" ]
	expect_true 'and tests' [ -x "$prefix/bin/sub.test" ]
	try revsweep build --with packages=./sub --with tests=none dir:.
	expect 'a library alone has nothing to run' 3 'no program was built'
	try revsweep build --with name=example.org/toy version:1.0.0
	expect 'go installs a release' 0 ok
	try revsweep build --with name=example.org/toy version:2.0.0
	expect 'or says why not' 3 "step 'release'" 2.0.0
else
	skip 'go builds modules' 'no go'
fi

cargo=$(command -v cargo || :)
rustup=$(dirname "$(dirname "$(dirname "$cargo")")")/.rustup
if [ -d "$rustup" ]; then version="env RUSTUP_HOME=$rustup cargo --version"; else version='cargo --version'; fi
if [ -n "$cargo" ] && $version >/dev/null 2>&1; then
	mkdir -p "$top/crate/src" "$top/crate/benches"
	cd "$top/crate" || exit 99
	cat >Cargo.toml <<'TOML'
[package]
name = "toy"
version = "0.1.0"
edition = "2018"
[features]
extra = []
[[bench]]
name = "speed"
harness = false
TOML
	echo 'fn main() {}' >src/main.rs
	echo 'fn main() {}' >benches/speed.rs
	try revsweep build --with targets="$(printf 'bins\nbenches')" --with features=extra dir:.
	expect 'Cargo.toml suggests cargo' 0 ok
	prefix=$(sed 's/.*  //' "$out")
	expect_true 'which builds programs' [ -x "$prefix/bin/toy" ]
	expect_true 'and benches' [ -x "$prefix/bin/speed" ]
	try revsweep build --with features=nothing dir:.
	expect 'a feature that is not there' 3 nothing
	export CARGO_NET_OFFLINE=true
	try revsweep build --with name=ripgrep version:14.1.0
	expect 'a release out of reach says so' 3 "step 'release'" ripgrep
	unset CARGO_NET_OFFLINE
else
	skip 'cargo builds crates' 'no cargo'
fi

if command -v npm >/dev/null && npm --version >/dev/null 2>&1; then
	mkdir -p "$top/node/registry"
	cd "$top/node" || exit 99
	cat >package.json <<'J'
{"name": "@me/toy", "version": "1.0.0", "main": "built.js", "bin": {"toy": "toy.js"},
 "scripts": {"build": "echo module.exports=7 >built.js"}}
J
	printf '#!/usr/bin/env node\nconsole.log("parse", require("@me/toy"), "ms")\n' >toy.js
	try revsweep build --with scripts=build dir:.
	expect 'package.json suggests npm' 0 ok
	prefix=$(sed 's/.*  //' "$out")
	try env PATH="$prefix/bin:$PATH" NODE_PATH="$prefix/lib/node_modules" "$prefix/bin/toy"
	expect 'which installs and builds a package' 0 'parse 7 ms'

	# A registry: documents about packages, and their archives.
	cat >"$top/registry.py" <<'P'
import base64, hashlib, http.server, io, json, sys, tarfile
def archive(version):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as t:
        for name, text in {"package.json": json.dumps({"name": "toy", "version": version}),
                           "index.js": "module.exports = '%s'" % version}.items():
            info = tarfile.TarInfo("package/" + name)
            info.size = len(text)
            t.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()
archives = {v: archive(v) for v in ("1.0.0", "1.2.0")}
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        here = "http://127.0.0.1:%d/" % self.server.server_port
        body = None
        if self.path == "/toy":
            body = json.dumps({"name": "toy", "dist-tags": {"latest": "1.2.0"}, "versions": {
                v: {"name": "toy", "version": v, "dist": {
                    "tarball": here + v + ".tgz",
                    "integrity": "sha512-" + base64.b64encode(hashlib.sha512(a).digest()).decode()}}
                for v, a in archives.items()}}).encode()
        elif self.path[1:-4] in archives:
            body = archives[self.path[1:-4]]
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
open(sys.argv[1] + ".new", "w").write(str(server.server_port))
import os
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
P
	python3 "$top/registry.py" "$top/port" &
	registry=$!
	tries=0
	while ! [ -e "$top/port" ] && [ $tries -lt 500 ]; do
		sleep 0.02
		tries=$((tries + 1))
	done
	NPM_CONFIG_REGISTRY="http://127.0.0.1:$(cat "$top/port")/"
	export NPM_CONFIG_REGISTRY no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
	try revsweep build --with name=toy version:1.0.0,1.2.0
	expect 'npm installs releases' 0 '1.0.0  ' '1.2.0  '
	try revsweep build --with name=toy version:2.0.0
	expect 'or says why not' 3 'No matching version found for toy@2.0.0'
	try revsweep build --with name=toy version:1.2
	expect 'part of a version is not taken for all of it' 3 'toy 1.2.0 was installed, not 1.2'
	kill $registry
	wait $registry 2>/dev/null
else
	skip 'npm installs packages' 'no npm'
fi

done_testing
