#!/bin/sh
# Bad input: each with a clear message, the right exit code, and nothing lost.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

mkdir "$top/nothing"
cd "$top/nothing" || exit 99
try revsweep compare
expect 'no repository' 4 repository
try revsweep compare a b --run true
expect 'no repository, with revisions' 4 repository

mkdir "$top/empty"
cd "$top/empty" || exit 99
git init -q
try revsweep compare
expect 'an empty repository' 4

toy "$top/toy"
try revsweep
expect 'no command' 2 usage
try revsweep comapre
expect 'a misspelt command' 2 "did you mean 'compare'?"
try revsweep compare --formt json
expect 'a misspelt option' 2 "did you mean '--format'?"
try revsweep compare v1 v2 v3
expect 'too many operands' 2
try revsweep compare v1 v3
expect 'an unknown revision' 4 "'v3'"
try revsweep compare v1 maim
expect 'an unknown branch gets a suggestion' 4 main
# shellcheck disable=SC2016 # hostile on purpose
try revsweep compare v1 '$(touch pwned)'
expect 'a hostile revision' 4
try revsweep compare v1 -- --upload-pack=x
expect 'an option as a revision' 4
try revsweep compare v1 "$(printf 'v2\033[31m')"
expect 'a revision with an escape sequence' 4 '\x1b'
expect_true 'no escape reaches the terminal' sh -c "! grep -q '$(printf '\033')' '$err'"
expect_true 'nothing was executed' [ ! -e pwned ]

config() {
	cat >bad.yml
	try revsweep compare v1 v2 --config bad.yml
}
config <<'Y'
version: 1
recipy: none
Y
expect 'an unknown key' 2 'bad.yml:2:1' "did you mean 'recipe'?"
config <<'Y'
version: 1
suite: fast
Y
expect 'a wrong type' 2 'bad.yml:2:'
config <<'Y'
version: 1
settings: {min_time: 5 parsecs}
Y
expect 'a bad unit' 2 'bad.yml:2:' parsecs
config <<'Y'
version: 1
gates: ["mean:nan%"]
Y
expect 'a gate that is not a number' 2 'bad.yml:2:'
config <<'Y'
a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
Y
expect 'an alias bomb' 2 'bad.yml'
head -c 10000000 /dev/zero | tr '\0' 'a' >big.yml
try revsweep compare v1 v2 --config big.yml
expect '10 MB of YAML' 2 big.yml
try revsweep compare v1 v2 --config missing.yml
expect 'a missing configuration' 2 missing.yml
try revsweep compare v1 v2 --fail mean:nan%
expect 'a bad gate' 2 'mean:'
try revsweep compare v1 v2 --fail meen:5%
expect 'a misspelt field' 2 mean
try revsweep compare v1 v2 --recipe mesn
expect 'a misspelt recipe' 2 meson
try revsweep compare v1 v2 --with colour=red
expect 'an unknown parameter' 2 colour
try revsweep compare v1 v2 --blocks 9..3
expect 'blocks the wrong way round' 2 blocks
try revsweep compare v1 v2 --isolation sandbox
expect 'isolation that is not there' 8 sandbox

cat >needs.yml <<'Y'
version: 1
build: {needs: [no-such-compiler], steps: [{name: build, run: "true"}]}
suite: [{name: s, harness: command, run: "true"}]
Y
try revsweep compare v1 v2 --config needs.yml
expect 'a recipe that needs a missing program' 8 no-such-compiler
expect_true 'no store was made for any of that' [ ! -e .revsweep ]

try sh -c '"$REVSWEEP" compare v1 v2 >&-'
expect 'a closed stdout' 7 'closed'
try revsweep show
expect 'what was measured is stored all the same' 0 regressed
try sh -c '"$REVSWEEP" compare v1 v2 --reuse < /dev/null > /dev/full'
expect 'a full device' 7
echo junk >.revsweep/store.db
try revsweep log
expect 'a damaged store' 5 store
rm -rf .revsweep
mkdir -p unwritable
chmod a-w unwritable
if [ "$(id -u)" -ne 0 ]; then
	try revsweep compare v1 v2 --store unwritable/store
	expect 'an unwritable store' 5 unwritable
else
	skip 'an unwritable store' 'root may write anywhere'
fi
TMPDIR=$top/no-such-dir
try revsweep compare v1 v2
expect 'a missing TMPDIR' 1 regressed
done_testing
