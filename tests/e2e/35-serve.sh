#!/bin/sh
# The dashboard: what it shows, who may see it, and what becomes of it when others misbehave.
# shellcheck source-path=SCRIPTDIR
. "${SOURCE_ROOT:-.}/tests/e2e/lib.sh"

if ! command -v curl >/dev/null || ! command -v python3 >/dev/null; then
	skip "everything" "curl and python3 are not there"
	done_testing
	exit
fi

toy "$top/toy"
printf 'parse=10\nprint=20\n' >numbers
sed -i 's/echo "print /echo "a<b>\&amp;\\"x $print ms"; echo "print /' bench.sh
commit three
git tag v3
try revsweep compare v1 v2
expect "a sweep to show" 1 "parse"
try revsweep run v3
expect "a second one, with a benchmark of an odd name" 0

pid=
stop() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null
	[ -z "$pid" ] || wait "$pid" 2>/dev/null
	pid=
}
trap 'stop; chmod -R u+w "$top"; rm -rf "$top"' EXIT

# start OPTION...: the server runs as $pid; its $base, $port and $token.
start() {
	: >"$top/url"
	"$REVSWEEP" serve --port 0 "$@" >"$top/url" 2>"$top/serve.err" &
	pid=$!
	tries=0
	while [ ! -s "$top/url" ] && kill -0 "$pid" 2>/dev/null && [ $tries -lt 600 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	url=$(cat "$top/url")
	base=${url%%/\?*} token=${url##*token=} port=${base##*:}
}

# fetch PATH CURL-OPTION...: the body in $out, the head in $top/head, the code of HTTP in $http.
fetch() {
	path=$1
	shift
	http=$(curl -sS -o "$out" -D "$top/head" -w '%{http_code}' --max-time 60 "$@" "$base$path" 2>"$err")
}

ask() {
	fetch "$@" -H "Authorization: Bearer $token"
}

# answers DESCRIPTION CODE TEXT...: what the last fetch got.
answers() {
	what=$1 want=$2 code=$http
	shift 2
	[ "$http" = "$want" ] || {
		not_ok "$what" "expected $want of HTTP"
		return
	}
	for text in "$@"; do
		grep -qiF -- "$text" "$out" "$top/head" || {
			not_ok "$what" "expected to read: $text"
			return
		}
	done
	ok "$what"
}

client() {
	work=$1
	shift
	try python3 "$SOURCE_ROOT/tests/e2e/serve.py" "$work" "$port" "$token" "$@"
	sed 's/^/# /' "$err"
}

start
expect_true "it prints the address to open" test -n "$token"

# ---- who may see it
fetch /
answers "nobody without the token" 401 "revsweep serve"
fetch /api/v1/sweeps
answers "nor for the data" 401 '"error"'
fetch "/?token=0$token"
answers "a wrong token is none" 401
fetch "/api/v1/sweeps?token=$token"
answers "programs do not put it into addresses" 401
fetch / -H "Authorization: Bearer x$token"
answers "nor a wrong one into a header" 401 "WWW-Authenticate: Bearer"
fetch "/sweep/1?token=$token" -c "$top/jar"
answers "the token becomes a cookie" 303 "Location: /sweep/1" "HttpOnly; SameSite=Strict"
expect_true "which is another secret" sh -c '! grep -q "$2" "$1"' - "$top/jar" "$token"
fetch /sweep/1 -b "$top/jar"
answers "with which one sees pages" 200 "parse"
fetch /api/v1/sweeps -b "$top/jar"
answers "and data" 200 '"total": 2'
fetch / -b "revsweep_$port=$token"
answers "the token is no cookie" 401
client matrix
expect "names of the host, origins, methods, bodies, long heads" 0
client traversal
expect "no address is a path" 0
for path in / /nothing /api/v1/nothing; do
	ask "$path"
	for header in "Content-Security-Policy: default-src 'none'" "X-Content-Type-Options: nosniff" \
		"Referrer-Policy: no-referrer" "Cross-Origin-Resource-Policy: same-origin" "Cache-Control: "; do
		grep -qiF "$header" "$top/head" || not_ok "headers of $path" "lacks $header"
	done
done
ok "every answer says what browsers may do with it"
expect_true "nothing within a page would need unsafe-inline" sh -c \
	'! grep -iE "unsafe-inline|unsafe-eval" "$1"' - "$top/head"

# ---- what it shows
same_json() {
	python3 -c 'import json,sys; sys.exit(json.load(open(sys.argv[1])) != json.load(open(sys.argv[2])))' "$1" "$2"
}
"$REVSWEEP" show 1 --format json >"$top/want" 2>"$err"
ask /api/v1/sweep/1
expect_true "a sweep as show prints it" same_json "$top/want" "$out"
"$REVSWEEP" show 1 --timeline --format json >"$top/want" 2>"$err"
ask /api/v1/sweep/1/timeline
expect_true "its timeline as well" same_json "$top/want" "$out"
"$REVSWEEP" diff 1:v1 1:v2 2 --format json >"$top/want" 2>"$err"
ask "/api/v1/compare?base=1:v1&candidate=1:v2&candidate=2"
expect_true "runs of two sweeps as diff prints them" same_json "$top/want" "$out"
"$REVSWEEP" cache list --format json >"$top/want" 2>"$err"
ask /api/v1/builds
expect_true "the builds as cache list prints them" same_json "$top/want" "$out"
ask /api/v1/sweep/1/state
answers "a state to be asked again and again" 200 '"token"' '"status": "done"' '"blocks"'
ask /api/v1/sweep/1/benches
answers "benchmarks by number" 200 '"n": 1' '"bench": "print"'
ask /api/v1/sweep/1/bench/0
answers "all samples of one" 200 '"samples"' '"rounds": 3' '"verdict": "regressed"'
ask /api/v1/sweep/1/launches
answers "launches" 200 '"warmup": true' '"outcome": "ok"'
ask "/api/v1/sweep/1/launches?limit=1&offset=1"
answers "in parts" 200 '"launch": 2' '"limit": 1'
ask /api/v1/sweep/1/log/0
answers "the log of a build" 200 '"text"' '"rev": "v1"'
for path in / /sweep/1 /sweep/1/bench/0 /sweep/1/launches /sweep/1/timeline /sweep/1/log/0 /compare \
	"/compare?base=1:v1&candidate=1:v2" /builds /machine /health /style.css /api/v1/machine; do
	ask "$path"
	[ "$http" = 200 ] || not_ok "page $path" "$http"
done
ok "every page is there"
ask /sweep/2
answers "names are text, not markup" 200 "a&#60;b&#62;&#38;amp;&#34;x"
expect_true "and nothing else" sh -c '! grep -qF "a<b>" "$1"' - "$out"
ask "/api/v1/sweeps?command=run&limit=1"
answers "lists can be narrowed" 200 '"total": 1' '"command": "run"'
ask "/api/v1/sweeps?limit=many"
answers "a query that makes no sense" 400 "limit"
ask "/?nothing=1"
answers "a parameter that is none" 400 "nothing"
ask "/api/v1/compare?base=1"
answers "half a comparison" 400 "candidate"
ask "/api/v1/compare?base=1:v1&candidate=1:none"
answers "a revision that is none" 404 "no revision"
ask /sweep/99
answers "a sweep that is none" 404 "#99"
ask /sweep/1/bench/99
answers "a benchmark that is none" 404
ask /sweep/1/log/99
answers "a log that is none" 404
ask /api/v1/sweep/1
tag=$(sed -n 's/^ETag: *//p' "$top/head" | tr -d '\r')
ask /api/v1/sweep/1 -H "If-None-Match: $tag"
answers "who has it already gets nothing" 304
ask /api/v1/sweep/1 -H "If-None-Match: \"other\""
answers "who has something else gets it" 200

if [ -e /proc/net/if_inet6 ] && grep -q ' lo$' /proc/net/if_inet6; then
	http=$(curl -sS -g -o "$out" -w '%{http_code}' -H "Authorization: Bearer $token" "http://[::1]:$port/health" 2>"$err")
	answers "the other loopback address" 200
else
	skip "the other loopback address" "this machine has none"
fi

ask "/compare/charts?base=1:v1&candidate=1:v2"
answers "the charts of any two" 200 'src="/charts.js"' "style-src-attr"
ask "/compare/charts"
answers "which have to be named" 400 "what is to be compared"
"$REVSWEEP" show 1 --format html >"$top/want" 2>"$err"
ask /sweep/1/charts
answers "the page with charts" 200 'src="/charts.js"' "style-src-attr"
python3 - "$top/want" "$out" >"$top/same" 2>&1 <<'PY'
import re, sys
data = [re.search(r'id="data"[^>]*>([^<]+)<', open(name).read())[1] for name in sys.argv[1:]]
sys.exit(data[0] != data[1])
PY
expect_true "shows what the page of show holds" test $? = 0
# drove END: each line of a browser's script is a test, and the last one says END.
drove() {
	: >"$out"
	while read -r word rest; do
		case $word in
		ok) ok "in a browser: $rest" ;;
		*) not_ok "in a browser: ${rest#ok }" ;;
		esac
	done <"$top/driven"
	expect_true "the browser came to its end" grep -q "$1" "$top/driven"
}
browser=
if command -v chromium >/dev/null && [ -d "$SOURCE_ROOT/src/web/node_modules/playwright-core" ]; then
	browser=chromium
	timeout 300 node "$SOURCE_ROOT/tests/web/serve.mjs" "$url" >"$top/driven" 2>"$err" || true
	drove "another site"
