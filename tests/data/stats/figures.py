#!/usr/bin/env python3
"""Writes the reference figures beside it: python3 -m venv V; V/bin/pip install scipy statsmodels;
V/bin/python figures.py. Everything straight from the definitions, slow and independent of our C."""
import itertools
import math
import os
import platform
import random
from fractions import Fraction

import numpy
import scipy
import statsmodels
from scipy import integrate, stats
from statsmodels.robust import norms
from statsmodels.stats.multitest import multipletests

HERE = os.path.dirname(os.path.abspath(__file__))
MADE_BY = "# figures.py under Python %s, NumPy %s, SciPy %s, statsmodels %s" % (
    platform.python_version(), numpy.__version__, scipy.__version__, statsmodels.__version__)


def write(name, what, rows):
    with open(os.path.join(HERE, name), "w") as f:
        print(MADE_BY, *["# " + line for line in what], sep="\n", file=f)
        for row in rows:
            print(*[repr(float(v)) if isinstance(v, float) else int(v) for v in row], file=f)


def spread(x):
    return 1.4826 * float(numpy.median(numpy.abs(x - numpy.median(x))))


def huber(x):
    x = numpy.array(x)
    m, limit = numpy.median(x), 1.5 * spread(x)
    for _ in range(5):
        away = numpy.abs(x - m)
        w = numpy.where(away > limit, limit / numpy.maximum(away, 1e-300), 1.0)
        m = (w * x).sum() / w.sum()
    return float(m)


def huber_rows(draw):
    for n in (3, 4, 5, 8, 13, 30):
        x = [round(draw.gauss(0.02, 0.01), 6) for _ in range(n)]
        if n > 4:
            x[1] += 0.25
        fixed = norms.estimate_location(
            numpy.array(x), spread(x), norms.HuberT(1.5), maxiter=10000, tol=1e-13)
        yield [n, *x, huber(x), float(fixed)]


def kblock_e(z, k, bet):
    """z: head's first. The average over all choices by choosing."""
    every = [math.exp(bet / 2 * sum(c)) for c in itertools.combinations(z, k)]
    return math.exp(bet / 2 * sum(z[:k])) / (math.fsum(every) / len(every))


def kblock_rows(draw):
    for series, (k, tau) in enumerate(((2, 0.0), (2, 0.02), (3, 0.0), (4, -0.01))):
        spreads, bets = [], [0.125, 0.25, 0.5, 1.0, 2.0, 4.0]
        plus, minus = [1.0] * 6, [1.0] * 6
        for block in range(8):
            base = [round(draw.gauss(1, 0.004), 6) for _ in range(k)]
            head = [round(draw.gauss(1.012, 0.004), 6) for _ in range(k)]
            if block == 5:
                head[0] += 0.3
            scale = max(float(numpy.median(spreads + [0.005, 0.005])), 1e-5)
            y = [h - tau for h in head] + base
            c = numpy.median(y)
            z = [min(4, max(-4, (v - c) / scale)) for v in y]
            plus = [w * kblock_e(z, k, b) for w, b in zip(plus, bets)]
            minus = [w * kblock_e([-v for v in z], k, b) for w, b in zip(minus, bets)]
            yield [series, k, tau, *base, *head, scale,
                   math.log(sum(plus) / 6), math.log(sum(minus) / 6)]
            away = sorted(abs(v - numpy.median(arm)) for arm in (base, head) for v in arm)
            spreads.append(1.2 * 1.4826 * float(away[k - 1]))


def information(p, rho):
    def f(y, x):
        return math.exp(-(y - x * rho / 2) ** 2 / 2) / math.sqrt(2 * math.pi)

    def integrand(y):
        both = p * f(y, 1) + (1 - p) * f(y, -1)
        return sum(q * f(y, x) * math.log(f(y, x) / both) if q * f(y, x) > 0 else 0.0
                   for q, x in ((p, 1), (1 - p, -1)))

    middle = math.log((1 - p) / p) / rho
    ends = [-rho / 2 - 12, -rho / 2, rho / 2, rho / 2 + 12]
    if ends[0] < middle < ends[-1]:
        ends += [middle, max(ends[0], middle - 3 / rho), min(ends[3], middle + 3 / rho)]
    ends = sorted(set(ends))
    return math.fsum(integrate.quad(integrand, a, b, epsabs=1e-14, epsrel=1e-13, limit=400)[0]
                     for a, b in zip(ends, ends[1:]))


def information_rows(_):
    for p in (0.0001, 0.001, 0.01, 0.1, 0.3, 0.5, 0.77, 0.995):
        for rho in (0.01, 0.1, 0.3, 1.0, 1.7, 2.5, 4.0, 6.0, 9.0, 14.0):
            yield [p, rho, information(p, rho)]


