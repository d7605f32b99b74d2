"""Hostile names in every format of a report: each is parsed as its readers do, and has to hold the
names as they are, or as the format says that it shows them. Usage: test_names.py TOOL NAMES TOOLS-DIR"""
import base64
import csv
import gzip
import html
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

tool, names_file, tools = sys.argv[1:]
sys.dont_write_bytecode = True
sys.path.insert(0, tools)
import junit

HAZARDOUS = {*range(0x20), *range(0x7f, 0xa0), 0x61c, 0x200e, 0x200f, *range(0x2028, 0x202f), *range(0x2066, 0x206a), 0xfeff}


def decode(line):
    letters = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"s": b" ", b"\\": b"\\"}
    return re.sub(rb"\\(?:x(..)|([nrts\\]))",
                  lambda m: bytes([int(m[1], 16)]) if m[1] else letters[m[2]], line)


def each_bad_byte(raw, put):
    """UTF-8 as text, `put` in the place of each byte that is none."""
    out, i = [], 0
    while i < len(raw):
        for n in range(1, 5):
            try:
                out.append(raw[i:i + n].decode())
                i += n
                break
            except UnicodeDecodeError:
                pass
        else:
            out.append(put(raw[i]))
            i += 1
    return "".join(out)


def plain(raw):
    return each_bad_byte(raw, lambda b: "\ufffd")


def shown(raw):
    """As on a terminal."""
    hazard = lambda c: f"\\x{ord(c):02x}" if ord(c) < 0x80 else f"\\u{{{ord(c):04x}}}"
    parts = each_bad_byte(raw, lambda b: chr(0x110000 - 1 - b))  # kept apart until the end
    return "".join(f"\\x{0x110000 - 1 - ord(c):02x}" if ord(c) >= 0x10ff00 else hazard(c) if ord(c) in HAZARDOUS else c
                   for c in parts)


lines = [l for l in open(names_file, "rb").read().split(b"\n") if l and not l.startswith(b"# ")]
names = [decode(l) for l in lines]
assert len(names) >= 50 and len(set(names)) == len(names)


def reports(name):
    raw = subprocess.run([tool, name, names_file], check=True, capture_output=True).stdout
    while raw:
        size, raw = raw.split(b"\n", 1)
        yield raw[:int(size)]
        raw = raw[int(size):]


def nothing_moves(text, name):
    for c in text:
        assert c == "\n" or ord(c) not in HAZARDOUS, (name, hex(ord(c)))


# ---- a runner of GitHub Actions, by the rules of its own parser

COMMANDS = {"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "set-output", "save-state",
            "set-env", "add-path", "stop-commands", "echo", "add-matcher", "remove-matcher"}


def command_of(line):
    # What is blank to .NET, and what its comparison of texts does not see.
    start = line.lstrip(" \t\v\f\u00a0\u200b\u200c\u200d\u2060\ufeff\u00ad")
    if start.startswith("::") and "::" in start[2:]:
        info, data = start[2:].split("::", 1)
        word, _, rest = info.partition(" ")
        if word in COMMANDS:
            pairs = dict(p.split("=", 1) for p in rest.split(",") if "=" in p)
            return word, pairs, data
    at = line.find("##[")
    if at >= 0 and "]" in line[at:]:
        word = line[at + 3:line.index("]", at)].split(" ")[0]
        if word in COMMANDS:
            return word, {}, ""
    return None


def unescape(text, marks):
    for mark in marks:
        text = text.replace(f"%{ord(mark):02X}", mark)
    return text


# ---- the formats

def check_json(text, first):
    doc = json.loads(text)
    got = [row["bench"] for row in doc["rows"]]
    assert got == [plain(n) for n in names[:len(got)]]
    assert doc["project"] == doc["revs"][0]["subject"] == plain(first)
    nothing_moves(text, "json")


def check_csv(text, first):
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert text.count("\n") == len(rows) + 1, "a record is a line"
    for row, name in zip(rows, names):
        cell = row["bench"]
        assert not re.match(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]", cell), cell
        back = re.sub(r"^'('*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])", r"\1", cell)
        assert back == shown(name), (back, shown(name))
    nothing_moves(text, "csv")


