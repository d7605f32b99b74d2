#!/usr/bin/env python3
"""Writes archives into a directory, good ones and hostile ones, and beside them the file `expected`:
a line for each, NAME|TEXT. TEXT is what the message that refuses it holds, parts between " ... "; or
"ok PATH..." for one that is taken, with what must lie in it then ("PATH:f" a file, "x" an executable one, "d" a directory, "l" a
link)."""
import bz2
import gzip
import io
import lzma
import os
import struct
import subprocess
import sys
import tarfile
import zipfile

TIME = 1500000000
MIB = 1 << 20
expected = []


def write(name, data, text):
    with open(name, "wb") as out:
        out.write(data)
    expected.append((name, text))


def entry(name, type=tarfile.REGTYPE, data=b"", link="", mode=0o644, **more):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode, info.size, info.mtime = type, link, mode, len(data), TIME
    for key, value in more.items():
        setattr(info, key, value)
    return info, data


def file(name, data=b"text\n", **more):
    return entry(name, data=data, **more)


def folder(name):
    return entry(name, tarfile.DIRTYPE, mode=0o755)


def link(name, target):
    return entry(name, tarfile.SYMTYPE, link=target)


def hard(name, target):
    return entry(name, tarfile.LNKTYPE, link=target)


def tar(*entries, format=tarfile.GNU_FORMAT, encoding="utf-8"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format, encoding=encoding,
                      errors="surrogateescape") as t:
        for info, data in entries:
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()


def refuse(name, text, *entries, **how):
    write(name + ".tar", tar(*entries, **how), "unsafe archive: ... " + text)