def holm_rows(draw):
    for n, more in ((1, 0), (4, 0), (4, 2), (10, 0), (10, 15), (30, 0), (30, 5)):
        for alpha in (0.01, 0.05, 0.2):
            logw = [round(draw.choice([draw.uniform(-2, 3), draw.uniform(2, 9)]), 3)
                    for _ in range(n)]
            if n > 4:
                logw[3] = logw[7]
            p = [min(1.0, math.exp(-w)) for w in logw] + [1.0] * more
            rejected = multipletests(p, alpha=alpha, method="holm")[0][:n]
            yield [alpha, n + more, n, *logw, *[int(r) for r in rejected]]


def signed_rank_outside(n, tail):
    ways = [1]
    for rank in range(1, n + 1):
        longer = ways + [0] * rank
        for s, w in enumerate(ways):
            longer[s + rank] += w
        ways = longer
    k = 0
    while Fraction(sum(ways[:k + 1]), 2 ** n) < Fraction(tail):
        k += 1
    return k


def wilcoxon_row(d, a):
    n = len(d)
    walsh = sorted((d[i] + d[j]) / 2 for i in range(n) for j in range(i, n))
    if n <= 50:
        k = signed_rank_outside(n, a / 2)
    else:
        sd = math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        k = math.floor(n * (n + 1) / 4 + 0.5 + float(stats.norm.ppf(a / 2)) * sd)
    ends = [walsh[k - 1], walsh[-k]] if k else [-math.inf, math.inf]
    return [n, *d, a, *ends]


def wilcoxon_rows(draw):
    for n in (1, 4, 5, 6, 8, 12, 25, 50, 51, 120):
        for a in (0.2, 0.1, 0.05, 0.01):
            yield wilcoxon_row([round(draw.gauss(0.3, 1) ** 3, 3) for _ in range(n)], a)


def rank_sum_rows(draw):
    for nx, ny, digits in ((1, 1, 6), (3, 4, 6), (8, 8, 6), (5, 12, 6), (20, 17, 6), (49, 49, 6),
                           (50, 30, 6), (60, 70, 6), (6, 6, 0), (12, 9, 1), (40, 60, 0)):
        x = [round(draw.gauss(0.4, 1), digits) + 0.0 for _ in range(nx)]
        y = [round(draw.gauss(0, 1), digits) + 0.0 for _ in range(ny)]
        exact = nx < 50 and ny < 50 and len(set(x + y)) == nx + ny
        p = [float(stats.mannwhitneyu(x, y, alternative=side,
                                      method="exact" if exact else "asymptotic").pvalue)
             for side in ("two-sided", "greater", "less")]
        yield [nx, ny, *x, *y, *p]


def bisection_rows(draw):
    for n in (1, 2, 5, 12):
        step, step_var = round(draw.uniform(0.01, 0.1), 4), round(draw.uniform(0, 1e-5), 8)
        sd, layout = round(draw.uniform(0.002, 0.02), 5), draw.choice([0, 0.002])
        culprit = draw.randrange(1, n + 1)
        prior = [draw.randrange(1, 6) for _ in range(n)]
        looks = [draw.choice([0, 0, 1, 2, 3, 9]) for _ in range(n + 1)]
        level = [round(draw.gauss(step if k >= culprit else 0, sd), 6) for k in range(n + 1)]
        weight = []
        for c in range(1, n + 1):
            w = prior[c - 1]
            for k in range(n + 1):
                if looks[k] == 0:
                    continue
                scale = math.sqrt((1.1 * sd) ** 2 / looks[k] + layout ** 2 + step_var / 4)
                eps = 0.005 if looks[k] < 3 else 0.002
                behind, before = (float(stats.norm.pdf(level[k], at, scale)) for at in (step, 0))
                w *= ((1 - eps) * behind + eps * before if k >= c else
                      (1 - eps) * before + eps * behind)
            weight.append(w)
        posterior = [w / math.fsum(weight) for w in weight]
        yield [n, step, step_var, sd, float(layout), *[float(p) for p in prior],
               *[x for k in range(n + 1) for x in (looks[k], level[k])], *posterior]


FILES = (
    ("huber.txt", huber_rows, "n, n values, the estimate after five reweightings,",
     "where reweighting without end leads (statsmodels.robust.norms.estimate_location)"),
    ("kblock.txt", kblock_rows, "series, K, tau, K of base, K of head, scale, then log evidence",
     "for more and for less than tau after this block"),
    ("information.txt", information_rows, "p, rho, nats (scipy.integrate.quad)"),
    ("holm.txt", holm_rows, "alpha, m, n, n log evidences, n times rejected or not:",
     "multipletests(exp(-evidence) and m - n ones, alpha, 'holm')"),
    ("wilcoxon.txt", wilcoxon_rows, "n, n differences, a, lower end, upper end"),
    ("rank_sum.txt", rank_sum_rows, "nx, ny, nx values, ny values, p two-sided, greater, less:",
     "scipy.stats.mannwhitneyu, exact where both are below 50 and nothing is tied"),
    ("bisection.txt", bisection_rows, "n, step, its variance, sd of a look, sd of a build,",
     "n priors, n + 1 times looks and level, n posteriors by Bayes' rule, position by position"),
)

for number, (name, rows, *what) in enumerate(FILES):
    write(name, what, rows(random.Random(number)))