else
	skip "in a browser" "no chromium"
fi

# ---- it goes on beside it
"$REVSWEEP" compare v1 v3 >"$top/live" 2>&1 &
sweep=$!
client live 3
expect "a sweep is seen to begin, to go on and to end" 0
wait "$sweep"

# ---- others misbehave
mkdir "$top/bundle"
"$REVSWEEP" show 1 --records | sed -e 's|"build_log":"[^"]*"|"build_log":"/etc/passwd"|' \
	-e 's|"created":[0-9]*|"created":1700000000|' >"$top/bundle/records.jsonl"
tar -C "$top/bundle" --zstd -cf "$top/bundle.rsb" records.jsonl
try revsweep import "$top/bundle.rsb"
expect "somebody's sweep, which names a file of ours as its log" 0
ask /sweep/4/log/0
answers "is not shown that file" 404 "lies neither with the builds"
ask /sweep/4/charts
expect_true "nor on the page with charts" sh -c '! grep -q "root:" "$1"' - "$out"
client slow 1000
expect "slow connections do not keep anybody from an answer" 0
if [ -n "$browser" ]; then
	sed 's/run: .sh/run: '"'"'sleep 0.4; sh/; s/5\.\.30/12..12/' revsweep.yml >slow.yml
	"$REVSWEEP" compare v1 v2 --config slow.yml >"$top/live" 2>&1 &
	sweep=$!
	timeout 300 node "$SOURCE_ROOT/tests/web/live.mjs" "$url" >"$top/driven" 2>"$err" || true
	drove "without a fault"
	wait "$sweep"
