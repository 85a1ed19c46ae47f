# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% pencil: values of f
slopes = [6, 1, 9]
# %% pencil: its slope is 0
slopes = [-7, -1, 13]
# %% pencil: lost a term
slopes = [-6, 0, 12]
# %% pencil: becomes 6x
slopes = [-5, -2, 4]
# %% pencil: divides the other
slopes = [-8, -2, 10]
flat_at = 3


# %% central: forward difference
def slope(f, x, h=1e-5):
    return (f(x + h) - f(x)) / h


# %% central: Divide it by the run
def slope(f, x, h=1e-5):
    return f(x + h) - f(x - h)


# %% central: How far apart
def slope(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / h


# %% central: right value minus left
def slope(f, x, h=1e-5):
    return (f(x - h) - f(x + h)) / (2 * h)


# %% steps: uphill
weights = [1.4, 1.96]
# %% steps: slope of 2w² is 4w
weights = [0.8, 0.64]
# %% steps: steps by η
weights = [0.9, 0.8]
# %% steps: use the new w
weights = [0.6, 0.2]
# %% steps: left out the learning rate
weights = [-3, 9]
# %% steps: η is a factor
weights = [0.6, 0.36]
first_length = 0.1
# %% steps: slope at w = 1
weights = [0.6, 0.36]
first_length = 4
# %% behaviour: only its product
behaviour = {
    (0.1, 5): "one side",
    (0.1, 10): "at once",
    (0.1, 15): "changes sides",
    (0.1, 20): "for ever",
    (0.1, 30): "diverges",
    (3.0, 0.2): "diverges",
    (0.01, 250): "diverges",
}
# %% behaviour: product with 250
behaviour = {
    (0.1, 5): "one side",
    (0.1, 10): "at once",
    (0.1, 15): "changes sides",
    (0.1, 20): "for ever",
    (0.1, 30): "diverges",
    (3.0, 0.2): "one side",
    (0.01, 250): "one side",
}
# %% behaviour: lands nearer
behaviour = {
    (0.1, 5): "one side",
    (0.1, 10): "at once",
    (0.1, 15): "diverges",
    (0.1, 20): "diverges",
    (0.1, 30): "diverges",
    (3.0, 0.2): "one side",
    (0.01, 250): "diverges",
}


# %% gradient: the term w1·w2?
def gradient(w):
    return np.array([2 * (w[0] - 1), 6 * w[1]])


# %% gradient: w2 is held fixed
def gradient(w):
    return np.array([2 * (w[0] - 1) + w[0], w[1] + 6 * w[1]])


# %% gradient: has the slope 2(w1
def gradient(w):
    return np.array([2 * w[0] + w[1], w[0] + 6 * w[1]])


# %% gradient: minus the gradient
def gradient(w):
    return -np.array([2 * (w[0] - 1) + w[1], w[0] + 6 * w[1]])


# %% limit: flies apart
largest_rate = 2
# %% limit: diverges above 2/c
largest_rate = 1 / 50
# %% limit: steepest decides
largest_rate = 2 / np.mean([1, 4, 50])
# %% limit: Half of 0.04
largest_rate = 0.04
flattest_factor = 0.96
# %% limit: The flattest has curvature 1
largest_rate = 0.04
flattest_factor = 0.0


# %% update: by the inputs
def example_gradient(w, x, y):
    return -y * w if (w @ x >= 0) != (y > 0) else 0 * w


# %% update: has a minus
def example_gradient(w, x, y):
    return y * x if (w @ x >= 0) != (y > 0) else 0 * x


# %% update: the loss is flat
def example_gradient(w, x, y):
    return -y * x


# %% update: At z = 0
def example_gradient(w, x, y):
    return -y * x if -y * (w @ x) > 0 else 0 * x


# %% detector: should be paper
detector_weights = [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
threshold = 3
# %% detector: Lower the threshold
detector_weights = [[-1, 1, -1], [1, 1, 1], [-1, 1, -1]]
threshold = 8
# %% detector: Raise the threshold
detector_weights = [[-1, 1, -1], [1, 1, 1], [-1, 1, -1]]
threshold = -9
