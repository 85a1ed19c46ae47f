# ruff: noqa: F821, F811
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% pairs: A dog on a beach
pairs = dict.fromkeys(("degrees", "spam"), ("linear", "squared error"))
pairs |= dict.fromkeys(("digit", "tags"), ("softmax", "categorical"))
# %% pairs: always 1
pairs = dict.fromkeys(("spam", "digit"), ("softmax", "categorical"))
pairs |= {"degrees": ("linear", "squared error"), "tags": ("logistic", "binary")}
# %% pairs: a cold day
pairs = dict.fromkeys(("degrees", "spam", "tags"), ("logistic", "binary"))
pairs |= {"digit": ("softmax", "categorical")}
# %% pairs: flat far out
pairs = dict.fromkeys(("spam", "tags"), ("logistic", "squared error"))
pairs |= {"degrees": ("linear", "squared error"), "digit": ("softmax", "categorical")}
# %% pairs: a no costs nothing
pairs = {"degrees": ("linear", "squared error"), "digit": ("softmax", "categorical")}
pairs |= {"spam": ("logistic", "categorical"), "tags": ("logistic", "binary")}

# %% pairs: a no costs nothing
pairs = {"degrees": ("linear", "squared error"), "digit": ("softmax", "categorical")}
pairs |= {"spam": ("logistic", "binary"), "tags": ("logistic", "categorical")}
# %% pairs: wants a probability
pairs = {"degrees": ("linear", "binary"), "digit": ("softmax", "categorical")}
pairs |= dict.fromkeys(("spam", "tags"), ("logistic", "binary"))
# %% pairs: may all say yes
pairs = dict.fromkeys(("digit", "spam", "tags"), ("logistic", "binary"))
pairs |= {"degrees": ("linear", "squared error")}
# %% pairs: loss of the right class
pairs = {"degrees": ("linear", "squared error"), "digit": ("softmax", "binary")}
pairs |= dict.fromkeys(("spam", "tags"), ("logistic", "binary"))


# %% dollars: How many dollars
def mae_in_dollars(y_hat, y, mean, std):
    return np.abs(y_hat - y).mean()


# %% dollars: What becomes of `mean`
def mae_in_dollars(y_hat, y, mean, std):
    return np.abs(y_hat - y).mean() * std + mean


# %% dollars: Only squared errors
def mae_in_dollars(y_hat, y, mean, std):
    return np.abs(y_hat - y).mean() * std**2


# %% dollars: cancel here
def mae_in_dollars(y_hat, y, mean, std):
    return abs((y_hat - y).mean()) * std


# %% dollars: standardises once more
def mae_in_dollars(y_hat, y, mean, std):
    return np.abs((y_hat - mean) / std - (y - mean) / std).mean()


# %% dollars: That is the RMSE
def mae_in_dollars(y_hat, y, mean, std):
    return ((y_hat - y) ** 2).mean() ** 0.5 * std


# %% temperature: Yours sharpens
def softmax(logits, T):
    powers = np.exp((logits - logits.max(axis=1, keepdims=True)) * T)
    return powers / powers.sum(axis=1, keepdims=True)


# %% temperature: add up a row
def softmax(logits, T):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True) / T


# %% temperature: Where does T come in
def softmax(logits, T):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


# %% temperature: axis=1
def softmax(logits, T):
    powers = np.exp((logits - logits.max()) / T)
    return powers / powers.sum()


# %% temperature: its own maximum
def softmax(logits, T):
    powers = np.exp((logits - logits.max()) / T)
    return powers / powers.sum(axis=1, keepdims=True)


# %% temperature: exp(1000) overflows
def softmax(logits, T):
    return np.exp(logits / T) / np.exp(logits / T).sum(axis=1, keepdims=True)


# %% temperature: right for T = 1
raise_by = 1.609438
# %% temperature: So take more
raise_by = 0.804719
# %% temperature: a logarithm is missing
raise_by = 10
# %% temperature: a logarithm is missing
raise_by = 5


# %% ridge: divide both sums by n
def ridge(X, y, strength):
    centred = X - X.mean(axis=0)
    matrix = centred.T @ centred + strength * np.eye(X.shape[1])
    weights = np.linalg.solve(matrix, centred.T @ (y - y.mean()))
    return weights, y.mean() - X.mean(axis=0) @ weights


