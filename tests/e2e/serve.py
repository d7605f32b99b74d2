"""What 35-serve.sh asks a server that curl would not ask: serve.py WHAT PORT TOKEN [ARGUMENT...].
Prints what is wrong, a line each; exit 1 when there is anything."""
import http.client
import json
import os
import resource
import socket
import sqlite3
import sys
import threading
import time

what, port, token = sys.argv[1], int(sys.argv[2]), sys.argv[3]
wrong = []


def raw(data, wait=20):
    """The answer to some bytes, as far as it came."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as s:
        s.sendall(data)
        got = b""
        try:
            while chunk := s.recv(65536):
                got += chunk
                head, _, body = got.partition(b"\r\n\r\n")
                for line in head.lower().split(b"\r\n"):
                    if line.startswith(b"content-length:") and len(body) >= int(line.split(b":")[1]):
                        return got
        except (TimeoutError, ConnectionResetError):
            pass
        return got


def status(answer):
    words = answer.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def request(target, method=b"GET", host=None, **headers):
    lines = [method + b" " + target + b" HTTP/1.1", b"Authorization: Bearer " + token.encode()]
    if host != b"":
        lines.append(b"Host: " + (host or b"127.0.0.1:%d" % port))
    lines += [name.replace("_", "-").encode() + b": " + value for name, value in headers.items()]
    return raw(b"\r\n".join(lines) + b"\r\nConnection: close\r\n\r\n")


def get(path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def expect(ok, text):
    if not ok:
        wrong.append(text)


def traversal():
    ups = [b"../", b"..\\", b"..%2f", b"..%5c", b"%2e%2e/", b"%2e%2e%2f", b"%252e%252e%252f", b".%2e/", b"%2e./",
           b"..%252f", b"..%c0%af", b"%c0%ae%c0%ae/", b"%e0%80%ae%e0%80%ae/", b"\xc0\xae\xc0\xae/", b"..%00/",
           b"....//", b"..;/", b"/../", b"..%u2215", b"..\x00/"]
    goals = [b"etc/passwd", b"store.db", b".revsweep/store.db", b"etc/passwd%00.html", b"proc/self/environ"]
    prefixes = [b"/", b"/sweep/1/log/"]
    urls = [p + up * n + goal for p in prefixes for up in ups for n, goal in zip((1, 2, 4, 8, 12), goals)]
    urls += [b"//etc/passwd", b"/etc/passwd", b"\\etc\\passwd", b"file:///etc/passwd", b"http://127.0.0.1/etc/passwd",
             b"/sweep/1/log/0/../../../../etc/passwd", b"/sweep/1/log/-1", b"/sweep/1/log/0x0", b"/sweep/1/log/00",
             b"/sweep/1/log/0%00", b"/sweep/1/log/0\x00", b"/sweep/1/log/1e0", b"/sweep/1/log/99999999999999999999",
             b"/style.css/../store.db", b"/style.css%00", b"/.", b"/..", b"/%2e", b"/./", b"/sweep/1/", b"/sweep//1",
             b"/SWEEP/1", b"/sweep/1/log/*", b"/sweep/1/log/~root", b"/sweep/1/log/$HOME", b"/blobs/", b"/store.db",
             b"/api/v1/", b"/api/v1/../../etc/passwd", b"/api/v1/sweep/1/log/../../x", b"*", b"", b"?", b"/?a=../../etc"]
    for url in urls:
        answer = request(url)
        expect(status(answer) in (0, 400, 404, 414, 505), f"{url!r}: {answer[:80]!r}")
        expect(b"root:" not in answer and b"SQLite" not in answer, f"{url!r} gave a file")
    expect(len(urls) >= 200, f"only {len(urls)} addresses")
    expect(get("/health")[0] == 200, "it does not answer any more")


def matrix():
    here = b"127.0.0.1:%d" % port
    for host, good in ((here, 200), (b"localhost:%d" % port, 200), (b"[::1]:%d" % port, 200),
                       (b"LOCALHOST:%d" % port, 200), (b"evil.example:%d" % port, 421), (b"127.0.0.1", 421),
                       (b"127.0.0.1:1", 421), (b"127.0.0.1.evil.example:%d" % port, 421), (b"192.168.1.1:%d" % port, 421),
                       (b"0.0.0.0:%d" % port, 421), (b"x@127.0.0.1:%d" % port, 421), (b"", 400)):
        got = status(request(b"/health", host=host))
        expect(got == good, f"Host {host!r}: {got}")
    two = raw(b"GET /health HTTP/1.1\r\nHost: %s\r\nHost: evil\r\nAuthorization: Bearer %s\r\n\r\n" % (here, token.encode()))
    expect(status(two) == 400, f"two hosts: {two[:60]!r}")
    old = raw(b"GET /health HTTP/1.0\r\nAuthorization: Bearer %s\r\n\r\n" % token.encode())
    expect(status(old) == 421, f"no host in HTTP/1.0: {old[:60]!r}")
    for headers, good in (({"Origin": b"http://" + here}, 200), ({"Origin": b"null"}, 403),
                          ({"Origin": b"http://evil.example"}, 403), ({"Origin": b"https://" + here}, 403),
                          ({"Origin": b"http://localhost:%d" % port}, 403), ({"Sec_Fetch_Site": b"none"}, 200),
                          ({"Sec_Fetch_Site": b"same-origin"}, 200), ({"Sec_Fetch_Site": b"same-site"}, 403),
                          ({"Sec_Fetch_Site": b"cross-site"}, 403),
                          ({"Origin": b"http://" + here, "Sec_Fetch_Site": b"cross-site"}, 403)):
        got = status(request(b"/health", **headers))
        expect(got == good, f"{headers}: {got}")
    for method in (b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"CONNECT", b"BREW", b"get"):
        answer = request(b"/health", method=method)
        expect(status(answer) == 405 and b"\r\nAllow: GET, HEAD" in answer, f"{method!r}: {answer[:60]!r}")
    for headers in ({"Content_Length": b"5"}, {"Transfer_Encoding": b"chunked"}):
        got = status(request(b"/health", **headers))
        expect(got == 413, f"a body: {got}")
    for text, good in ((b"GET /%s HTTP/1.1\r\n\r\n" % (b"a" * 5000), 414), (b"\r\n\r\n" * 100 + b"x", 0), (b"\x16\x03\x01" * 99, 0),
                       (b"GET /health HTTP/1.1\r\nHost: %s\r\nX: %s\r\n\r\n" % (here, b"a" * 100000), 431)):
        got = status(raw(text.replace(b"HTTP/1.1\r\n\r\n", b"HTTP/1.1\r\nHost: %s\r\n\r\n" % here), wait=3))
        expect(got in (good, 400), f"{text[:40]!r}: {got}")
    head = request(b"/api/v1/sweep/1", method=b"HEAD")
    expect(status(head) == 200 and head.endswith(b"\r\n\r\n") and b"ETag:" in head, f"HEAD: {head!r}")
    expect(get("/health")[0] == 200, "it does not answer any more")


def slow():
    """Connections that never ask to the end; a normal client beside them is answered."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    wanted = int(sys.argv[4])
    connections = []
    for i in range(wanted):
        try:
            s = socket.create_connection(("127.0.0.1", port), timeout=10)
            s.sendall((b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET /health HTTP/1.1\r\nX-A: ")[i % 4])
        except OSError as e:
            print(f"{i} connections: {e}", file=sys.stderr)
            break
        connections.append(s)
    expect(len(connections) > 500, f"only {len(connections)} connections can be made here")
    worst = 0.0
    for _ in range(20):
        for s in connections[::7]:
            try:
                s.send(b"a")
            except OSError:
                pass
        begin = time.monotonic()
        code, _ = get("/api/v1/sweeps")
        worst = max(worst, time.monotonic() - begin)
        expect(code == 200, f"a normal client got {code}")
    # Those that drip are not waited for, either.
    dripping = [s for s in connections[-20:]]
    end = time.monotonic() + 60
    while dripping and time.monotonic() < end:
        for s in list(dripping):
            try:
                s.send(b"a")
            except OSError:
                dripping.remove(s)
        time.sleep(0.1)
    expect(not dripping, f"{len(dripping)} connections may drip for ever")
    print(f"{len(connections)} slow connections, worst answer {worst * 1e3:.1f} ms", file=sys.stderr)


def live():
    """Waits for the sweep of this number to begin, to go on and to end."""
    sweep, tokens, end = sys.argv[4], set(), time.monotonic() + 300
    working = refreshed = 0
    while time.monotonic() < end:
        code, body = get(f"/api/v1/sweep/{sweep}/state")
        state = json.loads(body)
        if code == 200:
            tokens.add(state["token"])
            if state["working"]:
                page = get(f"/sweep/{sweep}")[1]
                working += 1
                refreshed += b'http-equiv="refresh"' in page
            if state["status"] == "done":
                break
        time.sleep(0.05)
    else:
        expect(False, "the sweep did not end")
    expect(len(tokens) > 1, f"states: {tokens}")
    # Where the kernel does not tell who holds a lock, nobody is said to work.
    expect(refreshed or not working, "its page is not asked for again")
    seen = json.loads(get("/api/v1/sweeps")[1])["sweeps"][0]
    expect(str(seen["sweep"]) == sweep and seen["status"] == "done", f"the list says {seen}")


def busy():
    """A store that was moved away comes back locked against everybody, and is let go."""
    aside, place = sys.argv[4], sys.argv[5]
    db = sqlite3.connect(aside + "/store.db", isolation_level=None, timeout=0)
    db.execute("PRAGMA locking_mode=EXCLUSIVE")
    end = time.monotonic() + 60
    while True:
        # Each of the server's threads lets go of it when it finds it gone.
        askers = [threading.Thread(target=get, args=(f"/sweep/{i + 1}",)) for i in range(8)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        try:
            db.execute("BEGIN EXCLUSIVE")
            break
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.4)
    os.rename(aside, place)
    time.sleep(0.5)
    code, body = get("/api/v1/sweeps")
    expect(code == 503 and b"locked" in body, f"locked: {code} {body!r}")
    code, body = get("/sweep/1")
    expect(code == 503 and b"locked" in body, f"locked: {code} {body!r}")
    db.execute("ROLLBACK")
    db.close()


def version():
    """The store gets another version, and back."""
    db = sqlite3.connect(sys.argv[4] + "/store.db", isolation_level=None)
    was = db.execute("PRAGMA user_version").fetchone()[0]
    db.execute("PRAGMA user_version=99")
    time.sleep(0.5)
    code, body = get("/api/v1/sweep/1")
    expect(code == 503 and b"newer revsweep" in body, f"newer: {code} {body!r}")
    db.execute(f"PRAGMA user_version={was}")
    db.close()


globals()[what]()
print("\n".join(wrong))
sys.exit(bool(wrong))
