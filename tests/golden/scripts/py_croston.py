"""Rates of Croston's method by statsforecast, classic and in the variant of Syntetos and Boylan.

    python py_croston.py > ../croston.json
"""
import json
import platform

import numpy as np
import statsforecast
from statsforecast.models import CrostonClassic, CrostonSBA

SERIES = {
    "spare part": [0, 2, 0, 0, 4, 0, 3, 0],
    "first period on": [3, 0, 0, 1, 0, 2, 0, 0, 0, 5, 1, 0],
    "demand in every period": [12, 15, 11, 14, 18, 13, 17, 16],
    "lumpy": [0, 0, 0, 40, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 125, 0, 0, 7, 0, 0, 0, 0, 0, 0],
    "fractions": [0, 0.25, 0, 1.5, 0.75, 0, 0, 2.125, 0, 0.5],
}


def rate(model, values):
    return float(model.forecast(y=np.array(values, dtype=float), h=1)["mean"][0])


cases = [
    {"series": name, "values": values, "classic": rate(CrostonClassic(), values), "sba": rate(CrostonSBA(), values)}
    for name, values in SERIES.items()
]
made_by = f"statsforecast {statsforecast.__version__}, Python {platform.python_version()}"
lines = ",\n".join("  " + json.dumps(case) for case in cases)
print(f'{{\n "made_by": {json.dumps(made_by)},\n "cases": [\n{lines}\n ]\n}}')
