#!/usr/bin/env python3
"""As much of `gh api` as comments on a pull request take, on a file: $GH_COMMENTS."""
import json
import os
import subprocess
import sys

path = os.environ["GH_COMMENTS"]
assert os.environ["GH_TOKEN"] == "t0ken"
assert sys.argv[1] == "api"
method, address, query, body = "GET", None, None, None
words = iter(sys.argv[2:])
for word in words:
    if word == "--method":
        method = next(words)
    elif word == "--jq":
        query = next(words)
    elif word == "--field":
        key, _, value = next(words).partition("=")
        assert key == "body" and value[0] == "@"
        body = open(value[1:]).read()
    elif word not in ("--paginate", "--silent"):
        assert address is None and word[0] != "-", word
        address = word

comments = json.load(open(path))
if method == "GET":
    assert address == "repos/octo/lexer/issues/7/comments?per_page=100", address
    sys.exit(subprocess.run(["jq", "-r", query], input=json.dumps(comments), text=True).returncode)
assert len(body) < 65536
if method == "POST":
    assert address == "repos/octo/lexer/issues/7/comments", address
    comments.append({"id": 100 + len(comments), "user": {"login": "github-actions[bot]"}, "body": body})
else:
    assert method == "PATCH", method
    found = [c for c in comments if address == f"repos/octo/lexer/issues/comments/{c['id']}"]
    assert len(found) == 1 and found[0]["user"]["login"] == "github-actions[bot]", address
    found[0]["body"] = body
json.dump(comments, open(path, "w"))
