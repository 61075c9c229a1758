"""Gathers what other scripts wrote into ../ets.json and ../theta.json; the sources in them are kept as they are.

    python gather.py [folder of ets_r.json, ets_concentrated.json, ets_best_known.json, theta_r.json, theta_statsforecast.json]
"""
import json
import sys

FOLDER = sys.argv[1] if len(sys.argv) > 1 else ".."
LEFT_OUT = {"amse", "mse", "lo80", "hi80", "lo95", "hi95", "statenames"}


def load(name):
    return json.load(open(f"{FOLDER}/{name}.json"))


def save(name, data):
    json.dump(data, open(f"../{name}.json", "w"), indent=1, ensure_ascii=False)


def ets(old):
    """R's fits, then the best known of classes with additive and with multiplicative errors."""
    fits = {key: {k: v for k, v in fit.items() if k not in LEFT_OUT} for key, fit in load("ets_r").items()}
    best = {}
    for key, fit in load("ets_concentrated").items():
        series, cls = key.rsplit("_", 1)
        best[key] = {"series": series, "class": cls, "loglik": fit["loglik_R_convention"], "loglik_full": fit["loglik_full"],
                     "aicc": fit["aicc"], "sse": fit["sse"], "eigenvalue": fit["max_eig_D"][0]}
    for key, fit in load("ets_best_known").items():
        series, cls = key.rsplit("_", 1)
        best[key] = {"series": series, "class": cls, "loglik": fit["loglik"]}
    return {"source": old["source"], "r": fits, "best": best}


def theta(old):
    """statsforecast's four models, then R's thetaf. N0001 and N0500 are called M3_N0001 and M3_N0500 there."""
    statsforecast, thetaf = [], []
    for key, fit in load("theta_statsforecast").items():
        model, series = key.split("_", 1)
        if model == "AutoTheta":
            continue
        par = fit["par"]
        statsforecast.append({"model": model, "series": short(series), "logarithm": series == "loglynx",
                              "initial_level": par["initial_smoothed"], "alpha": par["alpha"], "theta": par["theta"],
                              "criterion": fit["mse"], "mean": fit["mean"]})
    for series, fit in load("theta_r").items():
        thetaf.append({"series": short(series), "logarithm": series == "loglynx", "alpha": fit["alpha"],
                       "drift": fit["drift"], "mean": fit["mean"]})
    return {"source": old["source"], "statsforecast": statsforecast, "thetaf": thetaf}


def short(series):
    return "lynx" if series == "loglynx" else series.removeprefix("M3_")


if __name__ == "__main__":
    for name, gather in (("ets", ets), ("theta", theta)):
        save(name, gather(json.load(open(f"../{name}.json"))))
