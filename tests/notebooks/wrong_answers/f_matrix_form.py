# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% shapes: An example is a row
Z1 = (25, 32)
# %% shapes: That is the input
Z1 = (32, 784)
# %% shapes: A neuron is a row of W
Z1, W2 = (32, 25), (25, 10)
# %% shapes: of the output layer
Z1, W2, errors = (32, 25), (10, 25), (32, 10)
# %% shapes: not for each weight
Z1, W2, errors = (32, 25), (10, 25), (25, 784)
# %% shapes: of what it belongs to
Z1, W2, errors, gradient = (32, 25), (10, 25), (32, 25), (784, 25)
# %% shapes: belongs to the weights
Z1, W2, errors, gradient = (32, 25), (10, 25), (32, 25), (25, 784)
batch_gradient = (32, 25)
# %% shapes: leave no trace
Z1, W2, errors, gradient = (32, 25), (10, 25), (32, 25), (25, 784)
batch_gradient = (32 * 25, 784)


# %% forward: a neuron is a row of W
def layer(X, W, b):
    return np.tanh(X @ W + b)


# %% forward: An example is a row
def layer(X, W, b):
    return np.tanh(W @ X.T + b)


# %% forward: inside tanh
def layer(X, W, b):
    return np.tanh(X @ W.T) + b


# %% forward: These are the sums
def layer(X, W, b):
    return X @ W.T + b


# %% backward: slope of tanh is missing
def backward(X, W, A, G):
    return G.T @ X, G.sum(axis=0), G @ W


# %% backward: gone through tanh already
def backward(X, W, A, G):
    D = G * (1 - np.tanh(A) ** 2)
    return D.T @ X, D.sum(axis=0), D @ W


# %% backward: average over the examples
def backward(X, W, A, G):
    D = G * (1 - A**2)
    return D.T @ X / len(X), D.mean(axis=0), D @ W


# %% backward: Yours is its transpose
def backward(X, W, A, G):
    D = G * (1 - A**2)
    return X.T @ D, D.sum(axis=0), D @ W


# %% backward: one bias a neuron
def backward(X, W, A, G):
    D = G * (1 - A**2)
    return D.T @ X, D, D @ W


# %% outer: That is the sum
def without(D, X):
    return D.T @ X


# %% outer: Yours is transposed
def without(D, X):
    return X.T @ D / len(X)


# %% outer: Only the examples
def without(D, X):
    return D.T @ X / D.size


# %% outer: product of two averages
def without(D, X):
    return np.outer(D.mean(axis=0), X.mean(axis=0))


# %% cost: There are 32
forward = 25 * 784
# %% cost: There are 25
forward = 32 * 784
# %% cost: sums over the 32 images
forward, by_weights = 627_200, 25 * 784
# %% cost: number of error terms
forward, by_weights = 627_200, 32 * 25
# %% cost: For one image
forward, by_weights, calls = 627_200, 627_200, 25
# %% cost: every multiplication
forward, by_weights, calls = 627_200, 627_200, 627_200
