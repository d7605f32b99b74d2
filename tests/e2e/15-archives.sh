#!/bin/sh
# Revisions that are archives, from files.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
mkdir "$top/work"
cp revsweep.yml "$top/work"
for v in 1 2; do
	git archive --format tar.gz --prefix "toy-$v.0/" -o "$top/work/toy-$v.0.tar.gz" "v$v"
done
git archive --format zip --prefix some/name/ -o "$top/work/new.zip" v2
cd "$top/work" || exit 99
sum1=$(sha256sum <toy-1.0.tar.gz | cut -c 1-64)
sum2=$(sha256sum <toy-2.0.tar.gz | cut -c 1-64)
archives=$REVSWEEP_CACHE/archives

try revsweep compare archive:toy-1.0.tar.gz archive:toy-2.0.tar.gz
expect 'two archives are compared, without a repository' 1 toy-1.0 toy-2.0 regressed
try revsweep compare 'archive:toy-{version}.tar.gz@1.0' 'archive:toy-{version}.tar.gz@2.0'
expect 'versions fill a template' 1 '1.0' '2.0' regressed
expect_true 'nothing is unpacked twice' sh -c "! grep -q unpacking '$err'"
try revsweep build first=archive:toy-1.0.tar.gz "archive:toy-2.0.tar.gz#sha256=$sum2" "old=archive:toy-1.0.tar.gz"
expect 'archives have labels and their own ids' 0 "first  $(echo "$sum1" | cut -c 1-10)" \
	"toy-2.0  $(echo "$sum2" | cut -c 1-10)" 'old  '
try revsweep build archive:new.zip
expect 'a zip is the same tree, below its one top directory' 0 'new  '
try revsweep build 'archive:toy-{version}.tar.gz@2.0,1.0' 'x=archive:toy-{version}.tar.gz@1.0,2.0'
expect 'a list of versions names several revisions' 0 '2.0  ' '1.0  ' 'x-1.0  ' 'x-2.0  '
try revsweep compare v1 'archive:toy-{version}.tar.gz@1.0,2.0'
expect 'which are not one' 2 'more than one revision'

sed 's|^version: 1|&\nsource: {archive: "../toy-{version}.tar.gz"}|' revsweep.yml >"$top/archives.yml"
mkdir config
cp "$top/archives.yml" config/revsweep.yml
try revsweep compare 1.0 2.0 --config config/revsweep.yml
expect 'where all revisions are archives, versions are enough' 1 '1.0  ' '2.0  ' regressed
try revsweep build 1.0,2.0 new=archive:../new.zip --config config/revsweep.yml
expect 'lists, and what is said in full' 0 '1.0  ' '2.0  ' 'new  '
try revsweep compare 1.0 --config config/revsweep.yml
expect 'and they must be named' 2 'which version?'
try revsweep build --config config/revsweep.yml
expect 'all of them' 2 'which version?'

try revsweep build "archive:toy-1.0.tar.gz#sha256=$sum2"
expect 'a wrong checksum names both' 4 'checksum mismatch' "$sum1" "$sum2"
try revsweep build archive:nothing.tar.gz
expect 'a file that is not there' 4 'nothing.tar.gz' 'No such file'
mkdir dir
try revsweep build archive:dir
expect 'a directory' 4 'is a directory' dir:dir
mkfifo pipe
try revsweep build archive:pipe
expect 'a pipe is not waited for' 4 'is not a file'
: >empty.tar.gz
try revsweep build archive:empty.tar.gz
expect 'an empty file' 4 'it is empty'
head -c 300 toy-1.0.tar.gz >cut.tar.gz
try revsweep build archive:cut.tar.gz
expect 'half an archive' 4 'cut short'
echo '<html>Sign in</html>' >page.tar.gz
try revsweep build archive:page.tar.gz
expect 'a page instead of an archive' 4 'not an archive'

python3 - <<'P'
import io, tarfile
def tar(name, *infos):
    with tarfile.open(name, "w") as t:
        for n, type, link in infos:
            i = tarfile.TarInfo(n)
            i.type, i.linkname = type, link
            t.addfile(i)
