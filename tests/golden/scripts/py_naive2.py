"""Naive2 as the M4 competition defines it: seasonality test at 90 %, classical multiplicative indices, naive forecast."""
import json
import numpy as np


def seasonal(y, m):
    n = len(y)
    lags = min(int(10 * np.log10(n)), n - 1)
    if m <= 1 or n < 3 * m or lags < m:
        return False
    d = y - y.mean()
    c0 = (d * d).sum()
    if c0 == 0:
        return False
    r = np.array([(d[k:] * d[:n - k]).sum() / c0 for k in range(1, lags + 1)])
    limit = 1.645 / np.sqrt(n) * np.sqrt(np.cumsum(np.r_[1, 2 * r**2]))
    return bool(abs(r[m - 1]) > limit[m - 1])


def naive2(y, m, h):
    n = len(y)
    if not seasonal(y, m):
        return np.repeat(y[-1], h)
    w = np.ones(m) / m if m % 2 else np.r_[.5, np.ones(m - 1), .5] / m
    trend = np.full(n, np.nan)
    middle = np.convolve(y, w, "valid")
    start = (len(w) - 1) // 2
    trend[start:start + len(middle)] = middle
    with np.errstate(all="ignore"):
        ratio = y / trend
        figure = np.array([np.nanmean(ratio[np.arange(n) % m == k]) for k in range(m)])
        figure = figure / figure.mean()
        last = y[-1] / figure[(n - 1) % m]
        out = last * figure[(n + np.arange(h)) % m]
    return out if np.isfinite(out).all() else np.repeat(y[-1], h)


series = json.load(open("../series.json"))
whole = [("AirPassengers", 12), ("USAccDeaths", 12), ("co2", 12), ("nottem", 12), ("Nile", 4), ("Nile", 7), ("uspop", 2), ("N0001", 1), ("N0500", 4)]
cases = [(name, m, 0, len(series[name]["y"])) for name, m in whole]
# Cuts: a season that starts elsewhere, the shortest history tested (three seasons) and one value less, odd seasons.
cases += [("AirPassengers", 12, 5, 100), ("nottem", 12, 0, 36), ("nottem", 12, 0, 35), ("USAccDeaths", 12, 0, 36), ("nottem", 6, 0, 100), ("nottem", 11, 0, 120), ("nottem", 23, 0, 240), ("nottem", 24, 0, 240), ("lynx", 9, 0, 114), ("lynx", 10, 0, 114)]
out = []
for name, m, first, end in cases:
    y = np.array(series[name]["y"][first:end], float)
    out.append({"series": name, "season_length": m, "first": first, "end": end, "seasonal": bool(seasonal(y, m)), "forecast": naive2(y, m, 14).tolist()})
json.dump(out, open("../naive2.json", "w"), indent=1)
print([(c["series"], c["season_length"], c["seasonal"]) for c in out])
