# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% same-rate: needs a larger η
framework_rate = 0.002
# %% same-rate: missing ½
framework_rate = 0.1
# %% same-rate: makes up for the ½
framework_rate = 0.005
# %% same-rate: Equal rates
framework_rate = 0.01
# %% same-rate: the other way
framework_rate, chapter_rate = 0.05, 0.05
# %% same-rate: needs the smaller rate
framework_rate, chapter_rate, summing_rate = 0.05, 0.002, 3.2
# %% same-rate: 32 times as long
framework_rate, chapter_rate, summing_rate = 0.05, 0.002, 0.1
# %% spread: the limit a
weight_sd = 0.1
# %% spread: Take its root
weight_sd = 0.1**2 / 3
# %% spread: 2a wide
weight_sd = 0.1 / np.sqrt(12)
# %% spread: a for the standard deviation
weight_sd, z_sd = 0.0577, 2.8
# %% spread: √784
weight_sd, z_sd = 0.0577, 784 * 0.0577
# %% spread: variance of z
weight_sd, z_sd = 0.0577, 2.61
# %% spread: 784 terms
weight_sd, z_sd = 0.0577, 0.0577
# %% spread: ten times as wide
weight_sd, z_sd, z_sd_wide = 0.0577, 1.62, 1.62
# %% spread: What is a then
weight_sd, z_sd, z_sd_wide, limit = 0.0577, 1.62, 16.2, 0.0357
# %% spread: the root counts
weight_sd, z_sd, z_sd_wide, limit = 0.0577, 1.62, 16.2, np.sqrt(3) / 784
# %% spread: so a is √3 times it
weight_sd, z_sd, z_sd_wide, limit = 0.0577, 1.62, 16.2, 1 / 28 / np.sqrt(3)


# %% initial: √3 times as large
def glorot_limit(n, m):
    return np.sqrt(2 / (n + m))


# %% initial: n + m
def glorot_limit(n, m):
    return np.sqrt(6 / n)


# %% initial: root is missing
def glorot_limit(n, m):
    return 6 / (n + m)


# %% initial: That is the variance
def he_sd(n, m):
    return 2 / n


# %% initial: only half through
def he_sd(n, m):
    return np.sqrt(1 / n)


# %% initial: the inputs count
def he_sd(n, m):
    return np.sqrt(2 / m)


# %% slopes: is squared
def tanh_slope(z):
    return 1 - np.tanh(z)


# %% slopes: 1 - y²
def tanh_slope(z):
    return 1 - z**2


# %% slopes: s(1 - s) holds
def logistic_slope(z):
    return z * (1 - z)


# %% slopes: tanh's formula
def logistic_slope(z):
    return 1 - (1 / (1 + np.exp(-z))) ** 2


# %% standardise: Use the training set's
def standardise(train, test):
    results = []
    for data in (train, test):
        std = np.where(data.std(axis=0) == 0, 1, data.std(axis=0))
        results.append((data - data.mean(axis=0)) / std)
    return tuple(results)


# %% standardise: saw the test set
def standardise(train, test):
    both = np.concatenate([train, test])
    mean, std = both.mean(axis=0), both.std(axis=0)
    return (train - mean) / std, (test - mean) / std


# %% standardise: 0/0
def standardise(train, test):
    mean, std = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / std, (test - mean) / std


# %% standardise: axis=0
def standardise(train, test):
    return (train - train.mean()) / train.std(), (test - train.mean()) / train.std()


# %% standardise: w = w - step
def standardise(train, test):
    mean, std = train.mean(axis=0), train.std(axis=0)
    std[std == 0] = 1
    train -= mean
    train /= std
    return train, (test - mean) / std


# %% dropout: share that stays
def dropout(A, draws, rate, training):
    return A * (draws >= rate) if training else A


# %% dropout: do not multiply
def dropout(A, draws, rate, training):
    return A * (draws >= rate) * (1 - rate) if training else A


# %% dropout: goes, not stays
def dropout(A, draws, rate, training):
    return A * (draws >= rate) / rate if training else A


# %% dropout: switch off
def dropout(A, draws, rate, training):
    return A * (draws < rate) / (1 - rate) if training else A


# %% dropout: all units work
def dropout(A, draws, rate, training):
    return A * (draws >= rate) / (1 - rate)


# %% clip: at -limit
def clip_value(gradient, limit):
    return np.where(gradient > limit, limit, gradient)


# %% clip: each component
def clip_value(gradient, limit):
    return gradient * min(1, limit / np.linalg.norm(gradient))


# %% clip: short enough
def clip_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_norm(gradient, limit):
    return gradient / np.linalg.norm(gradient) * limit


# %% clip: root of the sum of squares
def clip_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_norm(gradient, limit):
    largest = np.abs(gradient).max()
    return gradient * limit / largest if largest > limit else gradient