def zip_of(*entries, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data, mode in entries:
            info = zipfile.ZipInfo(name, (2017, 7, 14, 2, 40, 0))
            info.external_attr, info.compress_type, info.create_system = mode << 16, method, 3
            z.writestr(info, data)
    return out.getvalue()


def good():
    plain = tar(folder("foo-1.0"), file("foo-1.0/a"), file("foo-1.0/run", mode=0o4755),
                link("foo-1.0/l", "sub/../a"), hard("foo-1.0/h", "foo-1.0/a"),
                file("foo-1.0/sub/deep/b", mode=0o600))
    inside = ("ok foo-1.0:d foo-1.0/a:f foo-1.0/run:x foo-1.0/l:l foo-1.0/h:f "
              "foo-1.0/sub/deep/b:f")
    write("good.tar", plain, inside)
    write("good.tar.gz", gzip.compress(plain), inside)
    write("good.tar.bz2", bz2.compress(plain), inside)
    write("good.tar.xz", lzma.compress(plain), inside)
    write("good-members.tar.gz", gzip.compress(plain[:700]) + gzip.compress(plain[700:]), inside)
    zstd = subprocess.run(["zstd", "-q", "-c"], input=plain, stdout=subprocess.PIPE) \
        if os.path.exists("/usr/bin/zstd") else None
    if zstd:
        write("good.tar.zst", zstd.stdout, inside)
    write("good.zip", zip_of(("d/", b"", 0o40755), ("d/a", b"a", 0o100644),
                             ("d/run", b"x", 0o100755), ("d/l", b"a", 0o120777)),
          "ok d:d d/a:f d/run:x d/l:l")
    write("dots.tar", tar(folder("./"), file("./a"), file("b//./c"), folder("b/")),
          "ok a:f b/c:f")
    write("case.tar", tar(file("A"), file("a")), "ok A:f a:f")
    write("latin.tar", tar(file("caf\xe9"), encoding="latin-1"), "ok caf\udce9:f")
    write("latin-pax.tar", tar(file("caf\udce9" + "x" * 120), format=tarfile.PAX_FORMAT),
          "ok caf\udce9" + "x" * 120 + ":f")
    write("utf8-pax.tar", tar(file("\u017elu\u0165" + "x" * 120), format=tarfile.PAX_FORMAT),
          "ok \u017elu\u0165" + "x" * 120 + ":f")
    write("latin.zip", zip_of(("cafe", b"a", 0o100644)).replace(b"cafe", b"caf\xe9"),
          "ok caf\udce9:f")
    write("setuid.tar", tar(file("s", mode=0o6755), file("t", mode=0), entry(
        "w", tarfile.DIRTYPE, mode=0o1777)), "ok s:x t:f w:d")
    write("stored.zip", zip_of(("a", b"a" * 5000, 0o100644), method=zipfile.ZIP_STORED), "ok a:f")


def escapes():
    refuse("dotdot", "entry 2 'a/../../x' leads out", file("a/b"), file("a/../../x"))
    refuse("dotdot-dir", "entry 1 '../' leads out", folder(".."))
    refuse("absolute", "entry 1 '/tmp/x' has an absolute", file("/tmp/x"))
    refuse("backslash", "has a backslash", file("..\\x"))
    refuse("link-absolute", "entry 1 'l' is a link to an absolute path", link("l", "/etc/passwd"))
    refuse("link-out", "is a link that leads out", link("a/l", "../../x"))
    refuse("link-out-in", "is a link that leads out", link("l", "../here/x"))
    refuse("link-empty", "leads nowhere", link("l", ""))
    refuse("through-link", "entry 1 'd' is a link and something else", link("d", "elsewhere"), file("d/x"))
    refuse("through-chain", "is a link and something else", folder("a"), link("a/b", "."), link("a/b/c", ".."),
           file("a/b/c/x"))
    refuse("hard-out", "is a hard link to something", hard("h", "../outside"))
    refuse("hard-absolute", "is a hard link to something", hard("h", "/etc/passwd"))
    refuse("hard-missing", "is a hard link to something", hard("h", "later"), file("later"))
    refuse("hard-to-link", "is a hard link to something", link("l", "canary"), hard("h", "l"))
    refuse("hard-to-dir", "is a hard link to something", folder("d"), hard("h", "d"))
    refuse("hard-through-file", "is a file and a directory", file("d"), hard("h", "d/x"))
    write("dotdot.zip", zip_of(("a/../../x", b"a", 0o100644)), "unsafe archive: entry 1")
    write("absolute.zip", zip_of(("/tmp/x", b"a", 0o100644)), "unsafe archive: entry 1")
    write("link-out.zip", zip_of(("l", b"../x", 0o120777)), "is a link that leads out")
    write("through-link.zip", zip_of(("l", b"d", 0o120777), ("l/x", b"a", 0o100644)),
          "is a link and something else")


def kinds():
    for name, type, what in (("device", tarfile.CHRTYPE, "a device"),
                             ("block", tarfile.BLKTYPE, "a device"),
                             ("fifo", tarfile.FIFOTYPE, "a named pipe")):
        refuse(name, "entry 2 'x' is " + what, file("a"), entry("x", type))
    # libarchive takes everything in a zip that is neither directory nor link for a file.
    write("fifo.zip", zip_of(("p", b"", 0o010644)), "ok p:f")


def names():
    for name, bytes in (("newline", "a\nb"), ("escape", "a\x1b[2J"), ("delete", "a\x7f"),
                        ("c1", "a\x9b2J"), ("tab", "a\tb")):
        refuse("name-" + name, "entry 1 '", file(bytes))
    refuse("link-escape", "control character in its target", link("l", "a\x1b[2J"))
    refuse("name-git", "would be a git repository", file("foo/.git/config"))
    refuse("name-GIT", "would be a git repository", file("foo/.GIT/config"))
    refuse("name-long", "longer than 255", file("x" * 256))
    refuse("path-long", "longer than 4000", file("/".join(["x" * 100] * 41)))
    refuse("path-deep", "deeper than 64", file("/".join(["d"] * 65)))
    write("path-just.tar", tar(file("/".join(["d"] * 64))), "ok " + "/".join(["d"] * 64) + ":f")
    # What stands behind the NUL is lost on everybody who reads it as a text.
    write("name-nul.tar", tar(entry("x", data=b"a", pax_headers={"path": "a\0/../../b"}),
                              format=tarfile.PAX_FORMAT), "ok a:f")


def twice():
    refuse("twice", "entry 2 'a' is there twice", file("a"), file("a"))
    refuse("twice-spelt", "is there twice", file("d/a"), file("./d//a"))
    refuse("twice-link", "is a link and something else", link("l", "a"), link("l", "b"))
    refuse("link-then-file", "is a link and something else", link("l", "a"), file("l"))
    refuse("file-then-dir", "is a file and a directory", file("a"), folder("a"))
    refuse("file-then-below", "is a file and a directory", file("a"), file("a/b"))
    refuse("dir-then-file", "is there twice", file("a/b"), file("a"))
    refuse("hard-onto", "is there twice", file("a"), file("b"), hard("b", "a"))
    refuse("hard-onto-itself", "is there twice", file("a"), hard("a", "a"))
    write("twice.zip", zip_of(("aa", b"1", 0o100644), ("bb", b"2", 0o100644))
          .replace(b"bb", b"aa"), "is there twice")


def sizes():
    info, _ = entry("big")
    info.size = 64 << 30
    write("claims.tar", info.tobuf(tarfile.GNU_FORMAT) + bytes(1024), "unsafe archive: ... has 64")
    info.size = 1000 * MIB
    write("claims-ratio.tar", info.tobuf(tarfile.GNU_FORMAT) + bytes(1024), "a bomb")
    zeros = bytes(70 * MIB)
    write("bomb.tar.bz2", bz2.compress(tar(file("zeros", zeros))), "a bomb")
    write("bomb.tar.xz", lzma.compress(tar(file("zeros", zeros)), preset=0), "a bomb")
    write("bomb.tar.gz", gzip.compress(tar(file("zeros", zeros))), "a bomb")
    write("bomb.zip", zip_of(("zeros", zeros, 0o100644)), "a bomb")
    write("bomb-after.tar.xz", lzma.compress(tar(file("a")) + zeros, preset=0), "a bomb")
    with open("sparse", "wb") as sparse:
        sparse.truncate(3 << 30)
    subprocess.run(["tar", "-S", "-cf", "sparse.tar", "sparse"], check=True)
    os.unlink("sparse")
    expected.append(("sparse.tar", "has 3"))
    many = folder("d")[0].tobuf() * 200001 + bytes(1024)
    write("many.tar.gz", gzip.compress(many, 1), "more than 200000")
    size = struct.pack("<L", MIB)
    lies = zip_of(("a", bytes(MIB), 0o100644))
    write("lies.zip", lies.replace(size, struct.pack("<L", 1000)), "the archive is damaged")


def damage():
    plain = tar(file("a", os.urandom(3000)), file("b", b"two"))
    packed = gzip.compress(plain)
    write("empty.tar", b"", "it is empty")
    write("nothing.tar", bytes(10240), "there is nothing in the archive")
    write("nothing.zip", zip_of(), "it is not an archive")
    write("page.tar.gz", b"<html>Not found</html>\n" * 40, "it is not an archive")
    write("other.cpio", b"070707" + b"0" * 600, "it is not an archive")
    flipped = bytearray(packed)
    flipped[len(packed) // 2] ^= 1
    write("flipped.tar.gz", bytes(flipped), "is damaged")
    for name, data, cut in (("gz", packed, 9), ("bz2", bz2.compress(plain), 9),
                            ("xz", lzma.compress(plain), 9)):
        write("cut.tar." + name, data[:-cut], "cut short")
        write("half.tar." + name, data[:len(data) // 2], "cut short")
        write("garbage.tar." + name, data + b"garbage that is longer", "")
        write("two.tar." + name, data + data, "two archives in one file")
    write("cut.tar", plain[:1000], "cut short")
    write("cut-between.tar", plain[:512 + 3072], "lacks the mark at its end")
    write("two.tar", plain + plain, "two archives in one file")
    whole = zip_of(("a", os.urandom(3000), 0o100644), ("b", b"two", 0o100644))
    write("cut.zip", whole[:-30], "it is not an archive")
    broken = bytearray(whole)
    broken[100] ^= 1
    write("flipped.zip", bytes(broken), "is damaged")


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    os.chdir(sys.argv[1])
    for some in (good, escapes, kinds, names, twice, sizes, damage):
        some()
    with open("expected", "w", encoding="utf-8", errors="surrogateescape") as out:
        out.writelines("%s|%s\n" % line for line in expected)


main()
