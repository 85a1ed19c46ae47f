# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% bottleneck: kernel for each input channel
plain = 9 * 256
# %% bottleneck: How many cells
plain = 256 * 256
# %% bottleneck: the channels multiply
plain = 9 * 512
# %% bottleneck: way back
plain, squeezed = 589_824, 256 * 64 + 9 * 64 * 64
# %% bottleneck: stays at 64
plain, squeezed = 589_824, 256 * 64 + 9 * 64 * 256
# %% bottleneck: have weights, too
plain, squeezed = 589_824, 9 * 64 * 64
# %% bottleneck: At how many places
plain, squeezed, multiply_adds = 589_824, 69_632, 69_632
# %% bottleneck: 14 rows and 14 columns
plain, squeezed, multiply_adds = 589_824, 69_632, 69_632 * 14
# %% bottleneck: in the weights already
plain, squeezed, multiply_adds = 589_824, 69_632, 69_632 * 14 * 14 * 9


# %% separable: Who mixes
def separable_share(kernel, inputs, outputs):
    return 1 / outputs


# %% separable: 1 × 1 layer alone
def separable_share(kernel, inputs, outputs):
    return 1 / kernel**2


# %% separable: kernel² cells
def separable_share(kernel, inputs, outputs):
    return 1 / outputs + 1 / kernel


# %% separable: its inverse
def separable_share(kernel, inputs, outputs):
    return kernel**2 * outputs / (kernel**2 + outputs)


# %% average: averages the channels
def global_average(maps):
    return maps.mean(axis=3)


# %% average: images of the batch
def global_average(maps):
    return maps.mean(axis=0)


# %% average: The images are mixed
def global_average(maps):
    return maps.mean(axis=(0, 1, 2))


# %% average: largest value
def global_average(maps):
    return maps.max(axis=(1, 2))


# %% average: That flattens
def global_average(maps):
    return maps.reshape(len(maps), -1)


# %% average: axes 1 and 2
def global_average(maps):
    return maps.mean(axis=(2, 3))


# %% residual: What comes around it
def residual_backward(X, W, gradient):
    return (gradient * (X @ W.T > 0)) @ W


# %% residual: has a say, too
def residual_backward(X, W, gradient):
    return gradient


# %% residual: only where Z > 0
def residual_backward(X, W, gradient):
    return gradient + gradient @ W


# %% residual: Which matrix goes back
def residual_backward(X, W, gradient):
    return gradient + (gradient * (X @ W.T > 0)) @ W.T


# %% residual: does not divide
def residual_backward(X, W, gradient):
    return (gradient + (gradient * (X @ W.T > 0)) @ W) / 2


# %% residual: at Z, not X
def residual_backward(X, W, gradient):
    return gradient + (gradient * (X > 0)) @ W


# %% max-pool: All four get it
def max_pool_backward(z, gradient):
    return np.kron(gradient, np.ones((2, 2)))


# %% max-pool: average pooling
def max_pool_backward(z, gradient):
    return np.kron(gradient, np.full((2, 2), 0.25))


# %% max-pool: derivative of a copy
def max_pool_backward(z, gradient):
    ones = np.ones((2, 2))
    largest = np.kron(z.reshape(2, 2, 2, 2).max(axis=(1, 3)), ones)
    return np.kron(gradient, ones) * z * (z == largest)


# %% max-pool: the smallest
def max_pool_backward(z, gradient):
    ones = np.ones((2, 2))
    smallest = np.kron(z.reshape(2, 2, 2, 2).min(axis=(1, 3)), ones)
    return np.kron(gradient, ones) * (z == smallest)


# %% max-pool: winner in each window
def max_pool_backward(z, gradient):
    return np.kron(gradient, np.ones((2, 2))) * (z == z.max())


# %% mirror: Upside down
def mirror(X, chosen):
    changed = X.copy()
    changed[chosen] = X[chosen][:, ::-1]
    return changed


# %% mirror: red and blue
def mirror(X, chosen):
    changed = X.copy()
    changed[chosen] = X[chosen][..., ::-1]
    return changed


# %% mirror: All are mirrored
def mirror(X, chosen):
    return X[:, :, ::-1]


# %% mirror: Exactly the others
def mirror(X, chosen):
    changed = X.copy()
    changed[~chosen] = X[~chosen][:, :, ::-1]
    return changed


# %% mirror: reverses the batch
def mirror(X, chosen):
    return X[::-1]


# %% nudge: it helps the network
def fast_gradient_sign(x, gradient, epsilon):
    return np.clip(x - epsilon * np.sign(gradient), 0, 1)


# %% nudge: Only the sign counts
def fast_gradient_sign(x, gradient, epsilon):
    return np.clip(x + epsilon * gradient, 0, 1)


# %% nudge: below 0 or above 1
def fast_gradient_sign(x, gradient, epsilon):
    return x + epsilon * np.sign(gradient)


# %% nudge: The sign is lost
def fast_gradient_sign(x, gradient, epsilon):
    return np.clip(x + epsilon * np.abs(gradient), 0, 1)


# %% nudge: image itself is missing
def fast_gradient_sign(x, gradient, epsilon):
    return np.clip(epsilon * np.sign(gradient), 0, 1)
