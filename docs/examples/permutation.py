"""Analyses trials that caseload has simulated: a permutation test of the risk difference.

    caseload run needle-exchange --analyse 'python3 permutation.py'

A line of JSON on standard input asks about a block of trials. The estimates go into the
file that it names, and a line of JSON on standard output says that they are there.
"""

import csv
import itertools
import json
import math
import random
import sys


def analyse(rows, seed):
    """Return the risk difference, its standard error, and a p value by 200 permutations."""
    treated = [row["arm"] == "sbcm" for row in rows]
    y = [int(row["outcome.linked_7d"]) for row in rows]
    n1, events = sum(treated), sum(y)
    n0 = len(y) - n1

    def difference(events1):
        return events1 / n1 - (events - events1) / n0

    observed = difference(sum(v for v, t in zip(y, treated) if t))
    draw = random.Random(seed)
    as_large = sum(
        abs(difference(sum(draw.sample(y, n1)))) >= abs(observed) - 1e-12 for _ in range(200)
    )
    p1 = sum(v for v, t in zip(y, treated) if t) / n1
    p0 = sum(v for v, t in zip(y, treated) if not t) / n0
    se = math.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
    return observed, se, (as_large + 1) / 201


for line in sys.stdin:
    ask = json.loads(line)
    with open(ask["data"] + "/clients.csv", newline="") as f, open(ask["answer"], "w", newline="") as out:
        write = csv.writer(out)
        write.writerow(["replicate", "outcome", "method", "measure", "estimate", "se", "p"])
        for replicate, rows in itertools.groupby(csv.DictReader(f), lambda row: int(row["replicate"])):
            estimates = analyse(list(rows), ask["seed"] + replicate)
            write.writerow([replicate, "linked_7d", "permutation", "RD", *estimates])
    print(json.dumps({"block": ask["block"], "ok": True}), flush=True)
