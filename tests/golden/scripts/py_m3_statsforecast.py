"""ETS, ARIMA and Theta of statsforecast on series of the M3 competition (Makridakis and Hibon 2000).

    python py_m3_statsforecast.py > new.json && mv new.json ../m3_statsforecast.json

The series are those of ../m3_statsforecast.json, which keeps their training values.
"""
import datetime
import json
import platform
import sys
import warnings

import numpy as np
import scipy
import statsforecast
from statsmodels.tsa.seasonal import seasonal_decompose
from statsforecast.models import AutoARIMA, AutoETS, AutoTheta

warnings.filterwarnings("ignore")
DIGITS = 10
PLAIN = ["ANN", "AAN", "MNN", "MAN", "MAdN"]
SEASONAL = ["ANA", "AAA", "MAM", "MNM"]
THETA = ["STM", "OTM", "DSTM", "DOTM"]


def short(value):
    """Numbers to DIGITS significant digits, NaN as null."""
    if isinstance(value, dict):
        return {key: short(v) for key, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [short(v) for v in value]
    if isinstance(value, (bool, str, int)) or value is None:
        return value
    value = float(f"{float(value):.{DIGITS}g}")
    if not np.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def ets_fit(model):
    """The log-likelihood without constants, smoothing parameters, and the initial states: level, slope, season. The
    season's states are turned round here so that that of the first period comes first."""
    alpha, beta, gamma, phi, *states = (float(v) for v in model["par"])
    trend = model["components"][1] != "N"
    level, slope, season = states[0], states[1] if trend else None, states[1 + trend:][::-1]
    if model["components"][2] == "N":
        season = []
    smoothing = [v if np.isfinite(v) else None for v in (alpha, beta, gamma, phi)]
    return {"loglik": model["loglik"], "smoothing": smoothing, "level": level, "slope": slope, "season": season}


def ets(y, season):
    out = {}
    for name in PLAIN + (SEASONAL if season > 1 else []):
        damped = "d" in name
        fit = AutoETS(season_length=season, model=name.replace("d", ""), damped=damped).fit(y).model_
        out[name] = ets_fit(fit)
    return out


def class_name(components):
    error, trend, season, damped = components
    return f"{error}{trend}{'d' if damped == 'D' else ''}{season}"


def arima(y, season):
    """Orders p, d, q, P, D, Q, whether with a constant (mean or drift), and AICc as R counts it: n less the differences,
    k = p + q + P + Q + constant + 1."""
    fit = AutoARIMA(season_length=season).fit(y).model_
    p, q, sp, sq, _, d, sd = (int(v) for v in fit["arma"])
    coef = fit["coef"]
    names = [f"ar{i + 1}" for i in range(p)] + [f"ma{i + 1}" for i in range(q)]
    names += [f"sar{i + 1}" for i in range(sp)] + [f"sma{i + 1}" for i in range(sq)]
    others = [name for name in coef if name not in names]
    assert others in ([], ["intercept"], ["drift"]), others
    n, k = len(y) - d - sd * season, len(names) + len(others) + 1
    aicc = -2 * fit["loglik"] + 2 * k + 2 * k * (k + 1) / (n - k - 1)
    assert abs(aicc - fit["aicc"]) < 1e-6, (aicc, fit["aicc"])
    return {"orders": [p, d, q, sp, sd, sq], "constant": bool(others), "loglik": fit["loglik"], "aicc": fit["aicc"],
            "coefficients": [coef[name] for name in names]}


def theta(y, season, horizon):
    """Point forecasts, parameters and the sum of squared errors from the fourth value on, of the values without their
    season; `factors` (or `terms`) are those of the season, that of the first period first."""
    out = {}
    for name in THETA:
        fitted = AutoTheta(season_length=season, model=name).fit(y)
        model, par = fitted.model_, fitted.model_["par"]
        adjusted = y
        if model.get("decompose", False):
            kind = model["decomposition_type"]
            indices = seasonal_decompose(y, model=kind, period=season).seasonal
            adjusted = y / indices if kind == "multiplicative" else y - indices
            out["factors" if kind == "multiplicative" else "terms"] = indices[:season]
        squares = float(model["mse"]) * np.abs(adjusted).mean()
        residuals = model["residuals"]
        if model.get("decompose", False):  # it was put back by statsforecast
            residuals = residuals / indices if kind == "multiplicative" else residuals - indices
        if not np.isclose(squares, (residuals[3:] ** 2).sum(), rtol=1e-6):
            print("criterion", name, squares, (residuals[3:] ** 2).sum(), file=sys.stderr)
        out[name] = {"mean": fitted.predict(horizon)["mean"], "alpha": par["alpha"], "theta": par["theta"],
                     "squares": squares}
    return out


series = []
for case in json.load(open("../m3_statsforecast.json"))["series"]:
    season, horizon, y = case["season"], case["horizon"], np.array(case["y"], float)
    chosen = AutoETS(season_length=season).fit(y).model_
    series.append({
        "id": case["id"], "season": season, "horizon": horizon, "y": y, "ets": ets(y, season),
        "ets_class": class_name(chosen["components"]), "ets_aicc": chosen["aicc"],
        "ets_smoothing": chosen["par"][:4], "arima": arima(y, season), "theta": theta(y, season, horizon)})
    print(case["id"], file=sys.stderr)

source = {
    "tool": "statsforecast", "version": statsforecast.__version__,
    "with": f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}",
    "date": datetime.date.today().isoformat(),
    "data": "M3 competition, training parts",
    "ets": "loglik = -n/2 ln sum e^2, less sum ln |mu| for multiplicative errors (e relative there); "
           "smoothing = alpha, beta, gamma, phi; aicc = -2 loglik + 2 k + 2 k (k + 1) / (n - k - 1)",
    "arima": "orders p, d, q, P, D, Q; coefficients ar, ma, sar, sma; aicc with n less the differences",
    "theta": "squares: of the errors from the fourth on, values without season"}
rows = ",\n".join(json.dumps(short(s), separators=(",", ":")) for s in series)
print('{"source":' + json.dumps(source) + ',\n"series":[\n' + rows + "\n]}")
