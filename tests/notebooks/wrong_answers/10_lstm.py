# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% cell-by-hand: what stays, not what goes
new_cell = (1 - logistic(2.0)) * 1.5 + 0.5 * np.tanh(1.0)
# %% cell-by-hand: it takes tanh
new_cell = logistic(2.0) * 1.5 + 0.5 * logistic(1.0)
# %% cell-by-hand: multiplies the old
new_cell = 0.5 * 1.5 + logistic(2.0) * np.tanh(1.0)
# %% cell-by-hand: how much of the candidate comes in
new_cell = logistic(2.0) * 1.5 + np.tanh(1.0)
# %% cell-by-hand: before the gate lets it out
new_cell = 1.702
output = logistic(-1.0) * 1.702
# %% cell-by-hand: how much is shown
new_cell = 1.702
output = np.tanh(1.702)
# %% cell-by-hand: as it was before the step
new_cell = 1.702
output = logistic(-1.0) * np.tanh(1.5)


# %% count-recurrent: from unit to unit
def rnn_count(inputs, units):
    return units * (inputs + 1)


# %% count-recurrent: has a bias as well
def rnn_count(inputs, units):
    return units * (inputs + units)


# %% count-recurrent: four sets
def rnn_count(inputs, units):
    return units * (inputs + units + 1)


def lstm_count(inputs, units):
    return 3 * units * (inputs + units + 1)


# %% count-recurrent: One bias for each
def rnn_count(inputs, units):
    return units * (inputs + units + 1)


def lstm_count(inputs, units):
    return 4 * units * (inputs + units + 2)


# %% count-recurrent: Two biases for each
def rnn_count(inputs, units):
    return units * (inputs + units + 1)


def lstm_count(inputs, units):
    return 4 * units * (inputs + units + 1)


def gru_count(inputs, units):
    return 3 * units * (inputs + units + 1)


# %% count-recurrent: three sets
def rnn_count(inputs, units):
    return units * (inputs + units + 1)


def lstm_count(inputs, units):
    return 4 * units * (inputs + units + 1)


def gru_count(inputs, units):
    return 2 * units * (inputs + units + 2)


# %% lstm-walk: the third, not the last
def lstm_walk(X, W, U, b):
    return _walk(X, W, U, b, order="ifog")


# %% lstm-walk: i comes before f
def lstm_walk(X, W, U, b):
    return _walk(X, W, U, b, order="figo")


# %% lstm-walk: through tanh on its way out
def lstm_walk(X, W, U, b):
    return _walk(X, W, U, b, squash=lambda c: c)


# %% lstm-walk: must go on to the next step
def lstm_walk(X, W, U, b):
    return _walk(X, W, U, b, carry=0)


# %% lstm-walk: also see h
def lstm_walk(X, W, U, b):
    return _walk(X, W, U, b, back=0)


# %% lstm-walk: Show the new cell
def lstm_walk(X, W, U, b):
    h = c = np.zeros((len(X), U.shape[1]))
    outputs = []
    for t in range(X.shape[1]):
        z_i, z_f, z_g, z_o = np.split(X[:, t] @ W.T + h @ U.T + b, 4, axis=1)
        h = logistic(z_o) * np.tanh(c)
        c = logistic(z_f) * c + logistic(z_i) * np.tanh(z_g)
        outputs.append(h)
    return np.stack(outputs, axis=1)


# %% lstm-walk: h of every step
def lstm_walk(X, W, U, b):
    return _walk(X, W, U, b)[:, -1]


# %% forget-bias: a share of what is left
def half_life(f):
    return 0.5 / (1 - f)


# %% forget-bias: Solve f to the power n
def half_life(f):
    return np.log(f) / np.log(0.5)


# %% forget-bias: Then 1/e is left
def half_life(f):
    return -1 / np.log(f)


# %% forget-bias: That is the gate
def half_life(f):
    return np.log(0.5) / np.log(f)


def bias_for(steps):
    return 0.5 ** (1 / steps)


# %% forget-bias: The inverse of σ
def half_life(f):
    return np.log(0.5) / np.log(f)


def bias_for(steps):
    return np.log(0.5 ** (1 / steps))


# %% adding-by-hand: lets the cell fade
W = np.array([[0, 30], [0, 0], [0.1, 0], [0, 0]])
b = np.array([-15, 1, 0, 15])
scale = 10
# %% adding-by-hand: not shut at unmarked steps
W = np.array([[0, 30], [0, 0], [0.1, 0], [0, 0]])
b = np.array([-3, 15, 0, 15])
scale = 10
# %% adding-by-hand: should be wide open
W = np.array([[0, 15], [0, 0], [0.1, 0], [0, 0]])
b = np.array([-15, 15, 0, 15])
scale = 10
# %% adding-by-hand: tanh bends
W = np.array([[0, 30], [0, 0], [1, 0], [0, 0]])
b = np.array([-15, 15, 0, 15])
scale = 1
# %% adding-by-hand: must carry the number
W = np.array([[0, 30], [0, 0], [0, 0.1], [0, 0]])
b = np.array([-15, 15, 0, 15])
scale = 10
# %% adding-by-hand: the output gate must be open
W = np.array([[0, 30], [0, 0], [0.1, 0], [0, 0]])
b = np.array([-15, 15, 0, 0])
scale = 10


# %% copy-task: not always at the start
def copy_task(wanted, wait, steps):
    n, symbols = wanted.shape
    shown = np.full((n, steps), 8)
    shown[:, -symbols:] = 9
    shown[:, :symbols] = wanted
    return shown


# %% copy-task: one too long
def copy_task(wanted, wait, steps):
    n, symbols = wanted.shape
    shown = np.full((n, steps), 8)
    shown[:, -symbols:] = 9
    start = steps - 2 * symbols - wait - 1
    shown[:, start : start + symbols] = wanted
    return shown


# %% copy-task: one too short
def copy_task(wanted, wait, steps):
    n, symbols = wanted.shape
    shown = np.full((n, steps), 8)
    shown[:, -symbols:] = 9
    start = steps - 2 * symbols - wait + 1
    shown[:, start : start + symbols] = wanted
    return shown


# %% copy-task: The last steps say go
def copy_task(wanted, wait, steps):
    n, symbols = wanted.shape
    shown = np.full((n, steps), 8)
    start = steps - 2 * symbols - wait
    shown[:, start : start + symbols] = wanted
    return shown


# %% copy-task: a go for each letter
def copy_task(wanted, wait, steps):
    n, symbols = wanted.shape
    shown = np.full((n, steps), 8)
    shown[:, -1:] = 9
    start = steps - 2 * symbols - wait
    shown[:, start : start + symbols] = wanted
    return shown


# %% count-recurrent: have biases
def rnn_count(inputs, units):
    return units * (inputs + units + 1)


def lstm_count(inputs, units):
    return 4 * units * (inputs + units)


# %% lstm-walk: The candidate is no gate
def lstm_walk(X, W, U, b):
    return _walk(X, W, U, b, g=logistic)


# %% lstm-walk: The batch comes first
def lstm_walk(X, W, U, b):
    return np.swapaxes(_walk(X, W, U, b), 0, 1)


# %% adding-by-hand: the number. Second
W = np.array([[30, 0], [0, 0], [0, 0.1], [0, 0]])
b = [-15, 15, 0, 15]
scale = 10
