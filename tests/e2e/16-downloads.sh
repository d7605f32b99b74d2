#!/bin/sh
# Revisions that are archives from the network: a server on loopback that misbehaves as asked for.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY
unset CURL_CA_BUNDLE SSL_CERT_FILE

# serve NAME [CERTIFICATE KEY]: sets port. The server ends when this script closes the pipe.
serve() {
	mkfifo "$top/$1.end"
	name=$1
	shift
	python3 "$SOURCE_ROOT/tests/tools/http_server.py" "$top/$name" "$@" <"$top/$name.end" &
	tries=0
	while [ ! -s "$top/$name" ] && [ $tries -lt 500 ]; do
		# the writing end, as the server waits for one
		[ $tries -gt 0 ] || case $name in http) exec 8>"$top/http.end" ;; *) exec 9>"$top/https.end" ;; esac
		sleep 0.02
		tries=$((tries + 1))
	done
	port=$(cat "$top/$name")
}

toy "$top/toy"
mkdir "$top/work" "$top/http.files"
cp revsweep.yml "$top/work"
for v in 1 2; do
	git archive --format tar.gz --prefix "toy-$v.0/" -o "$top/http.files/toy-$v.0.tar.gz" "v$v"
done
cd "$top/work" || exit 99
sum1=$(sha256sum <"$top/http.files/toy-1.0.tar.gz" | cut -c 1-64)
sum2=$(sha256sum <"$top/http.files/toy-2.0.tar.gz" | cut -c 1-64)
archives=$REVSWEEP_CACHE/archives
serve http
at=http://127.0.0.1:$port
files=$at/files
requests() {
	grep -c "^GET $1" "$top/http.log"
}

try revsweep build "archive:$files/toy-1.0.tar.gz#sha256=$sum1"
expect 'http is refused' 4 'http is not secure' '--allow-http'
try revsweep build --allow-http "archive:$files/toy-1.0.tar.gz"
expect 'a download needs a checksum' 4 'needs a checksum' '--trust-first-use'
try revsweep build --allow-http "archive:$files/toy-1.0.tar.gz#sha256=$sum2"
expect 'a wrong checksum names both' 4 'checksum mismatch' "want sha256=$sum2 (given)" "got sha256=$sum1"
expect_true 'and leaves nothing' sh -c "! ls '$archives' | grep -qv lock"
expect_true 'nor is it asked for again' [ "$(requests /files/toy-1.0)" = 1 ]
try revsweep build --allow-http "archive:$files/toy-1.0.tar.gz#sha256=$sum1"
expect 'the right one' 0 "downloading $files/toy-1.0.tar.gz" unpacking \
	"toy-1.0  $(echo "$sum1" | cut -c 1-10)"
try revsweep build --allow-http "archive:$files/toy-1.0.tar.gz#sha256=$sum1"
expect_true 'is downloaded once' [ "$(requests /files/toy-1.0)" = 2 ]
rm -r "$archives/$sum1.tree"
try revsweep build --allow-http "archive:$files/toy-1.0.tar.gz#sha256=$sum1"
expect_true 'also when it is unpacked again' [ "$(requests /files/toy-1.0)" = 2 ]
rm -r "$archives/$sum1.tree"
echo more >>"$archives/$sum1"
try revsweep build --allow-http "archive:$files/toy-1.0.tar.gz#sha256=$sum1"
expect_true 'a damaged one is downloaded again' [ "$code.$(requests /files/toy-1.0)" = 0.3 ]
echo 'source: {allow_http: true}' >>revsweep.yml

# shellcheck disable=SC2094 # different files
try revsweep compare "archive:$files/toy-{version}.tar.gz@1.0" "archive:$files/toy-{version}.tar.gz@2.0" \
	--trust-first-use
