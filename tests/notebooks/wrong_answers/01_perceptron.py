# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% weighted-sum: bias weight
z = [-0.1, -0.9, 0.9, 0.1]
# %% weighted-sum: not 0 and 1
z = [0.3, -0.1, 0.8, 0.4]
# %% weighted-sum: before the sign
z = [1, -1, 1, 1]
# %% weighted-sum: subtracted
z = [-0.6, 0.2, 0.4, 1.2]
# %% sign: not 0
sign = np.sign


# %% sign: use >=
def sign(z):
    return np.where(z > 0, 1, -1)


# %% sign: answers -1
def sign(z):
    return np.where(z >= 0, 1, 0)


# %% sign: np.where
def sign(z):
    return 1 if z >= 0 else -1


# %% gates: for inputs 0 and 1
and_weights = (-1, 1, 1)
or_weights = (-0.5, 1, 1)
# %% gates: make an OR
and_weights = (1, 1, 1)
# %% gates: make an AND
and_weights = (-1, 1, 1)
or_weights = (-1, 1, 1)


# %% update: moves away
def update(weights, x, y, learning_rate):
    wrong = (weights @ x >= 0) != (y > 0)
    return weights - learning_rate * y * x if wrong else weights


# %% update: y - output is 2
def update(weights, x, y, learning_rate):
    output = 1 if weights @ x >= 0 else -1
    return weights + learning_rate * (y - output) * x


# %% update: learning rate
def update(weights, x, y, learning_rate):
    return weights + y * x if (weights @ x >= 0) != (y > 0) else weights


# %% update: keep the weights
def update(weights, x, y, learning_rate):
    return weights + learning_rate * y * x


# %% update: w = w - step
def update(weights, x, y, learning_rate):
    if (weights @ x >= 0) != (y > 0):
        weights += learning_rate * y * x
    return weights


# %% loop: w = w - step
def learn(X, y, weights, learning_rate, max_epochs):
    updates = 0
    for _ in range(max_epochs):
        before = updates
        for x, target in zip(X, y, strict=True):
            if (weights @ x >= 0) != (target > 0):
                weights += learning_rate * target * x
                updates += 1
        if updates == before:
            break
    return weights, updates


# %% loop: too early
def learn(X, y, weights, learning_rate, max_epochs):
    updates = 0
    for x, target in zip(X, y, strict=True):
        if (weights @ x >= 0) != (target > 0):
            weights, updates = weights + learning_rate * target * x, updates + 1
    return weights, updates


# %% loop: count updates
def learn(X, y, weights, learning_rate, max_epochs):
    passes = 0
    for _ in range(max_epochs):
        passes += 1
        before = weights
        for x, target in zip(X, y, strict=True):
            if (weights @ x >= 0) != (target > 0):
                weights = weights + learning_rate * target * x
        if (before == weights).all():
            break
    return weights, passes


# %% three-inputs: inputs 0 and 1
majority_weights = (-1.5, 1, 1, 1)
# %% three-inputs: That is majority
majority_weights = (0, 1, 1, 1)
guarded_weights = (0, 1, 1, 1)
# %% learning-rate: not faster
updates_at_10 = 1
# %% learning-rate: overshoot
updates_at_10 = float("inf")
# %% learning-rate: 100 times as long
updates_at_10 = 3
weights_at_10 = (0.1, -0.1, -0.1)
# %% learning-rate: factor of 100
updates_at_10 = 3
weights_at_10 = (1, -1, -1)
# %% separable: opposite of XNOR
impossible = {"XNOR"}
# %% separable: weight of x2 may be zero
impossible = {"XOR", "XNOR", "x1"}
# %% separable: XNOR neuron
impossible = {"XOR"}
# %% separable: (1, 0, 0)
impossible = {"XOR", "XNOR", "always +1"}
# %% separable: that is NOT
impossible = {"XOR", "XNOR", "x1 AND NOT x2"}
# %% separable: AND or OR
impossible = {"XOR", "XNOR", "NAND"}
# %% xor: one neuron
hidden_weights = [(1, 1, 1), (1, 1, 1)]
output_weights = (-1, 1, 1)
# %% xor: That is XNOR
hidden_weights = [(1, 1, 1), (1, -1, -1)]
output_weights = (1, -1, -1.5)
# %% shapes: how many rows
W_shape = (784, 25)
# %% shapes: examples first
W_shape = (25, 784)
Z_shape = (25, 32)
# %% shapes: bias weight, too
W_shape = (25, 784)
Z_shape = (32, 25)
weight_count = 19_600
# %% shapes: inputs only
W_shape = (25, 785)
# %% shapes: 32 plays no part
W_shape = (25, 784)
Z_shape = (32, 25)
weight_count = 628_000
