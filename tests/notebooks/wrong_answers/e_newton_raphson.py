# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% pencil: go to the right
x1 = 1 + (1**2 - 3) / (2 * 1)
x2 = 1.75
# %% pencil: derivative of x²
x1 = 1 - (1**2 - 3) / 1
x2 = 1.75
# %% pencil: Did you multiply
x1 = 1 - (1**2 - 3) * 2
x2 = 1.75
# %% pencil: Two slips
x1 = 2.0
x2 = 2 + (2**2 - 3) / 2
# %% pencil: that of the start any more
x1 = 2.0
x2 = 2 - (2**2 - 3) / 2
# %% pencil: lies to the left
x1 = 2.0
x2 = 2 + (2**2 - 3) / 4


# %% root: Check the sign
def find_root(f, slope, x, steps):
    for _ in range(steps):
        x = x + f(x) / slope(x)
    return x


# %% root: where you are now
def find_root(f, slope, x, steps):
    first = slope(x)
    for _ in range(steps):
        x = x - f(x) / first
    return x


# %% root: divide
def find_root(f, slope, x, steps):
    for _ in range(steps):
        x = x - f(x) * slope(x)
    return x


# %% guarded: still divides
def guarded_step(slope, curvature, rate):
    return -slope / curvature if curvature else -rate * slope


# %% guarded: `rate` counts
def guarded_step(slope, curvature, rate):
    return -slope / abs(curvature) if curvature else -rate * slope


# %% guarded: mind the sign
def guarded_step(slope, curvature, rate):
    return slope / curvature if curvature > 0 else rate * slope


# %% guarded: descend there
def guarded_step(slope, curvature, rate):
    if curvature == 0:
        return 0.0
    return -slope / curvature if curvature > 0 else -rate * slope


# %% hessian: differentiate twice
H = [[1, 1], [1, 2]]


def newton_step(H, g):
    return -np.linalg.solve(H, g)


entries = 385_140_625
# %% hessian: bends the surface
H = [[2, 0], [0, 4]]


def newton_step(H, g):
    return -np.linalg.solve(H, g)


entries = 385_140_625
# %% hessian: is 1
H = [[2, 2], [2, 4]]


def newton_step(H, g):
    return -np.linalg.solve(H, g)


entries = 385_140_625
# %% hessian: how the two act together
H = [[2, 1], [1, 4]]


def newton_step(H, g):
    return -np.asarray(g) / np.diag(H)


entries = 385_140_625
# %% hessian: solve H s = g
H = [[2, 1], [1, 4]]


def newton_step(H, g):
    return -np.asarray(H) @ g


entries = 385_140_625
# %% hessian: mind the sign
H = [[2, 1], [1, 4]]


def newton_step(H, g):
    return np.linalg.solve(H, g)


entries = 385_140_625
# %% hessian: one for each *pair*
H = [[2, 1], [1, 4]]


def newton_step(H, g):
    return -np.linalg.solve(H, g)


entries = 25 * 785
# %% hessian: biases are weights
H = [[2, 1], [1, 4]]


def newton_step(H, g):
    return -np.linalg.solve(H, g)


entries = (25 * 784) ** 2
# %% hessian: not twice
H = [[2, 1], [1, 4]]


def newton_step(H, g):
    return -np.linalg.solve(H, g)


entries = 2 * 25 * 785