expect 'releases are compared, and pinned' 1 "pinned in revsweep.lock: $files/toy-1.0.tar.gz" regressed
{
	echo "# What each archive was when it was first used (revsweep --trust-first-use)."
	echo "# Commit this file: an archive that is another one later is refused."
	echo "sha256=$sum1 $files/toy-1.0.tar.gz"
	echo "sha256=$sum2 $files/toy-2.0.tar.gz"
} >want
expect_true 'the lock file is stable text' cmp -s want revsweep.lock
n=$(requests /files/)
try revsweep build "archive:$files/toy-{version}.tar.gz@1.0"
expect 'what is pinned needs no option' 0 '1.0  '
expect_true 'and no network' [ "$(requests /files/)" = "$n" ]
rm -r "$archives"
try revsweep build "archive:$files/toy-2.0.tar.gz"
expect 'what is pinned is downloaded where it is not cached' 0 downloading
rm -r "$archives"
cp "$top/http.files/toy-1.0.tar.gz" "$top/http.files/toy-2.0.tar.gz"
try revsweep build --trust-first-use "archive:$files/toy-2.0.tar.gz"
expect 'what changed since it was pinned is refused' 4 'checksum mismatch' \
	"want sha256=$sum2 (pinned in revsweep.lock)" "got sha256=$sum1"
echo 'sha256=12 x' >>revsweep.lock
try revsweep build "archive:$files/toy-2.0.tar.gz"
expect 'a damaged lock file' 2 'revsweep.lock:5:'
rm revsweep.lock

try revsweep build --trust-first-use "archive:$at/page/x.tar.gz"
expect 'a page instead of an archive' 4 'not an archive'
expect_true 'is not pinned' [ ! -e revsweep.lock ]
try revsweep build --trust-first-use "archive:$at/nothing.tar.gz"
expect 'a file that is not there' 4 'status 404'
try revsweep build --trust-first-use "archive:$at/loop"
expect 'a loop' 4 'redirected more than 5 times'
try revsweep build --trust-first-use "archive:http://u:secret@127.0.0.1:$port/data"
expect 'a password in an address' 4 'remove it'
try revsweep build --trust-first-use "archive:ftp://127.0.0.1/x.tar.gz"
expect 'another protocol' 4 'only https'
echo 'source: {allow_http: true, max_download: 100kB}' >small.yml
try revsweep build --config small.yml --trust-first-use "archive:$at/data/x.tar"
expect 'too much' 4 'at most 97.7 KiB'

# Stopped in the middle of a download that never ends.
"$REVSWEEP" build --trust-first-use "archive:$at/slow/x.tar" >"$out" 2>"$err" &
pid=$!
tries=0
while [ "$(requests /slow)" = 0 ] && [ $tries -lt 500 ]; do
	sleep 0.02
	tries=$((tries + 1))
done
kill -TERM $pid # SIGINT is ignored in the background
code=0
wait $pid || code=$?
expect 'a stop ends a download' 143 stopped

rm -rf "$archives"
for i in 1 2 3 4; do
	revsweep build "archive:$files/toy-1.0.tar.gz#sha256=$sum1" >"$top/built$i" 2>"$top/say$i" &
	pids="${pids:-} $!"
done
# shellcheck disable=SC2086 # a list of numbers
wait $pids
expect_true 'several processes download once' [ "$(cat "$top"/say? | grep -c downloading)" = 1 ]
expect_true 'and all have it' [ "$(cat "$top"/built? | grep -c '^toy-1.0  ')" = 4 ]

if openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$top/key" \
	-out "$top/certificate" -addext subjectAltName=IP:127.0.0.1 2>/dev/null; then
	ln -s "$top/http.files" "$top/https.files"
	serve https "$top/certificate" "$top/key"
	secure=https://127.0.0.1:$port
	try revsweep build --trust-first-use "archive:$secure/files/toy-1.0.tar.gz"
	expect 'a certificate that nobody vouches for' 4 'cannot prove who it is'
	export CURL_CA_BUNDLE="$top/certificate"
	try revsweep build --trust-first-use "archive:$secure/files/toy-1.0.tar.gz"
	expect 'one that we were told about' 0 'toy-1.0  '
	try revsweep build --trust-first-use "archive:https://localhost:$port/files/toy-1.0.tar.gz"
	expect 'of another host' 4 'cannot prove who it is'
	try revsweep build --trust-first-use "archive:$secure/to/$files/toy-1.0.tar.gz"
	expect 'https is not left for http, even where that is allowed' 4 "redirected to '$files"
	try revsweep build --trust-first-use "archive:$at/to/$secure/files/toy-1.0.tar.gz"
	expect 'http may lead to https' 0 'toy-1.0  '
else
	skip 'downloads by https' 'no openssl that makes certificates'
fi

exec 8>&- 9>&-
done_testing
