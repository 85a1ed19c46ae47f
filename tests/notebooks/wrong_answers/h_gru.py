# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% one-step: mutes the old state
n = np.tanh(0.6)
# %% one-step: That is the update gate
n = np.tanh(0.3)
# %% one-step: belongs to the *old* state
n, new = 0, 0.15
# %% one-step: Only at u = 1
n, new = 0, 0.6
# %% one-step: goes into the candidate
n, new = 0, 0.3
# %% one-step: not 1 − u
n, new, kept = 0, 0.45, 0.25**4
# %% one-step: Powers, not products
n, new, kept = 0, 0.45, 4 * 0.75
# %% one-step: That is one step
n, new, kept = 0, 0.45, 0.75
# %% one-step: r has no part
n, new, kept = 0, 0.45, 0.5**4


# %% gru-cell: have changed places: at u = 1
def gru_cell(x, h, W, U, b):
    W_r, W_u, W_n = np.split(W, 3)
    U_r, U_u, U_n = np.split(U, 3)
    b_r, b_u, b_n = np.split(b, 3)
    r = logistic(x @ W_r.T + h @ U_r.T + b_r)
    u = logistic(x @ W_u.T + h @ U_u.T + b_u)
    n = np.tanh(x @ W_n.T + (r * h) @ U_n.T + b_n)
    return u * n + (1 - u) * h


# %% gru-cell: not all of h
def gru_cell(x, h, W, U, b):
    _, W_u, W_n = np.split(W, 3)
    _, U_u, U_n = np.split(U, 3)
    _, b_u, b_n = np.split(b, 3)
    u = logistic(x @ W_u.T + h @ U_u.T + b_u)
    n = np.tanh(x @ W_n.T + h @ U_n.T + b_n)
    return (1 - u) * n + u * h


# %% gru-cell: resets after the product
def gru_cell(x, h, W, U, b):
    W_r, W_u, W_n = np.split(W, 3)
    U_r, U_u, U_n = np.split(U, 3)
    b_r, b_u, b_n = np.split(b, 3)
    r = logistic(x @ W_r.T + h @ U_r.T + b_r)
    u = logistic(x @ W_u.T + h @ U_u.T + b_u)
    n = np.tanh(x @ W_n.T + r * (h @ U_n.T) + b_n)
    return (1 - u) * n + u * h


# %% gru-cell: it passes through tanh
def gru_cell(x, h, W, U, b):
    W_r, W_u, W_n = np.split(W, 3)
    U_r, U_u, U_n = np.split(U, 3)
    b_r, b_u, b_n = np.split(b, 3)
    r = logistic(x @ W_r.T + h @ U_r.T + b_r)
    u = logistic(x @ W_u.T + h @ U_u.T + b_u)
    n = logistic(x @ W_n.T + (r * h) @ U_n.T + b_n)
    return (1 - u) * n + u * h


# %% gru-cell: Reset and update gate have changed
def gru_cell(x, h, W, U, b):
    W_u, W_r, W_n = np.split(W, 3)
    U_u, U_r, U_n = np.split(U, 3)
    b_u, b_r, b_n = np.split(b, 3)
    r = logistic(x @ W_r.T + h @ U_r.T + b_r)
    u = logistic(x @ W_u.T + h @ U_u.T + b_u)
    n = np.tanh(x @ W_n.T + (r * h) @ U_n.T + b_n)
    return (1 - u) * n + u * h


# %% gru-layout: first two gates
def to_pytorch(kernel):
    return kernel.T


# %% gru-layout: transpose
def to_pytorch(kernel):
    update, reset, candidate = np.split(kernel, 3, axis=1)
    return np.concatenate([reset, update, candidate], axis=1)


# %% gru-layout: The candidate is last
def to_pytorch(kernel):
    update, reset, candidate = np.split(kernel, 3, axis=1)
    return np.concatenate([candidate, reset, update], axis=1).T


# %% gru-layout: That is one set
before = 32 * 43
# %% gru-layout: That is an LSTM
before = 4 * 32 * 43
# %% gru-layout: The biases are missing
before = 3 * 32 * 42
# %% gru-layout: a second bias for each gate
before, after = 4128, 4128
# %% gru-layout: Keras keeps three
before, after = 4128, 4160
