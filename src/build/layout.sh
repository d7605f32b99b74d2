#!/bin/sh
# Another layout of the same program: run before the steps of a build whose LAYOUT is not 0.
#
# Each compiler on PATH is reached through a script of its name in $TMPDIR/layout, the first
# directory of PATH from here on. Such a script puts other alignments of functions and loops before
# what it is given, so that the project's own flags win, and where objects are linked it puts an
# object without any code before each of them. So functions move, and what they do stays.
set -eu
tools=$TMPDIR/layout
mkdir -p "$tools"

cat >"$tools/.call" <<'END'
#!/bin/sh
# real: the compiler; pad: an object to put between others, or empty; flags: for sources.
here=${0%/*} name=${0##*/}
{ read -r real && read -r pad && read -r flags; } <"$here/.$name" || exit
sources=no inputs=no links=yes between=yes
for arg; do
  case $arg in
    *.c | *.i | *.cc | *.cpp | *.cxx | *.c++ | *.C | *.ii | *.f | *.F | *.f90 | *.F90) sources=yes inputs=yes ;;
    *.o | *.a) inputs=yes ;;
    -flto*) sources=yes ;;
    -x*) between=no ;;
    # Not linked, linked to be linked again, to a place that is fixed, or for another machine.
    -c | -S | -E | -M | -MM | -fsyntax-only | -r | -Wl,-r | -nostdlib | -nostartfiles) links=no ;;
    -T* | -Wl,-T* | -m32 | -mx32 | -m16 | -target | --target*) links=no ;;
  esac
done
if [ $inputs = no ] || [ -z "$pad" ]; then links=no; fi
n=$# before=
# shellcheck disable=SC2086 # several words
if [ $sources = yes ]; then set -- "$@" $flags; fi
if [ $links = yes ]; then set -- "$@" "$pad"; fi
while [ "$n" -gt 0 ]; do
  arg=$1
  shift
  n=$((n - 1))
  case $links$between$before$arg in
    yesyes-o* | yesyes-MT* | yesyes-MF* | yesyes-MQ* | yesyes-Xlinker*) ;;
    yesyes*.o) set -- "$@" "$pad" ;;
  esac
  before=
  case $arg in
    -o | -MT | -MF | -MQ | -Xlinker) before=$arg ;;
  esac
  set -- "$@" "$arg"
done
exec "$real" "$@"
END
chmod +x "$tools/.call"

# Sizes and alignments: each LAYOUT up to 15 has a pair of its own with its padding.
pad_bytes=$((80 * LAYOUT))
alignments=
case $((LAYOUT % 3)) in
  1) alignments=-falign-functions=32 ;;
  2) alignments=-falign-functions=64 ;;
esac
case $((LAYOUT % 4)) in
  1) alignments="$alignments -falign-loops=32" ;;
  3) alignments="$alignments -falign-loops=64" ;;
esac
echo 'int main(void) { return 0; }' >"$tools/.main.c"

# try_pad COMPILER PAD SECTION_FLAGS: makes an object with nothing but room in the sections of code;
# the linker is not to drop it (R), where it knows that.
try_pad() {
  cat >"$tools/.pad.c" <<END
__asm__(".section .text.unlikely.layout,\"$3\",%progbits\n.skip $pad_bytes\n"
	".section .text.layout,\"$3\",%progbits\n.skip $pad_bytes\n.text\n");
END
  "$1" -x c -c -o "$2" "$tools/.pad.c" && "$1" -o "$tools/.main" "$2" -x c "$tools/.main.c"
} >/dev/null 2>&1

# ask COMPILER PAD FILE: writes what it knows, as two lines.
ask() {
  pad=$2
  flags=
  for flag in $alignments; do
    if "$1" -Werror "$flag" -x c -c -o "$tools/.main.o" "$tools/.main.c" >/dev/null 2>&1; then
      flags="$flags $flag"
    fi
  done
  try_pad "$1" "$pad" axR || try_pad "$1" "$pad" ax || pad=
  printf '%s\n' "$pad" "$flags" >"$3"
  echo "$1:$flags${pad:+, padding of $pad_bytes bytes}"
}

# wrap COMPILER NAME: many names are one compiler, which is asked once.
wrap() {
  same=$tools/.as$(readlink -f "$1" | tr / _)
  if ! [ -f "$same" ]; then ask "$1" "$same.o" "$same"; fi
  {
    printf '%s\n' "$1"
    cat "$same"
  } >"$tools/.$2"
  cp "$tools/.call" "$tools/$2"
}

old_ifs=$IFS
IFS=:
for dir in $PATH; do
  IFS=$old_ifs
  if [ "$dir" = "$tools" ]; then continue; fi
  for name in cc c89 c99 c++ gcc g++ clang clang++ gfortran; do
    for real in "$dir/$name" "$dir/$name"-[0-9]* "$dir"/*-"$name" "$dir"/*-"$name"-[0-9]*; do
      if [ -f "$real" ] && [ -x "$real" ] && ! [ -e "$tools/${real##*/}" ]; then
        wrap "$real" "${real##*/}"
      fi
    done
  done
done