# %% ridge: Subtract the means first
def ridge(X, y, strength):
    matrix = X.T @ X / len(X) + strength * np.eye(X.shape[1])
    return np.linalg.solve(matrix, X.T @ y / len(X)), 0.0


# %% ridge: pulled towards 0, too
def ridge(X, y, strength):
    X = np.hstack([X, np.ones((len(X), 1))])
    matrix = X.T @ X / len(X) + strength * np.eye(X.shape[1])
    solution = np.linalg.solve(matrix, X.T @ y / len(X))
    return solution[:-1], solution[-1]


# %% ridge: Yours are not
def ridge(X, y, strength):
    centred = X - X.mean(axis=0)
    matrix = centred.T @ centred / len(X) + strength * np.eye(X.shape[1])
    return np.linalg.solve(matrix, centred.T @ (y - y.mean()) / len(X)), y.mean()


# %% ridge: Where does λ come in
def ridge(X, y, strength):
    solution = np.linalg.lstsq(np.c_[X, np.ones(len(X))], y, rcond=None)[0]
    return solution[:-1], solution[-1]


# %% ridge: on the diagonal
def ridge(X, y, strength):
    mean = X.mean(axis=0)
    matrix = (X - mean).T @ (X - mean) / len(X) + strength
    weights = np.linalg.solve(matrix, (X - mean).T @ y / len(X))
    return weights, y.mean() - mean @ weights


# %% ridge: go into the bias
def ridge(X, y, strength):
    centred = X - X.mean(axis=0)
    matrix = centred.T @ centred / len(X) + strength * np.eye(X.shape[1])
    return np.linalg.solve(matrix, centred.T @ y / len(X)), 0.0


# %% threshold: pulls the large ones, too
def soft_threshold(w, strength):
    return w * (np.abs(w) > strength)


# %% threshold: their sign back
def soft_threshold(w, strength):
    return np.maximum(np.abs(w) - strength, 0)


# %% threshold: pulled past 0
def soft_threshold(w, strength):
    return np.where(w > 0, w - strength, w + strength)


# %% threshold: from both sides
def soft_threshold(w, strength):
    return np.maximum(w - strength, 0)


# %% threshold: it divides
def soft_threshold(w, strength):
    return w / (1 + strength)


# %% threshold: nearer to 0 than λ
zeros = 1
# %% threshold: Which number divided
zeros_l2 = 2


# %% bias-variance: holds the variance as well
def bias_variance(fits, truth):
    return ((fits - truth) ** 2).mean(), fits.var(axis=0).mean()


# %% bias-variance: whatever the truth
def bias_variance(fits, truth):
    return ((fits.mean(axis=0) - truth) ** 2).mean(), ((fits - truth) ** 2).mean()


# %% bias-variance: Each place has its own
def bias_variance(fits, truth):
    return ((fits.mean(axis=0) - truth) ** 2).mean(), fits.var()


# %% bias-variance: Square at each place first
def bias_variance(fits, truth):
    return (fits.mean(axis=0) - truth).mean() ** 2, fits.var(axis=0).mean()


# %% bias-variance: not by one less
def bias_variance(fits, truth):
    bias_squared = ((fits.mean(axis=0) - truth) ** 2).mean()
    return bias_squared, fits.var(axis=0, ddof=1).mean()


# %% standard-error: how far a single house
def standard_error(errors):
    return errors.std(ddof=1)


# %% standard-error: the root of n counts
def standard_error(errors):
    return errors.std(ddof=1) / len(errors)


# %% standard-error: n is len(errors)
def standard_error(errors):
    return errors.std(ddof=1) / 102**0.5


# %% standard-error: With n − 1
def standard_error(errors):
    return errors.std() / len(errors) ** 0.5


# %% standard-error: root of the variance
def standard_error(errors):
    return errors.var(ddof=1) / len(errors) ** 0.5


# %% standard-error: n is a square
houses = 25
# %% standard-error: Two and a half times
houses = 255
# %% standard-error: need not multiply
houses = 6375
