# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% convolve: Without the flip
def convolve(x, h):
    return np.convolve(x, h[::-1])


# %% convolve: The ends are missing
def convolve(x, h):
    return np.convolve(x, h, "valid")


# %% convolve: reaches over both ends
def convolve(x, h):
    return np.convolve(x, h, "same")


# %% convolve: reads x[-1] as the last number
def convolve(x, h):
    y = np.zeros(len(x) + len(h) - 1)
    for n in range(len(y)):
        for j in range(len(h)):
            if n - j < len(x):
                y[n] += h[j] * x[n - j]
    return y


# %% convolve: += instead of =
def convolve(x, h):
    y = np.zeros(len(x) + len(h) - 1)
    for n in range(len(x)):
        y[n : n + len(h)] = x[n] * h
    return y


# %% correlate: lies on the signal backwards
def layer(x, h):
    return np.convolve(x, h, mode="valid")


# %% correlate: without padding the kernel stays inside
def layer(x, h):
    return np.convolve(x, h[::-1])


# %% correlate: it is the kernel that must be turned
def layer(x, h):
    return np.convolve(x[::-1], h, mode="valid")


# %% kernels: five times as loud
average = np.ones(5)
# %% kernels: averages nothing
average = 0.2
# %% kernels: one place later
average, echo = np.full(5, 0.2), [1, 0.5]
# %% kernels: four places later
average, echo = np.full(5, 0.2), [1, 0, 0, 0, 0.5]
# %% kernels: sound itself is missing
average, echo = np.full(5, 0.2), [0, 0, 0, 0.5]
# %% kernels: one follows the other
average, echo = np.full(5, 0.2), np.array([1, 0, 0, 0.5])
both = average + np.append(echo, 0)
# %% kernels: meets the newest one
average, echo = np.full(5, 0.2), np.array([1, 0, 0, 0.5])
both, change = np.convolve(average, echo), [-1, 1]


# %% factor: Its absolute value is the factor
def factor(h, frequency, rate):
    return np.sum(h * np.exp(-2j * np.pi * frequency / rate * np.arange(len(h))))


# %% factor: real part alone
def factor(h, frequency, rate):
    return np.sum(h * np.cos(2 * np.pi * frequency / rate * np.arange(len(h))))


# %% factor: a turn is 2π
def factor(h, frequency, rate):
    return np.abs(np.sum(h * np.exp(-1j * frequency / rate * np.arange(len(h)))))


# %% factor: factor of a constant
def factor(h, frequency, rate):
    return abs(np.sum(h))


# %% two-dice: count the ways
chances = np.full(13, 1 / 13)
# %% two-dice: 48 throws in all
chances = np.convolve(np.ones(6), np.ones(8))
# %% two-dice: eight sides
chances = np.convolve(np.full(6, 1 / 6), np.full(6, 1 / 6))
# %% two-dice: belongs to the sum 2
chances = np.convolve(np.full(6, 1 / 6), np.full(8, 1 / 8))
ten = chances[10]
# %% two-dice: belongs to the sum 2
chances = np.convolve(np.full(6, 1 / 6), np.full(8, 1 / 8))
ten = chances[9]
# %% two-dice: for two throws
chances = np.convolve(np.full(6, 1 / 6), np.full(8, 1 / 8))
ten, doubled = chances[8], 3 / 36
# %% two-dice: it is the same die
chances = np.convolve(np.full(6, 1 / 6), np.full(8, 1 / 8))
ten, doubled = chances[8], 1 / 36


# %% fourier: come in again at the start
def by_fourier(x, h):
    size = len(x)
    return np.fft.irfft(np.fft.rfft(x) * np.fft.rfft(h, size), size)


# %% fourier: One number too many
def by_fourier(x, h):
    size = len(x) + len(h)
    return np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(h, size), size)


# %% fourier: The way back needs the length
def by_fourier(x, h):
    size = len(x) + len(h) - 1
    return np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(h, size))
