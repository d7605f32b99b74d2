#!/bin/sh
# Bisects of random histories with merges, merges within merges, and commits that cannot be tested:
# whoever is named is held against the history itself. TEST_SEED says which histories.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

seed=${TEST_SEED:-1}
echo "# histories from seed $seed"
cat >"$top/make.py" <<'PY'
"""A random history; prints who may be named: the culprit, or those that hide it."""
import random, subprocess, sys

draw = random.Random(int(sys.argv[1]))
commits = []  # (parents, broken)


def add(*parents):
    commits.append((list(parents), len(commits) > 1 and draw.random() < 0.1))
    return len(commits) - 1


def grow(base, main, depth):
    """A branch from base; it may merge what main has by then, and branches of its own."""
    tip = base
    for _ in range(draw.randrange(1, 4)):
        roll = draw.random()
        if roll < 0.2 and depth < 2:
            tip = add(tip, grow(tip, main, depth + 1))
        elif roll < 0.3 and main != tip:
            tip = add(tip, main)
        else:
            tip = add(tip)
    return tip


main = [add()]
while len(main) < 12:
    if draw.random() < 0.35:
        side = grow(draw.choice(main[-4:]), main[-1], 0)
        main.append(add(main[-1], side))
    else:
        main.append(add(main[-1]))
main.append(add(main[-1]))
commits[main[-1]] = (commits[main[-1]][0], False)


def ancestors(of, seen=None):
    seen = set() if seen is None else seen
    todo = [of]
    while todo:
        c = todo.pop()
        if c not in seen:
            seen.add(c)
            todo += commits[c][0]
    return seen


culprit = draw.choice(sorted(ancestors(main[-1]) - {0}))
bad = [culprit in ancestors(c) for c in range(len(commits))]


def first_parents(tip, until):
    line = [tip]
    while line[-1] not in until:
        line.append(commits[line[-1]][0][0])
    return line[::-1]


def island(line):
    """Who cannot be told apart on this line: after the last testable good one, up to the first testable bad one."""
    at = next(i for i, c in enumerate(line) if bad[c])
    low, high = at - 1, at
    while commits[line[low]][1]:
        low -= 1
    while commits[line[high]][1]:
        high += 1
    return line[low + 1:high + 1]


def hunt(line):
    named = island(line)
    if len(named) > 1 or len(commits[named[0]][0]) < 2:
        return named
    inner = first_parents(commits[named[0]][0][1], ancestors(commits[named[0]][0][0]))
    if len(inner) < 2 or not bad[inner[-1]] or commits[inner[0]][1] or commits[inner[-1]][1]:
        return named
    return hunt(inner)


named = hunt(first_parents(main[-1], {0}))
child = subprocess.Popen(["git", "fast-import", "--quiet", "--export-marks=marks"], stdin=subprocess.PIPE, text=True)
for i, (parents, broken) in enumerate(commits):
    # Dates that go back now and then say nothing about the order.
    when = 1700000000 + 3600 * i - (90000 if i % 5 == 3 else 0)
    child.stdin.write(f"commit refs/heads/c{i}\nmark :{i + 1}\ncommitter a <a@b> {when} +0000\ndata <<E\ncommit {i}\nE\n")
    for n, p in enumerate(parents):
        child.stdin.write(f"{'merge' if n else 'from'} :{p + 1}\n")
    child.stdin.write("deleteall\n")
    for name, text in (("number", str(i)), ("bad", str(bad[i])), ("broken", str(broken))):
        child.stdin.write(f"M 100644 inline {name}\ndata <<E\n{text}\nE\n")
child.stdin.close()
assert child.wait() == 0
marks = dict(line.split() for line in open("marks"))
print(marks[f":{main[0] + 1}"], marks[f":{main[-1] + 1}"], *(marks[f":{c + 1}"] for c in named))
PY
cat >"$top/check.py" <<'PY'
import json, sys

report = json.load(open(sys.argv[1]))
named = {rev["id"] for rev in report["revs"] if rev["label"] in report["culprits"][0]["set"]}
assert report["culprits"][0]["state"] == "found", report["sentence"]
assert named == set(sys.argv[2:]), (report["sentence"], sys.argv[2:])
PY
n=0
while [ $n -lt 25 ]; do
	mkdir "$top/h$n"
	cd "$top/h$n" || exit 99
	git init -q -b main .
	python3 "$top/make.py" $((seed + n)) >"$top/names" || exit 99
	read -r good bad named <"$top/names"
	cat >revsweep.yml <<'Y'
version: 1
suite: [{name: s, harness: predicate, run: 'grep -q False "$PREFIX/bad"'}]
build: {steps: [{name: all, run: 'grep -q False "$SRC/broken"; cp "$SRC/bad" "$SRC/number" "$PREFIX"'}]}
Y
	: >"$top/why"
	try revsweep bisect "$good" "$bad" --format json
	# shellcheck disable=SC2086 # words
	if [ "$code" -eq 0 ] && python3 "$top/check.py" "$out" $named 2>"$top/why"; then
		ok "history $((seed + n))"
	else
		not_ok "history $((seed + n))" "$(cat "$top/why")"
	fi
	n=$((n + 1))
done
done_testing
