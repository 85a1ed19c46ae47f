# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% three-steps: The bias is missing
h1 = 2
# %% three-steps: The bias is negative
h1 = 3
# %% three-steps: ReLU make of a negative sum
h1, h2 = 1, -0.5
# %% three-steps: The bias acts at every step
h1, h2 = 1, 0.5
# %% three-steps: what remains is
h1, h2 = 1, 1.5
# %% three-steps: does not stay as it is
h1, h2 = 1, 1
# %% three-steps: It is not −0.5
h1, h2, h3 = 1, 0, 4.75
# %% three-steps: not h₁
h1, h2, h3 = 1, 0, 5.5
# %% three-steps: The bias acts at every step
h1, h2, h3 = 1, 0, 6
# %% sizes: That is a dense layer
weights = 64 * 4
# %% sizes: The biases are missing
weights = 64 * 67
# %% sizes: hears *all* units
weights = 64 * 5
# %% sizes: share one set
weights = 24 * 64 * 68
# %% sizes: none for the steps
weights, last = 4352, (16, 24)
# %% sizes: Keep the last one
weights, last = 4352, (16, 24, 64)
# %% sizes: not for each input
weights, last = 4352, (16, 3)
# %% sizes: one number for each unit
weights, last, every = 4352, (16, 64), (16, 24, 3)
# %% sizes: steps come before the units
weights, last, every = 4352, (16, 64), (16, 64, 24)
# %% sizes: but the same weights
weights, last, every, longer = 4352, (16, 64), (16, 24, 64), 8704


# %% read: forgets everything
def last_state(X, W, U, b):
    return np.tanh(X[:, -1] @ W.T + b)


# %% read: so U is transposed
def last_state(X, W, U, b):
    h = np.zeros((len(X), len(W)))
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ W.T + h @ U + b)
    return h


# %% read: bias is missing
def last_state(X, W, U, b):
    h = np.zeros((len(X), len(W)))
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ W.T + h @ U.T)
    return h


# %% read: passed through tanh
def last_state(X, W, U, b):
    h = np.zeros((len(X), len(W)))
    for t in range(X.shape[1]):
        h = X[:, t] @ W.T + h @ U.T + b
    return h


# %% read: before tanh
def last_state(X, W, U, b):
    h = np.zeros((len(X), len(W)))
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ W.T + b) + h @ U.T
    return h


# %% through-time: slope of tanh is missing
def by_u(u, w, x, y):
    h = [0.0]
    for value in x:
        h.append(np.tanh(w * value + u * h[-1]))
    by_h, total = h[-1] - y, 0.0
    for t in range(len(x), 0, -1):
        total, by_h = total + by_h * h[t - 1], by_h * u
    return total


# %% through-time: the step before, h[t - 1]
def by_u(u, w, x, y):
    h = [0.0]
    for value in x:
        h.append(np.tanh(w * value + u * h[-1]))
    by_h, total = h[-1] - y, 0.0
    for t in range(len(x), 0, -1):
        delta = by_h * (1 - h[t] ** 2)
        total, by_h = total + delta * h[t], delta * u
    return total


# %% through-time: passes through u
def by_u(u, w, x, y):
    h = [0.0]
    for value in x:
        h.append(np.tanh(w * value + u * h[-1]))
    by_h, total = h[-1] - y, 0.0
    for t in range(len(x), 0, -1):
        delta = by_h * (1 - h[t] ** 2)
        total, by_h = total + delta * h[t - 1], delta
    return total


# %% through-time: Only the last step
def by_u(u, w, x, y):
    h = [0.0]
    for value in x:
        h.append(np.tanh(w * value + u * h[-1]))
    return (h[-1] - y) * (1 - h[-1] ** 2) * h[-2]


# %% fade: still a little above
steps = 20
# %% fade: Steps are whole
steps = np.log(0.01) / np.log(0.8)
# %% fade: of what is left
steps = 5
# %% fade: Take a root
steps, factor = 21, 0.99
# %% fade: tenth root
steps, factor = 21, 0.631
# %% fade: That divides
steps, factor = 21, 0.0001
# %% fade: The growth grows
steps, factor, growth = 21, 0.955, 11
# %% fade: Not 100 times
steps, factor, growth = 21, 0.955, 110


# %% windows: belong at the front
def examples(series, shortest):
    X, y = [], []
    for t in range(shortest, len(series)):
        X.append(np.concatenate([series[:t], np.zeros(len(series) - 1 - t)]))
        y.append(series[t])
    return np.array(X), np.array(y)


# %% windows: its own target
def examples(series, shortest):
    X, y = [], []
    for t in range(shortest, len(series)):
        X.append(np.concatenate([np.zeros(len(series) - 1 - t), series[1 : t + 1]]))
        y.append(series[t])
    return np.array(X), np.array(y)


# %% windows: its target is series[shortest]
def examples(series, shortest):
    X, y = [], []
    for t in range(shortest + 1, len(series)):
        X.append(np.concatenate([np.zeros(len(series) - 1 - t), series[:t]]))
        y.append(series[t])
    return np.array(X), np.array(y)


# %% windows: one example is missing
def examples(series, shortest):
    X, y = [], []
    for t in range(shortest, len(series) - 1):
        X.append(np.concatenate([np.zeros(len(series) - 1 - t), series[:t]]))
        y.append(series[t])
    return np.array(X), np.array(y)


# %% windows: not only the last two
def examples(series, shortest):
    X, y = [], []
    for t in range(shortest, len(series)):
        X.append(np.concatenate([np.zeros(len(series) - 3), series[t - 2 : t]]))
        y.append(series[t])
    return np.array(X), np.array(y)


# %% calendar: That is last month
def same_month(sales, t):
    return sales[t - 1]


# %% calendar: January to January
def same_month(sales, t):
    return sales[t - 11]


# %% calendar: moving average
def same_month(sales, t):
    return sales[t - 12 : t].mean()


# %% calendar: which twelve are newer
def with_growth(sales, t):
    return sales[t - 12] * sales[t - 24 : t - 12].sum() / sales[t - 12 : t].sum()


# %% calendar: Compare two years
def with_growth(sales, t):
    return sales[t - 12] * sales[t - 1] / sales[t - 13]


# %% calendar: ends *before* its second number
def with_growth(sales, t):
    new, old = sales[t - 11 : t + 1].sum(), sales[t - 23 : t - 11].sum()
    return sales[t - 12] * new / old


# %% calendar: multiplies last year's month
def with_growth(sales, t):
    return sales[t - 1] * sales[t - 12 : t].sum() / sales[t - 24 : t - 12].sum()


# %% calendar: growth is missing
def with_growth(sales, t):
    return sales[t - 12]


# %% fair-mean: do not fill three batches
sizes = [16, 16, 16]
# %% fair-mean: mean of the means counts
sizes, mae = [16, 16, 8], 52 / 3
# %% fair-mean: sum of all errors
sizes, mae = [16, 16, 8], 592
# %% fair-mean: not 48
sizes, mae = [16, 16, 8], 592 / 48
# %% fair-mean: That is the right mean
sizes, mae, padded = [16, 16, 8], 14.8, 14.8
# %% fair-mean: Not the mean of the means
sizes, mae, padded = [16, 16, 8], 14.8, 52 / 3
