"""Profiles for the pages: profiles.py make DIR NAMES KEY BASE HEAD writes a folder of them, with the
hostile names of NAMES as functions and files; profiles.py read PAGE prints what a page holds of
profiles, a line a function; profiles.py names PAGE NAMES looks whether all those names are there."""
import base64
import gzip
import json
import os
import re
import sys

BORING = 25


def decode(line):
    letters = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"s": b" ", b"\\": b"\\"}
    return re.sub(rb"\\(?:x(..)|([nrts\\]))",
                  lambda m: bytes([int(m[1], 16)]) if m[1] else letters[m[2]], line)


def names_of(path):
    """Those that are text: JSON holds no others."""
    names = [decode(l) for l in open(path, "rb").read().split(b"\n") if l and not l.startswith(b"# ")]
    return [n.decode() for n in names if n.decode(errors="ignore").encode() == n]


def case(key, function, file, line, seconds):
    return {"case_key": key, "function": function, "file": file, "line": line, "total_time": seconds}


def put(path, document):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False)


def make(folder, names, key, base, head):
    for run, slower in ((base, 0), (head, 1)):
        cases = [case(key, f"f{i}", "work.py", i + 1, (i + 1 + 500 * (slower and i == 7)) / 1000) for i in range(BORING)]
        cases += [case(key, name, name[::-1], i, 1e-6) for i, name in enumerate(names_of(names))]
        if slower:
            cases.append(case("nobody::knows", "f", "x", 1, 1))
            cases.append(case(key, "negative", "x", 1, -1))
            put(f"{folder}/deep/er/{run}.json", {"cases": cases})
        else:
            put(f"{folder}/base.json", {"run_id": run, "cases": cases})
    put(f"{folder}/elsewhere.json", {"cases": [case(key, "f", "x", 1, 1)]})
    put(f"{folder}/none.json", {"benchmarks": []})
    for name, damaged in (("bad", b'{"cases": ['), ("latin", b'{"run_id": "\xe9", "cases": []}')):
        with open(f"{folder}/{name}.json", "wb") as file:
            file.write(damaged)


def document(page):
    data = re.search(r'id="data"[^>]*>([^<]+)<', open(page, encoding="utf-8").read())[1]
    return json.loads(gzip.decompress(base64.b64decode(data)))


def read(page):
    doc = document(page)
    p = doc["profiles"]
    for bench, rev, function, seconds in zip(p["bench"], p["rev"], p["function"], p["seconds"], strict=True):
        f = p["functions"][function]
        print(doc["benches"][bench]["name"], doc["revs"][rev]["label"], f["name"], f"{f['file']}:{f['line']}", seconds)
    for note in p["notes"]:
        print("note:", note)


def names(page, path):
    p = document(page)["profiles"]
    have = {(f["name"], f["file"]) for f in p["functions"]}
    missing = [n for n in names_of(path) if (n, n[::-1]) not in have]
    sys.exit(f"missing: {missing}" if missing or len(have) < 75 else 0)


{"make": make, "read": read, "names": names}[sys.argv[1]](*sys.argv[2:])