# %% clip: has no length
def clip_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_norm(gradient, limit):
    length = np.linalg.norm(gradient)
    return gradient / length * min(length, limit)


# %% clip: Draw both arrows
keeps_direction = "value"


# %% softmax: exp(1000) overflows
def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


# %% softmax: One maximum
def softmax(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum(axis=1, keepdims=True)


# %% softmax: whole array
def softmax(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


# %% softmax: columns
def softmax(logits):
    powers = np.exp(logits - logits.max(axis=0))
    return powers / powers.sum(axis=0)


# %% softmax: keepdims
def softmax(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum(axis=1)


# %% cross-entropy: log(0) is -inf
def cross_entropy(logits, labels):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


# %% cross-entropy: take the mean
def cross_entropy(logits, labels):
    largest = logits.max(axis=1)
    sums = largest + np.log(np.exp(logits - largest[:, None]).sum(axis=1))
    return np.sum(sums - logits[np.arange(len(labels)), labels])


# %% cross-entropy: is positive
def cross_entropy(logits, labels):
    largest = logits.max(axis=1)
    sums = largest + np.log(np.exp(logits - largest[:, None]).sum(axis=1))
    return np.mean(logits[np.arange(len(labels)), labels] - sums)


# %% cross-entropy: only the right class counts
def cross_entropy(logits, labels):
    largest = logits.max(axis=1, keepdims=True)
    sums = largest + np.log(np.exp(logits - largest).sum(axis=1, keepdims=True))
    return np.mean((sums - logits) * np.eye(logits.shape[1])[labels])


# %% cross-entropy: needs p = 1
floor = 0
# %% cross-entropy: all ten are equal
floor = 2.303
# %% cross-entropy: That is the probability
floor = 0.232


# %% error-term: negative slope
def error_cross_entropy(z, y):
    return y - 1 / (1 + np.exp(-z))


# %% error-term: derivative by ŷ
def error_cross_entropy(z, y):
    y_hat = 1 / (1 + np.exp(-z))
    return -(y / y_hat - (1 - y) / (1 - y_hat))


# %% error-term: multiply it out
def error_cross_entropy(z, y):
    y_hat = 1 / (1 + np.exp(-z))
    return (y_hat - y) * y_hat * (1 - y_hat)


# %% error-term: compare that with y
def error_cross_entropy(z, y):
    return z - y


# %% error-term: nothing cancels here
def error_squared(z, y):
    return 1 / (1 + np.exp(-z)) - y


# %% error-term: the 2 of the square
def error_squared(z, y):
    y_hat = 1 / (1 + np.exp(-z))
    return 2 * (y_hat - y) * y_hat * (1 - y_hat)


# %% error-term: second over the first
factor = 0.0177
# %% error-term: only one of them contains it
factor = 1


# %% momentum: Update it first
def momentum_step(weights, velocity, gradient, rate, beta):
    return weights - rate * velocity, beta * velocity + gradient


# %% momentum: counts in full
def momentum_step(weights, velocity, gradient, rate, beta):
    velocity = beta * velocity + (1 - beta) * gradient
    return weights - rate * velocity, velocity


# %% momentum: subtract
def momentum_step(weights, velocity, gradient, rate, beta):
    velocity = beta * velocity + gradient
    return weights + rate * velocity, velocity


# %% momentum: forgets nothing
def momentum_step(weights, velocity, gradient, rate, beta):
    velocity = velocity + gradient
    return weights - rate * velocity, velocity


# %% momentum: plain descent
def momentum_step(weights, velocity, gradient, rate, beta):
    velocity = beta * velocity + gradient
    return weights - rate * gradient, velocity


# %% momentum: w = w - step
def momentum_step(weights, velocity, gradient, rate, beta):
    velocity *= beta
    velocity += gradient
    weights -= rate * velocity
    return weights, velocity


# %% momentum: Nine tenths
final_velocity = 1
# %% momentum: after two steps
final_velocity = 1.9
# %% momentum: on top
final_velocity = 0.9
# %% adam: which sign
change_small = 0.001
# %% adam: SGD's step
change_small = -1e-6
# %% adam: SGD's step
change_small, change_large = -0.001, -1.0
# %% adam: corrected by 1 - β^t
change_small = change_large = -0.00316227766


# %% adam: far too small at first
def adam_step(weights, m, v, gradient, t):
    m = 0.9 * m + 0.1 * gradient
    v = 0.999 * v + 0.001 * gradient**2
    return weights - 0.001 * m / (np.sqrt(v) + 1e-8), m, v


# %% adam: raised to the power t
def adam_step(weights, m, v, gradient, t):
    m = 0.9 * m + 0.1 * gradient
    v = 0.999 * v + 0.001 * gradient**2
    return weights - 0.001 * (m / 0.1) / (np.sqrt(v / 0.001) + 1e-8), m, v


# %% adam: take the root
def adam_step(weights, m, v, gradient, t):
    m = 0.9 * m + 0.1 * gradient
    v = 0.999 * v + 0.001 * gradient**2
    return weights - 0.001 * m / (1 - 0.9**t) / (v / (1 - 0.999**t) + 1e-8), m, v


# %% adam: *squares* of the gradient
def adam_step(weights, m, v, gradient, t):
    m = 0.9 * m + 0.1 * gradient
    v = 0.999 * v + 0.001 * gradient
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return weights - 0.001 * step, m, v


# %% adam: before the correction
def adam_step(weights, m, v, gradient, t):
    m = (0.9 * m + 0.1 * gradient) / (1 - 0.9**t)
    v = (0.999 * v + 0.001 * gradient**2) / (1 - 0.999**t)
    return weights - 0.001 * m / (np.sqrt(v) + 1e-8), m, v


# %% batch-norm: not the batch's own values
def batch_norm(X, gamma, beta, mean, variance, training):
    mu, s2 = X.mean(axis=0), X.var(axis=0)
    if training:
        mean, variance = 0.9 * mean + 0.1 * mu, 0.9 * variance + 0.1 * s2
    return gamma * (X - mu) / np.sqrt(s2 + 1e-5) + beta, mean, variance


# %% batch-norm: training in both modes
def batch_norm(X, gamma, beta, mean, variance, training):
    mu, s2 = X.mean(axis=0), X.var(axis=0)
    mean, variance = 0.9 * mean + 0.1 * mu, 0.9 * variance + 0.1 * s2
    return gamma * (X - mu) / np.sqrt(s2 + 1e-5) + beta, mean, variance


# %% batch-norm: stay as they are
def batch_norm(X, gamma, beta, mean, variance, training):
    own = X.mean(axis=0), X.var(axis=0)
    mu, s2 = own if training else (mean, variance)
    outputs = gamma * (X - mu) / np.sqrt(s2 + 1e-5) + beta
    return outputs, 0.9 * mean + 0.1 * own[0], 0.9 * variance + 0.1 * own[1]


# %% batch-norm: In training it uses
def batch_norm(X, gamma, beta, mean, variance, training):
    outputs = gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta
    if training:
        mean = 0.9 * mean + 0.1 * X.mean(axis=0)
        variance = 0.9 * variance + 0.1 * X.var(axis=0)
    return outputs, mean, variance


# %% batch-norm: of the old average stays
def batch_norm(X, gamma, beta, mean, variance, training):
    mu, s2 = mean, variance
    if training:
        mu, s2 = X.mean(axis=0), X.var(axis=0)
        mean, variance = 0.1 * mean + 0.9 * mu, 0.1 * variance + 0.9 * s2
    return gamma * (X - mu) / np.sqrt(s2 + 1e-5) + beta, mean, variance


# %% batch-norm: not by one less
def batch_norm(X, gamma, beta, mean, variance, training):
    mu, s2 = mean, variance
    if training:
        mu, s2 = X.mean(axis=0), X.var(axis=0, ddof=1)
        mean, variance = 0.9 * mean + 0.1 * mu, 0.9 * variance + 0.1 * s2
    return gamma * (X - mu) / np.sqrt(s2 + 1e-5) + beta, mean, variance


# %% batch-norm: one mean for each example
def batch_norm(X, gamma, beta, mean, variance, training):
    mu, s2 = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gamma * (X - mu) / np.sqrt(s2 + 1e-5) + beta, mean, variance


# %% folds: A leak
def folds(order, k):
    return [(order, part) for part in np.array_split(order, k)]


# %% folds: changed places
def folds(order, k):
    parts = np.array_split(order, k)
    return [(parts[i], np.concatenate(parts[:i] + parts[i + 1 :])) for i in range(k)]


# %% folds: in several folds
def folds(order, k):
    return [(order[:-3], order[-3:]) for _ in range(k)]


# %% folds: leaves two examples over
def folds(order, k):
    size = len(order) // k
    parts = [order[i * size : (i + 1) * size] for i in range(k)]
    return [(np.setdiff1d(order, part), part) for part in parts]


# %% folds: share the rest out
def folds(order, k):
    size = len(order) // k
    parts = [order[i * size : (i + 1) * size] for i in range(k - 1)]
    parts.append(order[(k - 1) * size :])
    return [(np.setdiff1d(order, part), part) for part in parts]


# %% folds: is for training
def folds(order, k):
    parts = np.array_split(order, k)
    return [(parts[i - 1], parts[i]) for i in range(k)]