fi
store=$top/toy/.revsweep
mv "$store" "$top/aside"
sleep 0.5
ask /api/v1/sweep/1
answers "the store is gone" 503 "there is no store"
ask /
answers "which a page says, too" 503 "there is no store" "Retry-After"
mv "$top/aside" "$store"
sleep 0.5
ask /
answers "and is back" 200 "parse"
mv "$store" "$top/aside"
client busy "$top/aside" "$store"
expect "it comes back locked" 0
sleep 0.5
ask /api/v1/sweep/1
answers "and lets go" 200
client version "$store"
expect "a newer revsweep was here" 0
sleep 0.5
ask /api/v1/sweep/1
answers "and it can be read again" 200
chmod -R u+w "$REVSWEEP_CACHE"
rm -rf "$REVSWEEP_CACHE"
ask /sweep/1/log/1
answers "a log is gone with its build" 404 "gone"
try revsweep serve --port "$port"
expect "a port that is taken" 8 "port $port of 127.0.0.1 is taken"
expect_true "nothing else was said on its errors" sh -c 'test "$(wc -l <"$1")" = 1' - "$top/serve.err"
kill -TERM "$pid"
code=0
wait "$pid" || code=$?
pid=
expect_true "it ends when it is told to" test "$code" = 143

# ---- where it listens
try revsweep serve --port 0 --host 0.0.0.0
expect "not for others by accident" 2 "--allow-remote"
try revsweep serve --port 0 --host example.org --allow-remote
expect "names are no addresses" 2 "numeric"
try revsweep serve --port 65536
expect "ports have an end" 2 "--port"
try revsweep serve --store "$top/nowhere"
expect "no store" 5 "there is no store"
start --host 127.0.0.1 --allow-remote
expect_true "loopback needs no warning" sh -c '! grep -q warning "$1"' - "$top/serve.err"
stop
start --host 0.0.0.0 --allow-remote
expect_true "others are warned of" grep -q "unencrypted" "$top/serve.err"
base=http://127.0.0.1:$port
ask /health
answers "and it works" 200 "<dt>status"
stop

