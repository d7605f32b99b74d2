"""Runs what a workflow of GitHub Actions or a job of GitLab CI would run, as far as it is shell:
ci_steps.py github WORKFLOW EVENT.json | ci_steps.py gitlab PIPELINE JOB. What the platform does by
itself (checkout, caches, uploads) is left out. Its exit code is that of the job."""
import json
import os
import re
import subprocess
import sys

import yaml


def lookup(path, contexts):
    at = contexts
    for part in path.split("."):
        at = at.get(part, "") if isinstance(at, dict) else ""
    return at if isinstance(at, str) else json.dumps(at)


def fill(text, contexts):
    return re.sub(r"\$\{\{ *([\w.]+) *\}\}", lambda m: lookup(m[1], contexts), str(text))


def is_wanted(condition, failed, contexts):
    """`always() && a == b`, and without a status the success of all before."""
    if "always()" not in condition:
        if failed:
            return False
    for part in filter(None, (p.strip() for p in condition.replace("always()", "").split("&&"))):
        left, right = (p.strip() for p in part.split("=="))
        if lookup(left, contexts) != lookup(right, contexts):
            return False
    return True


def run(name, script, env, shell):
    print(f"## {name}", flush=True)
    code = subprocess.run([*shell, "-c", script], env=env).returncode
    print(f"## {name}: {code}", flush=True)
    return code


def github(path, event_path):
    document = yaml.safe_load(open(path))
    event = json.load(open(event_path))
    contexts = {"github": {"event": event, "repository": "octo/lexer", "token": "t0ken", "ref": "refs/pull/7/merge"},
                "runner": {"os": "Linux"}}
    base = dict(os.environ, GITHUB_ACTIONS="true", CI="true", GITHUB_REPOSITORY="octo/lexer",
                RUNNER_TEMP=os.environ["TMPDIR"])
    worst = 0
    for job in document["jobs"].values():
        for i, step in enumerate(job["steps"]):
            if "run" not in step or not is_wanted(str(step.get("if", "")), worst, contexts):
                continue
            assert "${{" not in step["run"], "an expression in a script is code that strangers write"
            env = dict(base, GITHUB_STEP_SUMMARY=f"{os.environ['TMPDIR']}/summary-{i}")
            open(env["GITHUB_STEP_SUMMARY"], "w").close()
            for values in (document.get("env"), job.get("env"), step.get("env")):
                env.update({k: fill(v, contexts) for k, v in (values or {}).items()})
            worst = run(step["name"], step["run"], env, ["bash", "-e"]) or worst
    return worst


def gitlab(path, name):
    job = yaml.safe_load(open(path))[name]
    env = dict(os.environ, CI="true", CI_PROJECT_DIR=os.getcwd())
    for key, value in job["variables"].items():
        env[key] = re.sub(r"\$(\w+)", lambda m: env.get(m[1], ""), value)
    lines = job.get("before_script", []) + job["script"]
    code = run("script", "\n".join(lines), env, ["bash", "-eo", "pipefail"])
    run("after_script", "\n".join(job.get("after_script", [])), env, ["bash", "-eo", "pipefail"])
    report = job["artifacts"]["reports"]["junit"]
    assert os.path.exists(report), f"there is no {report}"
    return code


if __name__ == "__main__":
    sys.exit({"github": github, "gitlab": gitlab}[sys.argv[1]](*sys.argv[2:]))
