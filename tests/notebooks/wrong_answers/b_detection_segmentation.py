# ruff: noqa: F811, F821
# Wrong on purpose: test_exercises.py runs each block in place of the reader's answer.
# %% iou-hand: larger of both left
intersection = 36
# %% iou-hand: Multiply its sides
intersection = 5
# %% iou-hand: counted twice in that sum
intersection, union = 6, 48
# %% iou-hand: corners that neither
intersection, union = 6, 54
# %% iou-hand: covered share of one box
intersection, union, iou_ab = 6, 42, 6 / 24
# %% iou-hand: counted twice in that union
intersection, union, iou_ab = 6, 42, 6 / 48
# %% iou-hand: Both areas grow
intersection, union, iou_ab, iou_doubled = 6, 42, 1 / 7, 4 / 7
# %% iou-hand: Both areas grow
intersection, union, iou_ab, iou_doubled = 6, 42, 1 / 7, 2 / 7


# %% iou: Two negative sides
def iou(a, b):
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = sides.prod(axis=2)
    area_a = (a[:, 2:] - a[:, :2]).prod(axis=1)
    area_b = (b[:, 2:] - b[:, :2]).prod(axis=1)
    return shared / (area_a[:, None] + area_b - shared)


# %% iou: counted twice
def iou(a, b):
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.clip(sides, 0, None).prod(axis=2)
    area_a = (a[:, 2:] - a[:, :2]).prod(axis=1)
    area_b = (b[:, 2:] - b[:, :2]).prod(axis=1)
    return shared / (area_a[:, None] + area_b)


# %% iou: Pairs, not rows
def iou(a, b):
    sides = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    shared = np.clip(sides, 0, None).prod(axis=1)
    area_a = (a[:, 2:] - a[:, :2]).prod(axis=1)
    area_b = (b[:, 2:] - b[:, :2]).prod(axis=1)
    return shared / (area_a + area_b - shared)


# %% decode: undoes a logarithm
def decode(offsets, anchors):
    sizes = anchors[:, 2:] - anchors[:, :2]
    centres = (anchors[:, 2:] + anchors[:, :2]) / 2 + offsets[:, :2] * sizes
    sizes = sizes * offsets[:, 2:]
    return np.hstack([centres - sizes / 2, centres + sizes / 2])


# %% decode: not in pixels
def decode(offsets, anchors):
    sizes = anchors[:, 2:] - anchors[:, :2]
    centres = (anchors[:, 2:] + anchors[:, :2]) / 2 + offsets[:, :2]
    sizes = sizes * np.exp(offsets[:, 2:])
    return np.hstack([centres - sizes / 2, centres + sizes / 2])


# %% decode: move the centre
def decode(offsets, anchors):
    sizes = anchors[:, 2:] - anchors[:, :2]
    start = anchors[:, :2] + offsets[:, :2] * sizes
    return np.hstack([start, start + sizes * np.exp(offsets[:, 2:])])


# %% decode: not in those of the new box
def decode(offsets, anchors):
    sizes = (anchors[:, 2:] - anchors[:, :2]) * np.exp(offsets[:, 2:])
    centres = (anchors[:, 2:] + anchors[:, :2]) / 2 + offsets[:, :2] * sizes
    return np.hstack([centres - sizes / 2, centres + sizes / 2])


# %% decode: Return the edges
def decode(offsets, anchors):
    sizes = anchors[:, 2:] - anchors[:, :2]
    centres = (anchors[:, 2:] + anchors[:, :2]) / 2 + offsets[:, :2] * sizes
    return np.hstack([centres, sizes * np.exp(offsets[:, 2:])])


# %% suppress: drops nobody else
def suppress(ious, scores, threshold):
    order = np.argsort(-scores)
    return [
        int(box)
        for place, box in enumerate(order)
        if np.all(ious[box, order[:place]] <= threshold)
    ]


# %% suppress: not the lowest
def suppress(ious, scores, threshold):
    kept = []
    for box in np.argsort(scores):
        if np.all(ious[box, kept] <= threshold):
            kept.append(int(box))
    return kept


