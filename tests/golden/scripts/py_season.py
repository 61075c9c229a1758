"""Gathers the decompositions of R and adds robust STL of statsmodels: writes ../season.json.

Run after r_models.R (stl_r.json, decompose_r.json) and r_tests.R (tests.json): python py_season.py [folder of the two]
"""
import json, sys
import numpy as np
import statsmodels
from statsmodels.tsa.seasonal import MSTL, STL
R = sys.argv[1] if len(sys.argv) > 1 else '..'
S = json.load(open('../series.json'))
st = json.load(open(f'{R}/stl_r.json'))
dec = json.load(open(f'{R}/decompose_r.json'))
strength = {k: v for k, v in json.load(open('../tests.json')).items() if k.startswith('seasonal_strength')}
out = {'source': {
    'stl': 'R 4.2.2 stl(x, s.window, robust, jumps), 2026-11-23; seasonal, trend, remainder; win = seasonal, trend, low-pass window',
    'mstl': 'R 4.2.2, forecast 8.20, mstl(x), 2026-11-23',
    'stl_robust': f'statsmodels {statsmodels.__version__} STL, degrees 0 1 1, inner 1, outer 1 to 3, R\'s windows and jumps, 2026-11-26',
    'decompose': 'R 4.2.2 decompose: AirPassengers multiplicative, USAccDeaths additive, 2026-11-23',
    'strength': 'R: max(0, 1 - Var(R) / Var(S + R)) (Wang, Smith and Hyndman 2006) of mstl and of stl(s.window = "periodic"), 2026-11-23'}}
out['stl'] = {k: v for k, v in st.items() if not k.startswith('mstl') and not (k.endswith('robust') and k != 'USAccDeaths_7_robust')}
out['mstl'] = {k[5:]: v for k, v in st.items() if k.startswith('mstl')}
rob = {}
for n in ('AirPassengers', 'USAccDeaths'):
    y = np.array(S[n]['y'], float)
    for s, t, j in ((7, 23, (1, 3, 2)), (13, 21, (2, 3, 2))):
        for k in (1, 2, 3):
            f = STL(y, period=12, seasonal=s, trend=t, low_pass=13, seasonal_deg=0, trend_deg=1, low_pass_deg=1, robust=True,
                    seasonal_jump=j[0], trend_jump=j[1], low_pass_jump=j[2]).fit(inner_iter=1, outer_iter=k)
            rob[f'{n}_{s}_{k}'] = dict(seasonal=f.seasonal.tolist(), trend=f.trend.tolist(), weights=f.weights.tolist())
out['stl_robust'] = rob
out['decompose'] = {'AirPassengers': dec['figure'], 'USAccDeaths': dec['fig_add']}
out['strength'] = {'mstl': strength['seasonal_strength_mstl'], 'periodic': strength['seasonal_strength_stlper']}
y = np.array([50 + .1 * t + 5 * np.sin(2 * np.pi * t / 6) + 3 * np.cos(2 * np.pi * t / 28) * (1 + t / 400) + (t * t * 7 % 31) / 31 for t in range(200)])
f = MSTL(y, periods=(6, 28), windows=(11, 15), iterate=2, stl_kwargs=dict(seasonal_deg=0, inner_iter=2, outer_iter=0)).fit()
out['source']['mstl_several'] = f'statsmodels {statsmodels.__version__} MSTL, periods 6 and 28, windows 11 and 15, seasonal degree 0, all jumps 1, 2026-11-26'
out['mstl_several'] = dict(y=y.tolist(), seasonal=f.seasonal.T.tolist(), trend=f.trend.tolist())
json.dump(out, open('../season.json', 'w'))
