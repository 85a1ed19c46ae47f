# ruff: noqa: F811, F821
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% line: first and last point
slope = 0.5
# %% line: squared distances
slope = 8
# %% line: the mean of y
slope, bias = 0.8, 3
# %% line: need not pass through
slope, bias = 0.8, 1
# %% line: left over
slope, bias, r_squared = 0.8, 1.4, 7.6 / 14


# %% fit: Where is the bias
def least_squares(X, y):
    return np.linalg.solve(X.T @ X, X.T @ y)


# %% fit: should come first
def least_squares(X, y):
    X1 = np.column_stack([X, np.ones(len(X))])
    return np.linalg.solve(X1.T @ X1, X1.T @ y)


# %% gradient: a mean
def gradient(w, X, y):
    return X.T @ (1 / (1 + np.exp(-X @ w)) - y)


# %% gradient: points uphill
def gradient(w, X, y):
    return X.T @ (y - 1 / (1 + np.exp(-X @ w))) / len(y)


# %% gradient: cancels
def gradient(w, X, y):
    p = 1 / (1 + np.exp(-X @ w))
    return X.T @ ((p - y) * p * (1 - p)) / len(y)


# %% gradient: not with z
def gradient(w, X, y):
    return X.T @ (X @ w - y) / len(y)


# %% xor-01: three of the four corners
weights = (0, 0, 0, -1)
# %% xor-01: That is OR
weights = (-0.5, 1, 1, 0)
# %% margin: its inverse
margin = 5
# %% margin: to one side
margin = 0.4
# %% margin: no refund
margin, slacks = 0.2, [-4, 0.6, 3, 0]
# %% margin: not to 0
margin, slacks = 0.2, [0, 0, 2, 0]
# %% margin: multiply z by y
margin, slacks = 0.2, [0, 0.6, 0, 2]
# %% margin: Half of
margin, slacks, objective = 0.2, [0, 0.6, 3, 0], 9.7


# %% counts: exchanged
def confusion(y, called):
    return (
        np.sum((y == 1) & (called == 1)),
        np.sum((y == 0) & (called == 1)),
        np.sum((y == 1) & (called == 0)),
        np.sum((y == 0) & (called == 0)),
    )


# %% counts: comes last
def confusion(y, called):
    return (
        np.sum((y == 1) & (called == 1)),
        np.sum((y == 0) & (called == 0)),
        np.sum((y == 1) & (called == 0)),
        np.sum((y == 0) & (called == 1)),
    )


# %% counts: not shares
def confusion(y, called):
    pairs = ((1, 1), (1, 0), (0, 1), (0, 0))
    return [np.mean((y == a) & (called == b)) for a, b in pairs]


# %% roc: rates first
def roc(scores, y):
    thresholds = np.append(np.inf, np.unique(scores)[::-1])
    called = scores >= thresholds[:, None]
    return called[:, y == 1].mean(axis=1), called[:, y == 0].mean(axis=1)


# %% roc: nothing called positive
def roc(scores, y):
    called = scores >= np.unique(scores)[::-1][:, None]
    return called[:, y == 0].mean(axis=1), called[:, y == 1].mean(axis=1)


# %% roc: one point for both
def roc(scores, y):
    thresholds = np.append(np.inf, np.sort(scores)[::-1])
    called = scores >= thresholds[:, None]
    return called[:, y == 0].mean(axis=1), called[:, y == 1].mean(axis=1)


# %% roc: highest scores
def roc(scores, y):
    thresholds = np.append(np.inf, np.unique(scores)[::-1])
    called = scores < thresholds[:, None]
    return called[:, y == 0].mean(axis=1), called[:, y == 1].mean(axis=1)


# %% rare: right alarms
alarms = 180
# %% rare: 5 % of the healthy
alarms = 680
# %% rare: That is recall
alarms, precision = 670, 0.9
# %% rare: without an alarm
alarms, precision = 670, 0.95
# %% rare: right about the healthy
alarms, precision, accuracy, naive_accuracy = 670, 0.269, 0.949, 0.02