# %% suppress: in the order of their scores
def suppress(ious, scores, threshold):
    kept = []
    for box in range(len(scores)):
        if np.all(ious[box, kept] <= threshold):
            kept.append(int(box))
    return kept


# %% suppress: equal to the threshold
def suppress(ious, scores, threshold):
    kept = []
    for box in np.argsort(-scores):
        if np.all(ious[box, kept] < threshold):
            kept.append(int(box))
    return kept


# %% average-precision: Fill the dips
def average_precision(right, objects):
    hits = np.cumsum(right)
    precision, recall = hits / np.arange(1, len(right) + 1), hits / objects
    at = [np.flatnonzero(recall >= r) for r in np.linspace(0, 1, 101)]
    return np.mean([precision[k[0]] if len(k) else 0 for k in at])


# %% average-precision: all objects
def average_precision(right, objects):
    hits = np.cumsum(right)
    precision = hits / np.arange(1, len(right) + 1)
    recall = hits / max(hits[-1], 1)
    best = [max(precision[recall >= r], default=0) for r in np.linspace(0, 1, 101)]
    return np.mean(best)


# %% average-precision: never reached
def average_precision(right, objects):
    hits = np.cumsum(right)
    precision, recall = hits / np.arange(1, len(right) + 1), hits / objects
    at = [precision[recall >= r] for r in np.linspace(0, 1, 101)]
    return np.mean([max(p) for p in at if len(p)])


# %% average-precision: exact area
def average_precision(right, objects):
    hits = np.cumsum(right)
    precision, recall = hits / np.arange(1, len(right) + 1), hits / objects
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return np.sum(np.diff(recall, prepend=0) * envelope)


# %% average-precision: end of the list
def average_precision(right, objects):
    hits = np.cumsum(right)
    return 1.0 if hits[-1] == objects else np.mean(right)


# %% mean-iou: pixel accuracy
def mean_iou(predicted, truth, classes):
    return np.mean(predicted == truth)


# %% mean-iou: pixels that either
def mean_iou(predicted, truth, classes):
    found = [np.mean(predicted[truth == k] == k) for k in range(classes)]
    return np.nanmean(found)


# %% mean-iou: background is a class
def mean_iou(predicted, truth, classes):
    both = np.sum((predicted == 1) & (truth == 1))
    return both / np.sum((predicted == 1) | (truth == 1))


# %% mean-iou: in neither mask
def mean_iou(predicted, truth, classes):
    scores = []
    for k in range(classes):
        either = np.sum((predicted == k) | (truth == k))
        scores.append(np.sum((predicted == k) & (truth == k)) / max(either, 1))
    return np.mean(scores)


# %% mean-iou: in neither mask
def mean_iou(predicted, truth, classes):
    scores = []
    for k in range(classes):
        either = np.sum((predicted == k) | (truth == k))
        both = np.sum((predicted == k) & (truth == k))
        scores.append(both / either if either else 1.0)
    return np.mean(scores)


# %% stamp: add up
def stamp(x, kernel, stride):
    output = np.zeros((len(x) - 1) * stride + len(kernel))
    for i, value in enumerate(x):
        output[i * stride : i * stride + len(kernel)] = value * kernel
    return output


# %% stamp: Nobody turns it
def stamp(x, kernel, stride):
    output = np.zeros((len(x) - 1) * stride + len(kernel))
    for i, value in enumerate(x):
        output[i * stride : i * stride + len(kernel)] += value * kernel[::-1]
    return output


# %% stamp: How far does it reach
def stamp(x, kernel, stride):
    output = np.zeros(len(x) * stride + len(kernel))
    for i, value in enumerate(x):
        output[i * stride : i * stride + len(kernel)] += value * kernel
    return output[: len(x) * stride]


# %% checkerboard: reaches beyond
rows = 21
# %% checkerboard: not at 7
rows = 26
# %% checkerboard: along one side
rows, fewest, most, ratio = 23, 1, 2, 2
# %% checkerboard: 8 weights
rows, fewest, most, ratio, better_size = 23, 1, 2, 4, 8
# %% checkerboard: 7 weights
rows, fewest, most, ratio, better_size = 23, 1, 2, 4, 7
