#!/usr/bin/env python3
"""terminal.py WIDTH HEIGHT [--interrupt TEXT | --twice TEXT] COMMAND...

Runs a command on a terminal of that size, types ^C (once or twice) when TEXT (all of "A,B,C") is to be
seen, and prints what became of the screen:

    exit N          as a shell would say it
    rows N          most lines that were ever drawn again
    widest N        columns of the widest line of those
    seen LINE       each line that ever stood there, once
    left LINE       what stands there at the end
"""
import fcntl
import os
import pty
import re
import struct
import sys
import termios


class Screen:
    def __init__(self, width):
        self.width, self.rows, self.row, self.column = width, [""], 0, 0
        self.most = self.widest = 0
        self.seen = {}
        self.rest = ""

    def control(self, number, letter):
        line = self.rows[self.row]
        if letter == "A":
            self.most = max(self.most, number)
            moved = self.rows[self.row - number:self.row]
            self.widest = max([self.widest] + [len(text) for text in moved])
            self.row = max(0, self.row - number)
        elif letter == "K":
            self.rows[self.row] = line[:self.column]
        elif letter == "J":
            self.rows[self.row] = line[:self.column]
            del self.rows[self.row + 1:]

    def put(self, char):
        if char == "\r":
            self.column = 0
        elif char == "\n" or self.column == self.width:
            self.row += 1
            if self.row == len(self.rows):
                self.rows.append("")
            if char != "\n":
                self.column = 0
                self.put(char)
        else:
            line = self.rows[self.row].ljust(self.column)
            self.rows[self.row] = line[:self.column] + char + line[self.column + 1:]
            self.column += 1

    def feed(self, text):
        text = self.rest + text
        at = 0
        while at < len(text):
            if text[at] == "\033":
                found = re.match(r"\033\[(\d*)([A-Za-z])", text[at:])
                if not found:
                    break
                self.control(int(found[1] or 1), found[2])
                at += found.end()
                continue
            self.put(text[at])
            at += 1
        self.rest = text[at:]
        self.seen.update(dict.fromkeys(line.rstrip() for line in self.rows))


def main():
    width, height, args, interrupt = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:], None
    keys = b"\x03\x03" if args[0] == "--twice" else b"\x03"
    if args[0] in ("--interrupt", "--twice"):
        interrupt, args = args[1], args[2:]
    # The program begins when its terminal has a size.
    begin, go = os.pipe()
    child, master = pty.fork()
    if child == 0:
        os.read(begin, 1)
        os.execvpe(args[0], args, {**os.environ, "TERM": "xterm"})
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    os.write(go, b"x")
    screen = Screen(width)
    while True:
        try:
            text = os.read(master, 65536).decode(errors="replace")
        except OSError:
            break
        if not text:
            break
        screen.feed(text)
        if interrupt and all(any(text in line for line in screen.rows) for text in interrupt.split(",")):
            interrupt = None
            os.write(master, keys)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print("exit", 128 - status if status < 0 else status)
    print("rows", screen.most)
    print("widest", screen.widest)
    for line in screen.seen:
        print("seen", line)
    for line in screen.rows:
        print("left", line.rstrip())


main()
