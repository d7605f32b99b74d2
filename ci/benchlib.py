"""What ci/bench and ci/bench-sweep share."""
import os
import pathlib
import subprocess
import sys

top = pathlib.Path(__file__).resolve().parent.parent
build = top / "build" / "release"
revsweep = build / "revsweep"
quick = "--quick" in sys.argv


def run(*argv, cwd=None, ok=(0,), env=None):
    done = subprocess.run([str(a) for a in argv], cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode not in ok:
        sys.exit(f"ci/bench: {[str(a) for a in argv]} ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr}")
    return done


def line(what, ours, peer, ratio, target):
    print(f"{what:<44} {ours:>16} {peer:>26} {ratio:>8}  {target}", flush=True)


def prepare():
    run(top / "ci" / "deps", "--bench")
    if not (build / "build.ninja").exists():
        run("meson", "setup", build, "--buildtype=release", cwd=top)
    run("ninja", "-C", build, "all", "tests/bench_checkout")


def private(world):
    """An environment whose builds are kept below world."""
    return dict(os.environ, REVSWEEP_CACHE=str(world / "cache"))