tar("out.tar", ("a", tarfile.REGTYPE, ""), ("a/../../\x1b[31mx", tarfile.REGTYPE, ""))
tar("through.tar", ("d", tarfile.SYMTYPE, "e"), ("d/x", tarfile.REGTYPE, ""))
tar("strip.tar", ("top/l", tarfile.SYMTYPE, "../x"))
tar("back.tar", ("p/a/b/c", tarfile.REGTYPE, ""), ("p/l", tarfile.SYMTYPE, "a/b"),
    ("p/m", tarfile.SYMTYPE, "l/../../../x"), ("p/q", tarfile.REGTYPE, ""))
tar("git.tar", ("top/git~1/config", tarfile.REGTYPE, ""))
P
try revsweep build archive:out.tar
expect 'an entry that leads out' 4 'unsafe archive' "entry 2 'a/../../\\x1b[31mx'"
try revsweep build archive:through.tar
expect 'a file behind a link' 4 'unsafe archive' "entry 1 'd'"
try revsweep build archive:strip.tar
expect 'a link to beside the top directory' 4 'unsafe tree' "'l' -> '../x'"
try revsweep build archive:back.tar
expect 'a link back through a link' 4 'unsafe'
try revsweep build archive:git.tar
expect 'a disguised repository' 4 'unsafe tree' 'spelling of .git'
expect_true 'nothing of those is left' sh -c "! ls '$archives' | grep -q tmp && [ \$(ls -d '$archives'/*.tree | wc -l) = 3 ]"
expect_true 'nothing lies elsewhere' [ ! -e "$top/x" ]

# What was edited in the cache is noticed, and unpacked anew.
echo parse=1 >>"$archives/$sum1.tree/numbers"
try revsweep build archive:toy-1.0.tar.gz
expect 'a tree that was edited is unpacked again' 0 'unpacking' cached
try revsweep build archive:toy-1.0.tar.gz
expect_true 'but once' sh -c "! grep -q unpacking '$err'"
: >"$archives/$sum1.id"
mkdir "$archives/$sum1.tmp"
try revsweep build archive:toy-1.0.tar.gz
expect 'what a killed process left is no obstacle' 0 'unpacking'
expect_true 'nor does it stay' [ ! -e "$archives/$sum1.tmp" ]
(
	rm -rf "$archives"
	for i in 1 2 3 4; do revsweep build archive:toy-1.0.tar.gz 2>"$top/say$i" >/dev/null & done
	wait
)
expect_true 'several processes unpack once' \
	[ "$(cat "$top"/say? | grep -c unpacking)" = 1 ]

# An unpacker that never ends is killed with us; one that an archive brings down says so.
cat >"$top/slow" <<'S'
#!/bin/sh
echo $$ >"$3/pid.new"
mv "$3/pid.new" "$3/pid"
exec sleep 1000
S
printf '#!/bin/sh\nkill -SEGV $$\n' >"$top/crash"
chmod +x "$top/slow" "$top/crash"
rm -rf "$archives"
REVSWEEP_UNPACK="$top/slow" "$REVSWEEP" build archive:new.zip >"$out" 2>"$err" &
pid=$!
tries=0
while ! unpacker=$(cat "$archives"/*.tmp/tree/pid 2>/dev/null) && [ $tries -lt 500 ]; do
	sleep 0.02
	tries=$((tries + 1))
done
kill -TERM $pid # SIGINT is ignored in the background
code=0
wait $pid || code=$?
expect 'a stop ends unpacking' 143 stopped
expect_true 'and the unpacker' sh -c "! kill -0 $unpacker 2>/dev/null"
expect_true 'and leaves nothing' sh -c "! ls '$archives' | grep -qv lock"
REVSWEEP_UNPACK="$top/crash" try revsweep build archive:new.zip
expect 'an unpacker that crashed' 4 'ended early, killed by SIGSEGV'
REVSWEEP_UNPACK=/nonexistent try revsweep build archive:new.zip
expect 'without the unpacker' 8 'cannot unpack'

done_testing