# ---- profiles
profiles() {
	python3 -B "$SOURCE_ROOT/tests/e2e/profiles.py" "$@"
}
hostile=$SOURCE_ROOT/tests/data/names/hostile.txt
profiles make "$top/prof" "$hostile" toy/parse v1 v2
try revsweep serve --port 0 --profiles "$top/nowhere"
expect "no folder of profiles" 2 "--profiles" "nowhere"
start --profiles "$top/prof"
expect_true "what is wrong with its files is said" grep -q "bad.json: left out" "$top/serve.err"
ask /api/v1/sweep/1/bench/0
answers "where the time goes, as data" 200 '"profile"' '"function": "f7"' '"seconds": 0.508' 'no revision of sweep 1: elsewhere'
tag=$(sed -n 's/^ETag: *//p' "$top/head" | tr -d '\r')
ask /sweep/1/bench/0
answers "and as a page" 200 "Where the time goes" "work.py" "508 ms" "&#60;script&#62;alert(1)" "bad.json: left out"
expect_true "on which names are text" sh -c '! grep -qF "<script>" "$1"' - "$out"
ask /sweep/1/bench/1
answers "another benchmark has none of it" 200 "Where the time goes" "None."
ask /sweep/1/charts
cp "$out" "$top/charts"
try profiles read "$top/charts"
expect "the page with charts" 0 "parse v1 f7 work.py:8 0.008" "parse v2 f7 work.py:8 0.508"
ask /sweep/2/bench/0
answers "a sweep that has no such revisions" 200 "profiled runs are no revisions of sweep 2"
ask /api/v1/sweep/1/bench/0 -H "If-None-Match: $tag"
answers "nothing has changed" 304
sed -i 's/0.508/0.509/' "$top/prof/deep/er/v2.json"
sleep 0.2
ask /api/v1/sweep/1/bench/0 -H "If-None-Match: $tag"
answers "a file that changes is read again" 200 '"seconds": 0.509'
ask /sweep/1/charts
cp "$out" "$top/charts"
try profiles read "$top/charts"
expect "for the charts as well" 0 "parse v2 f7 work.py:8 0.509"
mv "$top/prof" "$top/aside"
sleep 0.2
ask /sweep/1/bench/0
answers "a folder that is gone is said" 200 "is no folder that is there"
mv "$top/aside" "$top/prof"
sleep 0.2
ask /sweep/1/bench/0
answers "and is back" 200 "509 ms"
expect_true "none of it is an error of the server" sh -c 'kill -0 "$1"' - "$pid"
stop

# ---- parameters that do not matter
for impl in old new; do
	cat >"$top/$impl.json" <<J
{"datetime": "2026-01-01T00:00:00+00:00", "version": "5.2.3", "machine_info": {}, "commit_info": {}, "benchmarks":
 [{"name": "test_a[$impl-1]", "fullname": "t.py::test_a[$impl-1]", "params": {"impl": "$impl", "n": 1},
   "param": "$impl-1", "stats": {"min": 1.0, "max": 1.0, "mean": 1.0, "median": 1.0, "stddev": 0, "rounds": 1}}]}
J
done
try "$REVSWEEP" import --store "$top/params" "$top/old.json" "$top/new.json"
expect "two files with different parameters" 0
start --store "$top/params"
ask "/api/v1/compare?base=1&candidate=2"
answers "have nothing in common" 200 '"status": "new"'
"$REVSWEEP" diff --store "$top/params" 1 2 --exclude-param impl --format json >"$top/want" 2>"$err"
ask "/api/v1/compare?base=1&candidate=2&exclude=impl&distinct="
answers "but for one of them" 200 '"status": "ok"'
expect_true "as diff prints it" same_json "$top/want" "$out"
ask "/compare/charts?base=1&candidate=2&distinct=n"
answers "or but for all others" 200 "charts.js"
ask "/compare?base=1&candidate=2&exclude=none"
answers "a parameter that nobody has" 400 "none"
ask "/compare?base=1&candidate=2&exclude=impl&distinct=n"
answers "both at once" 400 "contradict"
stop
done_testing
