"""What readers of JUnit's XML rely on: `check(text)` returns the root, or fails with what is wrong.
As a program: junit.py FILE..."""
import re
import sys
import xml.etree.ElementTree as ET

NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?$")
# element: (attributes it must have, those it may have, its children in their order)
KNOWN = {
    "testsuites": ({"name", "tests", "failures", "errors", "time"}, set(), ["testsuite*"]),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped", "time"}, {"timestamp", "hostname"},
                  ["properties", "testcase*"]),
    "properties": (set(), set(), ["property*"]),
    "property": ({"name", "value"}, set(), []),
    "testcase": ({"classname", "name", "time"}, set(), ["failure?", "error?", "skipped?", "system-out?"]),
    "failure": ({"message", "type"}, set(), []),
    "error": ({"message", "type"}, set(), []),
    "skipped": ({"message"}, {"type"}, []),
    "system-out": (set(), set(), []),
}


def check_element(element):
    needed, allowed, children = KNOWN[element.tag]
    have = set(element.attrib)
    assert needed <= have and have <= needed | allowed, (element.tag, have)
    for key in have & {"tests", "failures", "errors", "skipped"}:
        assert element.attrib[key].isdigit(), (element.tag, key)
    if "time" in have:
        assert NUMBER.match(element.attrib["time"]), element.attrib["time"]
    if "timestamp" in have:
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$", element.attrib["timestamp"]), element.attrib
    at = 0
    for child in element:
        while at < len(children) and children[at].rstrip("*?") != child.tag:
            assert children[at][-1] in "*?", f"{element.tag} lacks {children[at]}"
            at += 1
        assert at < len(children), f"{child.tag} has no place in {element.tag} after its neighbour"
        at += children[at][-1] != "*"
        check_element(child)


def check(text):
    root = ET.fromstring(text)
    assert root.tag == "testsuites", root.tag
    check_element(root)
    for group in [root, *root]:
        cases = list(group.iter("testcase"))
        assert cases, "a page without a test"
        assert int(group.attrib["tests"]) == len(cases), group.attrib
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            n = sum(case.find(tag) is not None for case in cases)
            assert int(group.attrib.get(key, n)) == n, (key, n)
        assert all(sum(c.tag != "system-out" for c in case) <= 1 for case in cases)
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(names) == len(set(names)), "two cases of one name"
    return root


if __name__ == "__main__":
    for path in sys.argv[1:]:
        check(open(path, "rb").read())
