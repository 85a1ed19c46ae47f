# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% count-windows: Only every third
number = 960
# %% count-windows: reach beyond the text
number = 334
# %% count-windows: Leave room for it
number = 333
# %% count-windows: count the one at 0
number = 319
# %% count-windows: no letter after the window
number = 321
# %% count-windows: Count the zeros
number, size = 320, 40
# %% count-windows: becomes 36 numbers
number, size = 320, 40 + 36
# %% count-windows: no row of the table
number, size = 320, 41 * 36
# %% count-windows: does not share
number, size, shared = 320, 1440, 3
# %% count-windows: three letters later
number, size, shared = 320, 1440, 38
# %% count-windows: is a target, too
number, size, shared, targets = 320, 1440, 37, 39
# %% count-windows: each step has its own
number, size, shared, targets = 320, 1440, 37, 1
# %% count-windows: nothing before it
number, size, shared, targets = 320, 1440, 37, 41


# %% one-hot-rows: turn it round
def one_hot_rows(window, characters):
    return np.eye(len(characters))[[characters.index(c) for c in window]].T


# %% one-hot-rows: places in the alphabet
def one_hot_rows(window, characters):
    return np.array([characters.index(c) for c in window])


# %% one-hot-rows: Their order is lost
def one_hot_rows(window, characters):
    return np.array([float(c in window) for c in characters])


# %% units: a loss is positive
def measure(log_p):
    nats = np.mean(log_p)
    return nats, nats / np.log(2), np.exp(nats)


# %% units: 2 goes with bits
def measure(log_p):
    nats = -np.mean(log_p)
    return nats, nats / np.log(2), 2**nats


# %% units: e goes with nats
def measure(log_p):
    nats = -np.mean(log_p)
    return nats, nats / np.log(2), np.exp(nats / np.log(2))


# %% units: more bits than nats
def measure(log_p):
    nats = -np.mean(log_p)
    return nats, nats * np.log(2), np.exp(nats)


# %% units: mean a letter
def measure(log_p):
    nats = -np.sum(log_p)
    return nats, nats / np.log(2), np.exp(nats)


# %% units: one power, of the mean
def measure(log_p):
    nats = -np.mean(log_p)
    return nats, nats / np.log(2), np.mean(1 / np.exp(log_p))


# %% smoothing: plain frequencies
def smoothed(counts, shorter, strength):
    return counts / max(counts.sum(), 1)


# %% smoothing: same to every letter
def smoothed(counts, shorter, strength):
    return (counts + strength) / (counts.sum() + strength * len(counts))


# %% smoothing: not a for each kind
def smoothed(counts, shorter, strength):
    return (counts + strength * shorter) / (counts.sum() + strength * len(counts))


# %% smoothing: is missing
def smoothed(counts, shorter, strength):
    return (counts + shorter) / (counts.sum() + 1)


# %% smoothing: a say of 5 letters
always = 1.0
# %% smoothing: of the 5 others
always = 15 / 20
# %% smoothing: mean of 1 and 0.2
always = 0.6


# %% split: may read beyond it
def split(starts, length, border):
    return starts[starts < border], starts[starts >= border]


# %% split: The target counts, too
def split(starts, length, border):
    return starts[starts + length <= border], starts[starts >= border]


# %% split: may start at the border
def split(starts, length, border):
    return starts[starts + length < border], starts[starts > border]


# %% split: Leave them out
def split(starts, length, border):
    training = starts[starts + length < border]
    return training, starts[len(training) :]


# %% nucleus: one more letter is needed
def nucleus(p, mass):
    order = np.argsort(-p)
    kept = np.zeros_like(p)
    inside = order[np.cumsum(p[order]) < mass - 1e-9]
    kept[inside] = p[inside]
    return kept / kept.sum() if kept.any() else kept


# %% nucleus: one more letter is needed
def nucleus(p, mass):
    order = np.argsort(-p)
    inside = order[np.cumsum(p[order]) <= mass]
    kept = np.zeros_like(p)
    kept[inside] = p[inside]
    return kept / max(kept.sum(), 1e-9)


# %% nucleus: so that they sum to 1
def nucleus(p, mass):
    order = np.argsort(-p)
    inside = order[np.cumsum(p[order]) - p[order] < mass - 1e-9]
    kept = np.zeros_like(p)
    kept[inside] = p[inside]
    return kept


# %% nucleus: stay at its place
def nucleus(p, mass):
    p = np.sort(p)[::-1]
    kept = np.where(np.cumsum(p) - p < mass - 1e-9, p, 0)
    return kept / kept.sum()


# %% nucleus: no threshold for each
def nucleus(p, mass):
    kept = np.where(p >= mass * p.max(), p, 0)
    return kept / kept.sum()


# %% beam: Add their logarithms
def search(table, start, width, steps):
    beams = [((), 0.0)]
    for _ in range(steps):
        longer = [
            ((*letters, j), total + p)
            for letters, total in beams
            for j, p in enumerate(table[letters[-1] if letters else start])
        ]
        beams = sorted(longer, key=lambda beam: -beam[1])[:width]
    return beams


# %% beam: Return their logarithms
def search(table, start, width, steps):
    beams = [((), 1.0)]
    for _ in range(steps):
        longer = [
            ((*letters, j), total * p)
            for letters, total in beams
            for j, p in enumerate(table[letters[-1] if letters else start])
        ]
        beams = sorted(longer, key=lambda beam: -beam[1])[:width]
    return beams


# %% beam: sort the other way
def search(table, start, width, steps):
    beams = [((), 0.0)]
    for _ in range(steps):
        longer = [
            ((*letters, j), total + np.log(p))
            for letters, total in beams
            for j, p in enumerate(table[letters[-1] if letters else start])
            if p > 0
        ]
        beams = sorted(longer, key=lambda beam: beam[1])[:width]
    return beams


# %% beam: compete together
def search(table, start, width, steps):
    first = np.argsort(-table[start])[:width]
    beams = [((int(j),), np.log(table[start, j])) for j in first]
    for _ in range(steps - 1):
        next_ = [int(np.argmax(table[letters[-1]])) for letters, _ in beams]
        beams = [
            ((*letters, j), total + np.log(table[letters[-1], j]))
            for (letters, total), j in zip(beams, next_, strict=True)
        ]
    return sorted(beams, key=lambda beam: -beam[1])


# %% beam: after the last step, too
def search(table, start, width, steps):
    beams = [((), 0.0)]
    for _ in range(steps):
        beams = [
            ((*letters, j), total + np.log(p))
            for letters, total in sorted(beams, key=lambda beam: -beam[1])[:width]
            for j, p in enumerate(table[letters[-1] if letters else start])
            if p > 0
        ]
    return sorted(beams, key=lambda beam: -beam[1])


# %% beam: not contain the start
def search(table, start, width, steps):
    beams = [((start,), 0.0)]
    for _ in range(steps):
        longer = [
            ((*letters, j), total + np.log(p))
            for letters, total in beams
            for j, p in enumerate(table[letters[-1]])
            if p > 0
        ]
        beams = sorted(longer, key=lambda beam: -beam[1])[:width]
    return beams


# %% beam: the likeliest first letter
greedy = (2, 1)
# %% beam: Is there a better pair
greedy, best = (1, 1), (1, 1)
