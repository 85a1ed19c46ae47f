# ruff: noqa: F821, F811, B905
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% one-hot: five classes
def one_hot(labels, classes):
    return np.eye(max(labels) + 1)[labels]


# %% one-hot: An example is a row
def one_hot(labels, classes):
    return np.eye(classes)[labels].T


# %% one-hot: the first
def one_hot(labels, classes):
    return np.eye(classes)[np.array(labels) - 1]


# %% one-hot: not -1
def one_hot(labels, classes):
    return 2 * np.eye(classes)[labels] - 1


# %% accuracy: however small
def accuracy(outputs, labels):
    return np.mean(((outputs > 0.5) == np.eye(3)[labels]).all(axis=1))


# %% accuracy: one answer: the first
def accuracy(outputs, labels):
    right = outputs[range(len(labels)), labels]
    return np.mean(right >= outputs.max(axis=1))


# %% accuracy: share of wrong answers
def accuracy(outputs, labels):
    return np.mean(outputs.argmax(axis=1) != labels)


# %% accuracy: That is a count
def accuracy(outputs, labels):
    return sum(outputs.argmax(axis=1) == labels)


# %% accuracy: One answer a row
def accuracy(outputs, labels):
    return np.mean(np.equal(outputs.argmax(axis=0), labels))


# %% standardise: Which ones does the network
def standardise(train, test):
    return (train - train.mean()) / train.std(), (test - test.mean()) / test.std()


# %% standardise: took part in the mean
def standardise(train, test):
    both = np.concatenate([train, test])
    return (train - both.mean()) / both.std(), (test - both.mean()) / both.std()


# %% standardise: one mean serves all
def standardise(train, test):
    mean, std = train.mean(axis=0), np.maximum(train.std(axis=0), 1e-8)
    return (train - mean) / std, (test - mean) / std


# %% standardise: root of the variance
def standardise(train, test):
    return (train - train.mean()) / train.var(), (test - train.mean()) / train.var()


# %% standardise: prepared like those
def standardise(train, test):
    return (train - train.mean()) / train.std(), test


# %% stable-split: by the place in the file
def is_held_out(keys, share):
    return np.arange(len(keys)) < share * len(keys)


# %% stable-split: The last ones of the file
def is_held_out(keys, share):
    return np.arange(len(keys))[::-1] < share * len(keys)


# %% stable-split: depends on the other images
def is_held_out(keys, share):
    return keys < np.quantile(keys.astype(float), share)


# %% stable-split: not the highest
def is_held_out(keys, share):
    return keys / 2**64 > 1 - share


# %% stable-split: not from 0 to 1
def is_held_out(keys, share):
    return keys < share


# %% mini-batches: never trained on
def mini_batches(order, size):
    return [order[i * size : (i + 1) * size] for i in range(len(order) // size)]


# %% mini-batches: about equal size
def mini_batches(order, size):
    return np.array_split(order, -(-len(order) // size))


# %% mini-batches: had their turn already
def mini_batches(order, size):
    count = -(-len(order) // size)
    return list(np.resize(order, count * size).reshape(count, size))


# %% mini-batches: the shuffling is lost
def mini_batches(order, size):
    places = np.arange(len(order))
    return [places[begin : begin + size] for begin in range(0, len(order), size)]


# %% mini-batches: an empty batch
def mini_batches(order, size):
    return [order[i * size : (i + 1) * size] for i in range(len(order) // size + 1)]


# %% confusion: changed places
def confusion(labels, answers, classes):
    counts = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        counts[answer, label] += 1
    return counts


# %% confusion: occurs twice counts once
def confusion(labels, answers, classes):
    counts = np.zeros((classes, classes), int)
    counts[labels, answers] += 1
    return counts


# %% confusion: Only right answers
def confusion(labels, answers, classes):
    counts = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        if label == answer:
            counts[label, answer] += 1
    return counts


# %% confusion: shares of each row
def confusion(labels, answers, classes):
    counts = np.zeros((classes, classes))
    for label, answer in zip(labels, answers):
        counts[label, answer] += 1 / np.sum(labels == label)
    return counts


# %% weighted: counts four times
def mean_error(errors, sizes):
    return np.mean(errors)


# %% weighted: Batches times batch size
def mean_error(errors, sizes):
    return np.sum(errors * sizes) / (len(sizes) * sizes[0])


# %% weighted: was left out
def mean_error(errors, sizes):
    full = sizes == sizes[0]
    return np.mean(errors[full])


# %% weighted: Which share
def mean_error(errors, sizes):
    return errors @ sizes


# %% updates: number of epochs
single = 20
# %% updates: There are 20
single = 55_000
# %% updates: have no batch
single, an_epoch = 1_100_000, 55_000 // 32
# %% updates: no parts of an update
single, an_epoch = 1_100_000, 55_000 / 32
# %% updates: not an update
single, an_epoch = 1_100_000, 1
# %% updates: once a batch
single, an_epoch = 1_100_000, 55_000
# %% updates: Round up in every epoch
single, an_epoch, batches = 1_100_000, 1719, 34_375
# %% updates: of each epoch
single, an_epoch, batches = 1_100_000, 1719, 1718 * 20
# %% updates: not a multiple
single, an_epoch, batches, last = 1_100_000, 1719, 34_380, 32
# %% updates: lacks
single, an_epoch, batches, last = 1_100_000, 1719, 34_380, 8
