# %% [markdown]
# # Fills and equity of a run in pandas
# Each `# %%` begins a cell: open this file in Jupyter or an editor that knows such cells, or run it
# as it is: `python3 notebook.py runs/demo-001/one/audit.lka`.

# %%
import json
import sys

import pandas as pd

from lockstep_audit import AuditLog

path = sys.argv[1] if len(sys.argv) > 1 else "audit.lka"
log = AuditLog(path)
wanted = {"fill": [], "snapshot": []}
configuration = {}
for record in log:
    if record.topic in wanted:
        wanted[record.topic].append({"seq": record.seq, "ns": record.ns, **record.fields})
    elif record.fields["kind"] == "configuration" if record.topic == "control" else False:
        configuration = json.loads(record.fields["json"])
print(f"{log.status}, {log.count} records, digest {log.digest}")

# %% [markdown]
# What the log calls 1, 2, 3 is a place in the run's configuration; ticks, lots and units become
# prices, quantities and money by the grids that stand there.

# %%
instruments = pd.DataFrame(configuration.get("instruments", []))
instruments.index = range(1, len(instruments) + 1)
names = {kind: {k + 1: item["name"] for k, item in enumerate(configuration.get(kind, []))} for kind in ("strategies", "accounts")}
decimals = {item["code"]: item.get("decimals", 6) for item in configuration.get("currencies", [])}


def money(column, currency):
    return column.astype("int64") / 10.0 ** decimals.get(currency, 6)


def times(column):
    return pd.to_datetime(column, unit="ns", utc=True)


# %%
fills = pd.DataFrame(wanted["fill"])
if not fills.empty:
    grid = instruments.loc[fills.instrument].reset_index(drop=True)
    fills["time"] = times(fills.ns)
    fills["symbol"] = grid.symbol
    fills["strategy"] = fills.strategy.map(names["strategies"])
    fills["price"] = fills.price * grid.tick_size.astype(float)
    fills["quantity"] = fills.quantity * grid.lot.astype(float)
    for name in ("notional", "fee", "slippage"):
        fills[name] = money(fills[name], grid.currency.iloc[0])
    fills = fills.set_index("time")[["symbol", "strategy", "side", "quantity", "price", "notional", "fee", "slippage"]]
print(fills.head(10).to_string())

# %%
equity = pd.DataFrame(wanted["snapshot"])
if not equity.empty:
    accounts = configuration.get("accounts", [{}])
    equity["time"] = times(equity.ns)
    for name in ("cash", "equity"):
        equity[name] = money(equity[name], accounts[0].get("currency"))
    equity["account"] = equity.account.map(names["accounts"])
    equity = equity.set_index("time")[["account", "cash", "equity"]]
    equity["drawdown"] = 1 - equity.equity / equity.groupby("account").equity.cummax()
print(equity.tail(10).to_string())

# %% [markdown]
# With matplotlib: `equity.equity.plot()`, and `equity.drawdown.plot()`.