def check_junit(text, first):
    root = junit.check(text.encode())
    holds = lambda n: re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", plain(n))
    got = [case.get("name") for case in root.iter("testcase")]
    assert got == [holds(n) for n in names[:len(got)]], [p for p in zip(got, map(holds, names)) if p[0] != p[1]]
    assert root.find(".//property[@name='project']").get("value") == holds(first)
    nothing_moves(text, "junit")


def check_badge(text, first):
    root = ET.fromstring(text)
    assert {e.tag.split("}")[1] for e in root.iter()} <= {"svg", "title", "clipPath", "rect", "g", "text"}
    assert "regressed" in root[0].text
    nothing_moves(text, "badge")


def check_markdown(text, first):
    nothing_moves(text, "markdown")
    assert text.startswith("<!-- revsweep -->\n") and text.count("<!--") == 1
    ours = re.sub(r"</?(details|summary)>", "", text.split("\n", 1)[1])
    for mark in ("<", ">", "](", "](", "://", "www.", "`", "~", "@", "\\"):
        assert mark not in ours, mark
    for line in text.split("\n"):
        if line.startswith("|"):
            assert line.count("|") == 9, line
    cells = [html.unescape(line.split("|")[1].strip()) for line in text.split("\n") if line.startswith("| ")]
    for name in names if len(cells) > 10 else names[:1]:
        want = shown(name).strip()
        assert len(want) > 90 or want in cells, want


def check_github(text, first):
    nothing_moves(text, "github")
    got = [command_of(line) for line in text.rstrip("\n").split("\n")]
    assert None not in got, text
    kinds = [word for word, _, _ in got]
    assert set(kinds) <= {"error", "warning", "notice"} and kinds.count("notice") == 1, kinds
    assert max(kinds.count(k) for k in kinds) <= 10
    for word, pairs, data in got:
        assert list(pairs) == ["title"], pairs
    title = unescape(got[-1][1]["title"], "\r\n:,%")
    assert title == ("revsweep compare " + shown(first)) or len(title) > 90, title


def check_text(text, first):
    nothing_moves(text, "text")
    for line in text.split("\n"):
        assert command_of(line) is None, line


class Page(HTMLParser):
    """Elements with their attributes, and all text outside of scripts and styles."""
    def __init__(self):
        super().__init__()
        self.elements, self.texts, self.data, self.within = [], [], "", []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.within.append((tag, dict(attrs).get("id")))

    def handle_endtag(self, tag):
        while self.within and self.within.pop()[0] != tag:
            pass

    def handle_data(self, text):
        if self.within[-1:] == [("script", "data")]:
            self.data += text
        elif not self.within or self.within[-1][0] not in ("script", "style"):
            self.texts.append(text.strip())


def check_html(text, first):
    page = Page()
    ours = text.partition("</script>\n<script>")[0]  # what follows the data runs: its digest is in the policy
    page.feed(ours + "</script>")
    assert ours.count("<script") == 1, "one for data"
    kinds = {tag for tag, _ in page.elements}
    assert not kinds & {"img", "svg", "a", "iframe", "link", "object", "embed", "form", "input", "base"}, kinds
    assert not [a for _, attrs in page.elements for a in attrs if a.startswith("on") or a in ("href", "src")]
    doc = json.loads(gzip.decompress(base64.b64decode(page.data)))
    got = doc["benches"]["name"] if isinstance(doc["benches"], dict) else [b["name"] for b in doc["benches"]]
    assert got == [plain(n) for n in names[:len(got)]]
    assert shown(first).strip() in page.texts
    nothing_moves(ours, "html")


for format in subprocess.run([tool], check=True, capture_output=True, text=True).stdout.split():
    n = 0
    for report, first in zip(reports(format), names):
        globals()["check_" + format](report.decode(), first)
        n += 1
    assert n == len(names), (format, n)
    print(f"{format}: {n} names")
