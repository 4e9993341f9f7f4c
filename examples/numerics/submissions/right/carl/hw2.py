# %% tags=["data"]
import pandas as pd
from scipy.stats import bootstrap

table = pd.read_csv("data/measurements.csv").dropna()
data_count = len(table)
data_means = table.groupby("station").nitrate.mean()  # a Series
data_summary = table.groupby("station").nitrate.describe()[["std", "count", "mean"]][::-1]
data_largest = table.sort_values("nitrate")["sample"].iloc[-1]
outlet = table.nitrate[table.station == "Outlet"]
result = bootstrap((outlet,), lambda x, axis: x.mean(axis=axis), n_resamples=20_000, method="percentile", rng=7)
data_interval = result.confidence_interval

# %% [markdown] tags=["data_interval_text"]
# The 95 % interval belongs to the mean: 95 of 100 such intervals from new samples would hold the true mean. Single readings
# scatter far more, and a wrong calibration of the instrument would shift everything without showing here.
