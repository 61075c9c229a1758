"""Tweedie regressions by statsmodels, and elastic nets over hinges by scikit-learn: writes ../growth_glm.json.

pip install statsmodels==0.15.0 scikit-learn==1.9.1 numpy==2.4.6
"""
import json
import numpy as np
import sklearn
import statsmodels
import statsmodels.api as sm
from sklearn.linear_model import ElasticNet

out = {"source": {
    "tools": f"statsmodels {statsmodels.__version__}, scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    "date": "2026-11-26",
    "script": "scripts/py_growth_glm.py",
    "tweedie": "GLM, Tweedie(var_power=1.5, log link), IRLS with tol 1e-14; x = 1, t = 0.. and pairs cos, sin(2 pi k t / season); scale X2",
    "piecewise": "columns max(0, t - knot) and z, t = index / last index, both less their least-squares line on 1, t; ElasticNet without intercept, l1_ratio 0.9, tol 1e-14",
}}


def tweedie(y, season, pairs, ahead):
    y = np.asarray(y, float)

    def design(t):
        cols = [np.ones_like(t), t]
        for k in range(1, pairs + 1):
            cols.append(np.cos(2 * np.pi * k * t / season))
            if 2 * k != season:
                cols.append(np.sin(2 * np.pi * k * t / season))
        return np.column_stack(cols)

    n = len(y)
    fam = sm.families.Tweedie(link=sm.families.links.Log(), var_power=1.5)
    m = sm.GLM(y, design(np.arange(n, dtype=float)), family=fam)
    # y = 0 makes statsmodels' starting value fine: it starts from (y + mean) / 2.
    f = m.fit(tol=1e-14, maxiter=500, tol_criterion="params", scale="X2")
    return {"y": y.tolist(), "season": season, "pairs": pairs, "coef": f.params.tolist(), "se": f.bse.tolist(),
            "dispersion": float(f.scale), "fitted": f.fittedvalues.tolist(),
            "next": f.predict(design(np.arange(n, n + ahead, dtype=float))).tolist()}


claims = [0, 2, 1, 0, 4, 3, 2, 6, 5, 7, 0, 9, 8, 12, 6, 10]
# Monthly demand with zeros, made once by hand: rising, with a summer peak.
demand = [0, 3, 5, 8, 14, 20, 22, 19, 11, 6, 2, 0, 1, 0, 7, 12, 15, 27, 25, 21, 16, 5, 4, 2, 0, 5, 9, 10, 22, 29, 35,
          26, 14, 11, 3, 0, 3, 6, 0, 19, 24, 33, 38, 36, 20, 9, 7, 4]
out["tweedie_yearly"] = tweedie(claims, 1, 0, 5)
out["tweedie_monthly"] = tweedie(demand, 12, 4, 12)
out["tweedie_quarterly"] = tweedie([0, 4, 9, 2, 1, 6, 11, 3, 0, 7, 16, 5, 2, 9, 21, 6], 4, 2, 4)


def piecewise(z, penalty):
    z = np.asarray(z, float)
    n = len(z)
    t = np.arange(n) / (n - 1)
    count = min(n // 4, 20)
    knots = 0.8 * np.arange(1, count + 1) / (count + 1)
    hinges = np.maximum(0, t[:, None] - knots)
    line = np.column_stack([np.ones(n), t])
    left = lambda v: v - line @ np.linalg.lstsq(line, v, rcond=None)[0]
    e = ElasticNet(alpha=penalty, l1_ratio=0.9, fit_intercept=False, tol=1e-14, max_iter=10_000_000)
    e.fit(left(hinges), left(z))
    a, b = np.linalg.lstsq(line, z - hinges @ e.coef_, rcond=None)[0]
    ahead = np.arange(n, n + 3) / (n - 1)
    nxt = a + b * ahead + np.maximum(0, ahead[:, None] - knots) @ e.coef_
    r = left(z) - left(hinges) @ e.coef_
    objective = r @ r / (2 * n) + penalty * (0.9 * np.abs(e.coef_).sum() + 0.05 * (e.coef_ ** 2).sum())
    return {"z": z.tolist(), "penalty": penalty, "knots": knots.tolist(), "changes": e.coef_.tolist(), "line": [a, b],
            "next": nxt.tolist(), "objective": float(objective)}


i = np.arange(40)
kinked = np.where(i < 20, 0.05 * i, 1.0 + 0.15 * (i - 20)) + 0.05 * ((i * 7) % 5 - 2)
out["piecewise"] = [piecewise(kinked, p) for p in (1e-2, 1e-3, 1e-4)]
json.dump(out, open("../growth_glm.json", "w"), indent=1)
for k in out:
    if k.startswith("tweedie"):
        print(k, out[k]["coef"][:2], out[k]["dispersion"], out[k]["next"][:2])
for p in out["piecewise"]:
    print(p["penalty"], np.round(p["changes"], 4), p["next"])
