"""The problem of the built-in scenario bench-p2, in SimPy (3 or 4), for a comparison of speed.

Written as its users write: one process for each thing that a client does, interrupts where one changes another,
a Resource for the slots. No analysis but the difference in the share linked.

usage: python3 bench_p2_simpy.py [replicates] [clients] [seed]
"""

import random
import sys
import time

import simpy

FOLLOW_UP = 365
VISITS = (90, 180, 365)


class Client:
    def __init__(self, managed):
        self.managed = managed
        self.using, self.inside, self.lost, self.sought, self.linked = True, False, False, False, False
        self.abstinent = 0.0
        self.changed = 0.0


class Trial:
    def __init__(self, clients, rng):
        self.env, self.rng, self.events = simpy.Environment(), rng, 0
        self.slots = simpy.Resource(self.env, clients // 5)
        arms = []
        while len(arms) < clients:
            block = [True, True, False, False]
            rng.shuffle(block)
            arms.extend(block)
        self.clients = [Client(a) for a in arms[:clients]]
        self.env.process(self.arrivals())
        self.env.run()

    def arrivals(self):
        for c in self.clients:
            yield self.env.timeout(self.rng.expovariate(len(self.clients) / 180))
            self.events += 1
            c.changed = self.env.now
            c.call = self.env.event()
            c.use = self.env.process(self.using(c))
            c.care = self.env.process(self.caring(c))
            c.visits = self.env.process(self.visiting(c))
            if c.managed:
                self.env.process(self.managing(c))
            self.env.process(self.losing(c))

    def using(self, c):
        while not c.lost:
            rate = (0.05 if c.inside else 0.02) if c.using else (0.02 if c.inside else 0.04)
            try:
                yield self.env.timeout(self.rng.expovariate(rate))
            except simpy.Interrupt:
                continue
            self.account(c)
            c.using = not c.using
            self.events += 1

    def account(self, c):
        if not c.using:
            c.abstinent += self.env.now - c.changed
        c.changed = self.env.now

    def caring(self, c):
        try:
            own = self.env.timeout(self.rng.expovariate(0.004))
            yield own | c.call
            c.sought = True
            self.events += 0 if c.call.triggered else 1
            with self.slots.request() as slot:
                yield slot
                c.linked = c.inside = True
                self.events += 1
                c.use.interrupt()
                yield self.env.timeout(self.rng.expovariate(1 / 180))
                self.events += 1
            c.inside = False
            c.use.interrupt()
        except simpy.Interrupt:
            c.inside = False

    def managing(self, c):
        for _ in range(12):
            yield self.env.timeout(30)
            if c.lost:
                return
            self.events += 1
            if not c.sought and self.rng.random() < 0.05:
                c.sought = True
                c.call.succeed()

    def visiting(self, c):
        last = 0
        try:
            for day in VISITS:
                yield self.env.timeout(day - last)
                last = day
                self.account(c)
                self.events += 1
            self.leave(c)
        except simpy.Interrupt:
            pass

    def losing(self, c):
        wait = self.rng.expovariate(0.001)
        if wait < FOLLOW_UP:
            yield self.env.timeout(wait)
            self.events += 1
            self.account(c)
            c.visits.interrupt()
            self.leave(c)

    def leave(self, c):
        c.lost = True
        c.use.interrupt()
        if c.care.is_alive:
            c.care.interrupt()


def main():
    replicates, clients, seed = (int(a) for a in (sys.argv[1:] + ["200", "300", "1"][len(sys.argv) - 1:]))
    start, events, linked, gap = time.perf_counter(), 0, 0, 0.0
    for r in range(replicates):
        t = Trial(clients, random.Random(seed * 1000003 + r))
        arms = [[c.linked for c in t.clients if c.managed == m] for m in (True, False)]
        events += t.events
        linked += sum(map(sum, arms))
        gap += sum(arms[0]) / len(arms[0]) - sum(arms[1]) / len(arms[1])
    took = time.perf_counter() - start
    print(f"{replicates} trials of {clients}: {1e3 * took / replicates:.2f} ms a trial, {1e9 * took / events:.0f} ns an event,"
          f" {events / replicates:.1f} events, {linked / replicates:.2f} linked, difference {gap / replicates:.4f}")


if __name__ == "__main__":
    main()
