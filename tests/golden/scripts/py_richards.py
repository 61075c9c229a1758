"""The posterior of a Richards curve's ceiling and shape by dense generalised least squares: writes ../growth_richards.json.

z = -ln(((K/y)^nu - 1)/nu) = a + b t + u, u AR(1) with rho; weight = prior sqrt(1-rho^2) |X'V^-1X|^-1/2 RSS^-(n-p)/2
prod g'(y_t) / (y_1 g'(y_1) y_n g'(y_n)). pip install numpy==2.4.6
"""
import json
import numpy as np

S = json.load(open("../series.json"))
y = np.array(S["uspop"]["y"], float)
n = len(y)
count, largest = 24, 20.0
ratio = 1 + 0.005 * ((largest - 1) / 0.005) ** (np.arange(count) / (count - 1))
edges = np.concatenate([[0], (np.log(ratio[1:]) + np.log(ratio[:-1])) / 2, [np.log(ratio[-1])]])
width = np.diff(edges)
shapes = [(0.25, 0.054), (0.5, 0.242), (1, 0.399), (2, 0.242), (4, 0.054)]
rhos = [(0, .15), (.3, .25), (.5, .2), (.7, .15), (.8, .1), (.9, .075), (.95, .04), (.98, .035)]
X = np.column_stack([np.ones(n), np.arange(n)])
points = []
for nu, pn in shapes:
    for K, pk in zip(ratio * y.max(), width):
        w = (K / y) ** nu
        z = -np.log((w - 1) / nu)
        lg = np.log(nu * w / (y * (w - 1)))
        jac = lg.sum() - (np.log(y) + lg)[[0, -1]].sum()
        for rho, pr in rhos:
            V = rho ** np.abs(np.subtract.outer(np.arange(n), np.arange(n))) / (1 - rho**2) if rho else np.eye(n)
            iV = np.linalg.inv(V)
            A = X.T @ iV @ X
            b = np.linalg.solve(A, X.T @ iV @ z)
            r = z - X @ b
            lw = np.log(pn * pk * pr) + jac - .5 * np.linalg.slogdet(V)[1] - .5 * np.linalg.slogdet(A)[1] - (n - 2) / 2 * np.log(r @ iV @ r)
            points.append((K, nu, lw))
K, nu, lw = map(np.array, zip(*points))
w = np.exp(lw - lw.max())
w /= w.sum()


def q(v):
    o = np.argsort(v, kind="stable")
    c = np.cumsum(w[o])
    return [float(v[o][np.searchsorted(c, p)]) for p in (.05, .5, .95)]


k = q(K)
told = bool(np.log(k[2] / k[0]) < .5 * .9 * np.log(largest) and k[2] < .9 * largest * y.max())
out = {"source": {"tool": f"numpy {np.__version__}", "date": "2026-11-26", "script": "scripts/py_richards.py", "formula": __doc__.split("\n\n")[1].split(" pip")[0]},
       "uspop": {"y": y.tolist(), "ceiling": k, "shape": q(nu), "told": told}}
json.dump(out, open("../growth_richards.json", "w"), indent=1)
print(k, q(nu), told, {v: float(w[nu == v].sum()) for v in (.25, .5, 1, 2, 4)})
