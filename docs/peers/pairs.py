#!/usr/bin/env python3
"""Times two commits of caseload in pairs, on one core.

    python3 docs/peers/pairs.py OLD [--new NEW] [--pairs 10] [--core 1] [--only PATTERN]

OLD and NEW (default: the tree as it is) are built in worktrees of their own, benchmarks
and program with the profile cmd/caseload/default.pgo as `go build` uses it. Each
question is put to both by turns, so that the machine's drift falls on both. A row gives
the medians, and the ratio new / old: median of the pairs [95 % interval of the median,
by the binomial distribution of the signs].
"""
import argparse
import math
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Worlds of eight factors, as docs/performance.md describes them.
EXPLAIN = ["explain", "probation-case-management", "--set", "trial.clients=300", "--set", "program.probation.effect=[]",
           "--outcome", "abstinent_274", "--replicates", "20", "--quiet", "--json", "--workers", "1"]
WHOLE = {
    "compile dual-diagnosis-assertive": ["check", "dual-diagnosis-assertive"],
    "compile null": ["check", "null"],
    "run needle-exchange": ["run", "needle-exchange", "--replicates", "500", "--quiet", "--json", "--workers", "1"],
    "literature review-2019": ["literature", "review-2019", "--replicates", "20", "--quiet", "--json", "--workers", "1"],
    "explain, 256 worlds": EXPLAIN,
}
BENCHMARKS = ("Library/", "StandardPlan/both$", "Truth/(bench-p2|needle-exchange|dilution)$")
NEWER = ["analysis/truth_bench_test.go"]  # benchmarks that an older commit lacks are given to it


def git(*args):
    return subprocess.run(["git", *args], check=True, capture_output=True, text=True).stdout.strip()


class Build:
    """A commit built in a worktree."""

    def __init__(self, commit, work, core):
        self.tree, self.core = git("rev-parse", "--show-toplevel"), core
        if commit:
            self.tree = str(work / commit[:12])
            git("worktree", "add", "--detach", "--force", self.tree, commit)
            for file in NEWER:
                if not Path(self.tree, file).exists():
                    shutil.copy(Path(git("rev-parse", "--show-toplevel"), file), Path(self.tree, file))
        pgo = f"-pgo={self.tree}/cmd/caseload/default.pgo"
        self.test, self.program = str(work / f"test-{id(self)}"), str(work / f"caseload-{id(self)}")
        for out, args in (self.test, ["test", "-c", "./analysis"]), (self.program, ["build", "./cmd/caseload"]):
            subprocess.run(["go", *args[:-1], pgo, "-o", out, args[-1]], cwd=self.tree, check=True)

    def run(self, *args, cwd=None):
        pinned = ["taskset", "-c", self.core] if self.core else []
        return subprocess.run([*pinned, *args], cwd=cwd, check=True, capture_output=True, text=True).stdout

    def bench(self, pattern):
        """All that a benchmark measures: {name and unit: value}."""
        out = self.run(self.test, "-test.run", "^$", "-test.bench", pattern, "-test.benchtime", "200ms", cwd=self.tree + "/analysis")
        found = {}
        for line in out.splitlines():
            name, *cells = line.split()
            if name.startswith("Benchmark"):
                for value, unit in zip(cells[1::2], cells[2::2]):
                    found[re.sub(r"-\d+$", "", name)[9:] + " " + unit] = float(value)
        return found

    def seconds(self, args):
        start = time.perf_counter()
        self.run(self.program, *args)
        return time.perf_counter() - start


def interval(x):
    """The median of x and its 95 % interval."""
    x, n = sorted(x), len(x)
    k, below = 0, 2.0 ** -n
    while k < n // 2 and below + math.comb(n, k + 1) * 2.0 ** -n <= 0.025:
        k += 1
        below += math.comb(n, k) * 2.0 ** -n
    return statistics.median(x), x[k], x[n - 1 - k]


def show(name, pairs):
    old, new = zip(*pairs)
    ratio, low, high = interval([b / a for a, b in pairs])
    print(f"{name:44} {statistics.median(old):12.4g} {statistics.median(new):12.4g}   {ratio:.3f} [{low:.3f}, {high:.3f}]", flush=True)
    return ratio


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("old")
    p.add_argument("--new", default="")
    p.add_argument("--pairs", type=int, default=10)
    p.add_argument("--core", default="1")
    p.add_argument("--only", default="")
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as work:
        old, new = (Build(commit, Path(work), a.core) for commit in (git("rev-parse", a.old), a.new and git("rev-parse", a.new)))
        print(f"{'':44} {'old':>12} {'new':>12}   new / old")
        ratios = []
        for b in (b for b in BENCHMARKS if re.search(a.only, b)):
            rounds = [(old.bench(b), new.bench(b)) for _ in range(a.pairs)]
            for key in rounds[0][1]:
                if key in rounds[0][0] and re.search("ns/event|analyses/trial|ratio", key):
                    r = show(key, [(x[key], y[key]) for x, y in rounds])
                    if "ns/event" in key and "Library" in key:
                        ratios.append(r)
        if ratios:
            print(f"library, geometric mean of {len(ratios)}: {math.exp(statistics.fmean(map(math.log, ratios))):.3f}")
        for name, args in WHOLE.items():
            if re.search(a.only, name):
                show(name + " s", [(old.seconds(args), new.seconds(args)) for _ in range(a.pairs)])
    git("worktree", "prune")


if __name__ == "__main__":
    sys.exit(main())
