#!/usr/bin/env python3
"""A web server on loopback that misbehaves as asked for.

    http_server.py PORT_FILE [CERTIFICATE KEY]

Writes its port to PORT_FILE, and every request as "METHOD PATH [Range] [If-Range]" to
PORT_FILE.log. The file it has is DATA below, 200 000 bytes; PORT_FILE.files/NAME is served as
/files/NAME. Ends when its standard input does."""
import hashlib
import os
import socket
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DATA = b"".join(hashlib.sha256(b"%d" % i).digest() for i in range(6250))
HALF = len(DATA) // 2
counts = {}
lock = threading.Lock()


def count(path):
    with lock:
        counts[path] = counts.get(path, 0) + 1
        return counts[path]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, headers=(), body=b"", length=None):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if length is None:
            length = len(body)
        if length >= 0:
            self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def chunk(self, data):
        self.wfile.write(b"%x\r\n" % len(data) + data + b"\r\n")

    def start(self):
        text = self.headers.get("Range", "")
        return int(text[6:-1]) if text.startswith("bytes=") and text.endswith("-") else 0

    def resumable(self, tag, body, cut=None, status=206):
        """The file from where it was asked for, if it still has that tag."""
        at = self.start() if self.headers.get("If-Range") in (tag, None) else 0
        headers = [("ETag", tag)]
        if at:
            headers.append(("Content-Range", "bytes %d-%d/%d" % (at, len(body) - 1, len(body))))
        rest = body[at:]
        self.answer(status if at else 200, headers, rest[:cut], len(rest))

    def do_GET(self):
        n = count(self.path)
        extra = [self.headers[h] for h in ("Range", "If-Range") if h in self.headers]
        with lock, open(sys.argv[1] + ".log", "a", encoding="latin-1") as log:
            log.write(" ".join(["GET", self.path] + extra) + "\n")
        name = self.path.strip("/").replace("-", "_").split("/")[0]
        try:
            getattr(self, "get_" + name, self.get_none)(n)
        except OSError:
            self.close_connection = True

    def get_none(self, _):
        self.answer(404, body=b"<html>not found</html>")

    def get_data(self, _):
        self.resumable('"one"', DATA)

    def get_files(self, _):
        path = os.path.join(sys.argv[1] + ".files", os.path.basename(self.path))
        with open(path, "rb") as file:
            self.resumable('"file"', file.read())

    def get_empty(self, _):
        self.answer(200)

    def get_gone(self, _):
        self.answer(410)

    def get_forbidden(self, _):
        self.answer(403)

    def get_page(self, _):
        self.answer(200, body=b"<html>Sign in</html>")

    def get_busy(self, n):  # once or twice, then well
        self.answer(503, [("Retry-After", "0")]) if n < 3 else self.resumable('"one"', DATA)

    def get_broken(self, _):
        self.answer(500)

    def get_cut(self, n):  # the first two answers lack their end
        self.resumable('"one"', DATA, HALF // 2 if n < 3 else None)

    def get_always_cut(self, _):
        self.answer(200, body=DATA[:HALF], length=len(DATA))

    def get_cut_untold(self, _):  # without a length nobody can tell
        self.answer(200, body=DATA[:HALF], length=-1)

    def get_longer(self, _):  # more than it says
        self.answer(200, body=DATA + b"more", length=len(DATA))

    def get_ignores_range(self, n):
        if n == 1:
            self.answer(200, [("ETag", '"one"')], DATA[:HALF], len(DATA))
        else:
            self.answer(200, [("ETag", '"one"')], DATA)

    def get_changes(self, n):  # another file after the first half
        body = DATA if n == 1 else DATA[::-1]
        self.resumable('"v%d"' % min(n, 2), body, HALF if n == 1 else None)

    def get_changes_anyway(self, n):  # the same, by a server that does not look at If-Range
        body = DATA if n == 1 else DATA[::-1]
        at = self.start()
        headers = [("ETag", '"v%d"' % min(n, 2))]
        if at:
            headers.append(("Content-Range", "bytes %d-%d/%d" % (at, len(body) - 1, len(body))))
        rest = body[at:]
        self.answer(206 if at else 200, headers, rest[:HALF] if n == 1 else rest, len(rest))

    def get_other_part(self, n):
        if n == 1:
            self.answer(200, [("ETag", '"one"')], DATA[:HALF], len(DATA))
        elif self.start():
            self.answer(206, [("ETag", '"one"'), ("Content-Range", "bytes 5-9/200000")],
                        DATA[5:10])
        else:
            self.answer(200, [("ETag", '"one"')], DATA)

    def get_shrinks(self, n):  # nothing is left where we would go on
        if n == 1:
            self.answer(200, [("ETag", '"one"')], DATA[:HALF], len(DATA))
        elif self.start():
            self.answer(416, [("Content-Range", "bytes */10")])
        else:
            self.answer(200, [("ETag", '"two"')], DATA[:10])

    def get_weak(self, n):  # a mark that allows no resuming
        self.answer(200, [("ETag", 'W/"one"')], DATA[:HALF] if n == 1 else DATA, len(DATA))

    def get_dated(self, n):
        date = "Mon, 01 Jan 2024 00:00:00 GMT"
        at = self.start() if self.headers.get("If-Range") == date else 0
        headers = [("Last-Modified", date)]
        if at:
            headers.append(("Content-Range", "bytes %d-%d/%d" % (at, len(DATA) - 1, len(DATA))))
        rest = DATA[at:]
        self.answer(206 if at else 200, headers, rest[:HALF] if n == 1 else rest, len(rest))

    def get_endless(self, _):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            self.chunk(bytes(1 << 16))

    def get_claims(self, _):
        self.answer(200, body=DATA[:10], length=1 << 40)

    def get_headers(self, _):
        self.send_response(200)
        while True:
            self.wfile.write(b"X-Header: " + b"x" * 1000 + b"\r\n")

    def get_slow(self, _):
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while True:
            self.wfile.write(b".")
            self.wfile.flush()
            time.sleep(0.2)

    def get_silent(self, _):
        time.sleep(60)

    def get_hangs_up(self, _):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def get_gzip(self, _):  # nobody asked for an encoding
        self.answer(200, [("Content-Encoding", "gzip")], DATA)

    def get_to(self, _):  # /to/ADDRESS
        self.answer(302, [("Location", self.path[len("/to/"):])])

    def get_loop(self, _):
        self.answer(302, [("Location", "/loop")])

    def get_nowhere(self, _):
        self.answer(302)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def main():
    server = Server(("127.0.0.1", 0), Handler)
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        server.socket = context.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as out:
        out.write("%d\n" % server.server_address[1])
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    sys.stdin.read()


main()
