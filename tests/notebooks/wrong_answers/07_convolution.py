# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% loops: turn the kernel round
def convolve(image, kernel):
    h, w = kernel.shape
    windows = np.lib.stride_tricks.sliding_window_view(image, (h, w))
    return (windows * kernel[::-1, ::-1]).sum(axis=(2, 3))


# %% loops: last place is missing
def convolve(image, kernel):
    h, w = kernel.shape
    windows = np.lib.stride_tricks.sliding_window_view(image, (h, w))
    return (windows * kernel).sum(axis=(2, 3))[:-1, :-1]


# %% loops: That is a mean
def convolve(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return (windows * kernel).mean(axis=(2, 3))


# %% output-size: One is missing
def output_size(n, k, stride=1, padding=0, dilation=1):
    return (n + padding - dilation * (k - 1) - 1) // stride


# %% output-size: already counts both ends
def output_size(n, k, stride=1, padding=0, dilation=1):
    return (n + 2 * padding - dilation * (k - 1) - 1) // stride + 1


# %% output-size: gaps, not k
def output_size(n, k, stride=1, padding=0, dilation=1):
    return (n + padding - dilation * k) // stride + 1


# %% output-size: Round down
def output_size(n, k, stride=1, padding=0, dilation=1):
    return int(np.ceil((n + padding - dilation * (k - 1) - 1) / stride)) + 1


# %% output-size: Right without dilation
def output_size(n, k, stride=1, padding=0, dilation=1):
    return (n + padding - k) // stride + 1


# %% output-size: How many cells is that
def output_size(n, k, stride=1, padding=0, dilation=1):
    return (n + padding - dilation * (k - 1)) // stride + 1


# %% output-size: Half a window
def output_size(n, k, stride=1, padding=0, dilation=1):
    return (n + padding - dilation * (k - 1) - 1) / stride + 1


# %% output-size: Rounded to the nearest
def output_size(n, k, stride=1, padding=0, dilation=1):
    return round((n + padding - dilation * (k - 1) - 1) / stride) + 1


# %% same-padding: right at stride 1
def same_padding(n, k, stride=1):
    return (k - 1) // 2, k // 2


# %% same-padding: extra zero comes after
def same_padding(n, k, stride=1):
    total = max(0, (-(-n // stride) - 1) * stride + k - n)
    return total - total // 2, total // 2


# %% same-padding: nothing to add
def same_padding(n, k, stride=1):
    total = (-(-n // stride) - 1) * stride + k - n
    return total // 2, total - total // 2


# %% same-padding: lose a zero
def same_padding(n, k, stride=1):
    total = max(0, (-(-n // stride) - 1) * stride + k - n)
    return total // 2, total // 2


# %% counts: as deep as its input
def count(k, channels, maps, rows, columns):
    return (k * k + 1) * maps, k * k * maps * rows * columns


# %% counts: biases are missing
def count(k, channels, maps, rows, columns):
    weights = k * k * channels * maps
    return weights, weights * rows * columns


# %% counts: One bias for each output map
def count(k, channels, maps, rows, columns):
    return (k * k + 1) * channels * maps, k * k * channels * maps * rows * columns


# %% counts: used at every cell
def count(k, channels, maps, rows, columns):
    return (k * k * channels + 1) * maps, k * k * channels * maps


# %% counts: A bias is added
def count(k, channels, maps, rows, columns):
    parameters = (k * k * channels + 1) * maps
    return parameters, parameters * rows * columns


# %% field: By how many pixels
def receptive_field(layers):
    return 1 + sum(size - 1 for size, _ in layers)


# %% field: Windows of neighbours overlap
def receptive_field(layers):
    return sum(size for size, _ in layers)


# %% field: own stride
def receptive_field(layers):
    field, jump = 1, 1
    for size, stride in layers:
        jump *= stride
        field += (size - 1) * jump
    return field


# %% field: sides do not multiply
def receptive_field(layers):
    field = 1
    for size, _ in layers:
        field *= size
    return field


# %% pooling: average pooling
def max_pool(X, size):
    rows, columns = X.shape[0] // size, X.shape[1] // size
    X = X[: rows * size, : columns * size]
    return X.reshape(rows, size, columns, size, -1).mean(axis=(1, 3))


# %% pooling: keeps the channels apart
def max_pool(X, size):
    rows, columns = X.shape[0] // size, X.shape[1] // size
    X = X[: rows * size, : columns * size]
    return X.reshape(rows, size, columns, size, -1).max(axis=(1, 3, 4))


# %% pooling: one corner of each window
def max_pool(X, size):
    rows, columns = X.shape[0] // size, X.shape[1] // size
    return X[: rows * size : size, : columns * size : size]


# %% pooling: Where does your maximum start
def max_pool(X, size):
    rows, columns = X.shape[0] // size, X.shape[1] // size
    pooled = np.zeros((rows, columns, X.shape[2]))
    for i in range(size):
        for j in range(size):
            corner = X[i : rows * size : size, j : columns * size : size]
            pooled = np.maximum(pooled, corner)
    return pooled


# %% patches: one a column
def patches(image, k):
    windows = np.lib.stride_tricks.sliding_window_view(image, (k, k))
    return windows.reshape(-1, k * k).T


# %% patches: not column by column
def patches(image, k):
    windows = np.lib.stride_tricks.sliding_window_view(image.T, (k, k))
    return windows.reshape(-1, k * k)


# %% patches: maps come last
def patches(image, k):
    windows = np.lib.stride_tricks.sliding_window_view(image, (k, k))
    return windows.reshape(-1, k * k)


def convolve_many(image, kernels):
    maps, k = kernels.shape[:2]
    rows, columns = image.shape[0] - k + 1, image.shape[1] - k + 1
    Z = kernels.reshape(maps, -1) @ patches(image, k).T
    return Z.reshape(maps, rows, columns)


# %% patches: mixes their weights
def patches(image, k):
    windows = np.lib.stride_tricks.sliding_window_view(image, (k, k))
    return windows.reshape(-1, k * k)


def convolve_many(image, kernels):
    maps, k = kernels.shape[:2]
    rows, columns = image.shape[0] - k + 1, image.shape[1] - k + 1
    Z = patches(image, k) @ kernels.reshape(-1, maps)
    return Z.reshape(rows, columns, maps)


# %% gradient: add up: no mean
def kernel_gradient(image, error):
    windows = np.lib.stride_tricks.sliding_window_view(image, error.shape)
    return (windows * error).mean(axis=(2, 3))


# %% gradient: Turned round
def kernel_gradient(image, error):
    windows = np.lib.stride_tricks.sliding_window_view(image, error.shape)
    return (windows * error).sum(axis=(2, 3))[::-1, ::-1]
