# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% slopes: squared, not the sum
def tanh_slope(z):
    return 1 - z**2


def logistic_slope(z):
    return logistic(z) * (1 - logistic(z))


# %% slopes: the logistic function's
def tanh_slope(z):
    return np.tanh(z) * (1 - np.tanh(z))


def logistic_slope(z):
    return logistic(z) * (1 - logistic(z))


# %% slopes: stands for the output
def tanh_slope(z):
    return 1 - np.tanh(z) ** 2


def logistic_slope(z):
    return z * (1 - z)


# %% chain: arrives at tanh
def chain_slope(x):
    return 2 * x * 3 * (1 - np.tanh(x) ** 2)


# %% chain: Two more factors
def chain_slope(x):
    return 1 - np.tanh(3 * x**2) ** 2


# %% chain: they do not add
def chain_slope(x):
    return 2 * x + 3 + 1 - np.tanh(3 * x**2) ** 2


# %% pencil: weighted sum
g, f = 0.8, 0.4506
delta_f, delta_g = 0.1115, -0.0374
# %% pencil: plus 0.3
g, f = 0.1974, 0.4506
delta_f, delta_g = 0.1115, -0.0374
# %% pencil: only the first factor
g, f = 0.6640, 0.4506
delta_f, delta_g = 0.4506, -0.0374
# %% pencil: positive here
g, f = 0.6640, 0.4506
delta_f, delta_g = -0.1115, 0.0374
# %% pencil: slope of tanh
g, f = 0.6640, 0.4506
delta_f, delta_g = 0.1115, -0.0669


# %% error-terms: do not sum
def error_terms(g, f, y, v):
    delta_f = (f - y) * f * (1 - f)
    return delta_f, delta_f * np.sum(v) * (1 - g**2)


# %% error-terms: own slope
def error_terms(g, f, y, v):
    delta_f = (f - y) * f * (1 - f)
    return delta_f, delta_f * v


# %% error-terms: f (1 - f)
def error_terms(g, f, y, v):
    return f - y, (f - y) * v * (1 - g**2)


# %% error-terms: signs are turned
def error_terms(g, f, y, v):
    delta_f = (y - f) * f * (1 - f)
    return delta_f, delta_f * v * (1 - g**2)


# %% step: Use the old v
def step(W, v, x, y, learning_rate):
    g = np.tanh(W @ x)
    fed = np.array([1.0, *g])
    f = logistic(v @ fed)
    delta_f = (f - y) * f * (1 - f)
    v = v - learning_rate * delta_f * fed
    delta_g = delta_f * v[1:] * (1 - g**2)
    return W - learning_rate * np.outer(delta_g, x), v


# %% step: That climbs
def step(W, v, x, y, learning_rate):
    g = np.tanh(W @ x)
    fed = np.array([1.0, *g])
    f = logistic(v @ fed)
    delta_f = (f - y) * f * (1 - f)
    delta_g = delta_f * v[1:] * (1 - g**2)
    new_v = v + learning_rate * delta_f * fed
    return W + learning_rate * np.outer(delta_g, x), new_v


# %% step: Only v has moved
def step(W, v, x, y, learning_rate):
    fed = np.array([1.0, *np.tanh(W @ x)])
    f = logistic(v @ fed)
    return W, v - learning_rate * (f - y) * f * (1 - f) * fed


# %% differences: 2h, not h
def differences(function, w, h=1e-5):
    nudges = h * np.eye(len(w))
    return np.array([(function(w + d) - function(w - d)) / h for d in nudges])


# %% differences: one weight at a time
def differences(function, w, h=1e-5):
    return np.full(len(w), (function(w + h) - function(w - h)) / (2 * h))


# %% dual: not the product of the slopes
def multiply(a, b):
    return a[0] * b[0], a[1] * b[1]


def add(a, b):
    return a[0] + b[0], a[1] + b[1]


# %% dual: weighted by the other value
def multiply(a, b):
    return a[0] * b[0], a[1] + b[1]


def add(a, b):
    return a[0] + b[0], a[1] + b[1]
