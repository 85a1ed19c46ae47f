"""Build the networks of chapter 8 in Keras, and count what they hold and compute.

Writes ``ldl_lib/artifacts/08_architectures.npz``, which the figures read:

    python -m tools.count_architectures

Nothing is downloaded: the networks keep the weights they start with.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ldl_lib.figures.deeper.architectures import ARTIFACT, Counted
from ldl_lib.figures.deeper.inception import MODULES, Module
from ldl_lib.figures.deeper.scaling import MOST, WAYS, factors

CLASSES = 1000


def count(model: Any) -> Counted:
    """Count a Keras model that has one input and one output."""
    work = sum(multiply_adds(layer) for layer in model.layers)
    parameters = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    return Counted(parameters, work, longest_path(model), model.input_shape[1])


def multiply_adds(layer: Any) -> int:
    """Return the multiplications with weights of a layer, for one image."""
    kind = type(layer).__name__
    if kind in ("Conv2D", "DepthwiseConv2D"):
        # Each weight of the kernel is used once at every place of the output.
        places = np.prod(layer.output.shape[1:3])
        return int(np.prod(layer.kernel.shape) * places)
    if kind == "SeparableConv2D":
        kernels = (layer.depthwise_kernel, layer.pointwise_kernel)
        places = np.prod(layer.output.shape[1:3])
        return int(sum(np.prod(kernel.shape) for kernel in kernels) * places)
    if kind == "Dense":
        return int(np.prod(layer.kernel.shape))
    if layer.trainable_weights and kind != "BatchNormalization":
        raise ValueError(f"do not know what a {kind} layer computes")
    return 0


def longest_path(model: Any) -> int:
    """Return the most layers with multiplications between input and output."""

    @cache
    def before(tensor: Any) -> int:
        operation = tensor._keras_history.operation
        inputs = operation._inbound_nodes[0].input_tensors
        return int(multiply_adds(operation) > 0) + max(map(before, inputs), default=0)

    sys.setrecursionlimit(10_000)
    return before(model.output)


def _conv(x: Any, filters: int, side: int, stride: int = 1, **more: Any) -> Any:
    from keras import layers

    arguments = {"padding": "same", "activation": "relu"} | more
    return layers.Conv2D(filters, side, stride, **arguments)(x)


def _pool(x: Any, side: int, stride: int, padding: str = "valid") -> Any:
    from keras import layers

    return layers.MaxPooling2D(side, stride, padding)(x)


def lenet5() -> Any:
    """LeNet-5 without its sparse connections and trained subsampling: 10 classes."""
    import keras
    from keras import layers

    image = keras.Input((32, 32, 1))
    x = _conv(image, 6, 5, padding="valid")
    x = _conv(layers.AveragePooling2D(2)(x), 16, 5, padding="valid")
    x = _conv(layers.AveragePooling2D(2)(x), 120, 5, padding="valid")
    x = layers.Dense(84)(layers.Flatten()(x))
    return keras.Model(image, layers.Dense(10)(x))


def alexnet() -> Any:
    """AlexNet, with its two groups as grouped convolutions."""
    import keras
    from keras import layers

    image = keras.Input((227, 227, 3))
    x = _pool(_conv(image, 96, 11, 4, padding="valid"), 3, 2)
    x = _pool(_conv(x, 256, 5, groups=2), 3, 2)
    x = _conv(_conv(x, 384, 3), 384, 3, groups=2)
    x = layers.Flatten()(_pool(_conv(x, 256, 3, groups=2), 3, 2))
    x = layers.Dense(4096)(layers.Dense(4096)(x))
    return keras.Model(image, layers.Dense(CLASSES)(x))


def inception(x: Any, module: Module) -> Any:
    """Return one inception module of GoogLeNet behind `x`."""
    from keras import layers

    branches = [
        _conv(x, module.one, 1),
        _conv(_conv(x, module.three_before, 1), module.three, 3),
        _conv(_conv(x, module.five_before, 1), module.five, 5),
        _conv(_pool(x, 3, 1, "same"), module.pooled, 1),
    ]
    return layers.Concatenate()(branches)


def googlenet() -> Any:
    """GoogLeNet as it predicts: without the auxiliary classifiers."""
    import keras
    from keras import layers

    image = keras.Input((224, 224, 3))
    x = _pool(_conv(image, 64, 7, 2), 3, 2, "same")
    x = _pool(_conv(_conv(x, 64, 1), 192, 3), 3, 2, "same")
    for name, module in MODULES.items():
        x = inception(x, module)
        if name in ("3b", "4e"):
            x = _pool(x, 3, 2, "same")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(CLASSES)(x))


def resnet34() -> Any:
    """ResNet-34, with a 1×1 convolution in a shortcut where the shape changes."""
    import keras
    from keras import layers

    def convolution(x: Any, filters: int, side: int, stride: int = 1) -> Any:
        bare = _conv(x, filters, side, stride, activation=None, use_bias=False)
        return layers.BatchNormalization()(bare)

    image = keras.Input((224, 224, 3))
    x = _pool(layers.ReLU()(convolution(image, 64, 7, 2)), 3, 2, "same")
    for stage, blocks in enumerate((3, 4, 6, 3)):
        for block in range(blocks):
            filters, stride = 64 * 2**stage, 2 if stage and not block else 1
            inside = layers.ReLU()(convolution(x, filters, 3, stride))
            inside = convolution(inside, filters, 3)
            shortcut = x if stride == 1 else convolution(x, filters, 1, stride)
            x = layers.ReLU()(layers.Add()([inside, shortcut]))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(CLASSES)(x))


def efficientnet(depth: float, width: float, resolution: float) -> Any:
    """Return EfficientNet-B0, grown by three factors."""
    # The public functions, EfficientNetB0 and so on, fix the factors.
    from keras.src.applications.efficientnet import EfficientNet

    size = round(224 * resolution)
    return EfficientNet(
        width_coefficient=width,
        depth_coefficient=depth,
        default_size=size,
        input_shape=(size, size, 3),
        weights=None,
        name="efficientnet",
    )


def builders() -> dict[str, Callable[[], Any]]:
    """Return the architectures of the figure, oldest first."""
    from keras import applications as ready

    def of(name: str) -> Callable[[], Any]:
        return lambda: getattr(ready, name)(weights=None)

    family = {f"EfficientNet-B{k}": of(f"EfficientNetB{k}") for k in range(8)}
    return {
        "LeNet-5": lenet5,
        "AlexNet": alexnet,
        "VGG-16": of("VGG16"),
        "GoogLeNet": googlenet,
        "ResNet-34": resnet34,
        "ResNet-50": of("ResNet50"),
        "Xception": of("Xception"),
        "MobileNet": of("MobileNet"),
        **family,
    }


def grown() -> dict[str, tuple[float, float, float]]:
    """Return factors of depth, width and resolution by names such as ``width 2``."""
    return {
        f"{way} {doublings}": factors(way, doublings)
        for way in WAYS
        for doublings in range(MOST + 1)
    }


def main() -> None:
    """Build and count everything, and write the artifact."""
    import keras

    found = {}
    networks = builders() | {
        name: (lambda factors=factors: efficientnet(*factors))
        for name, factors in grown().items()
    }
    for name, build in networks.items():
        found[name] = count(build())
        keras.backend.clear_session()
        print(name, *found[name], flush=True)
    columns = {
        field: np.array([getattr(each, field) for each in found.values()])
        for field in Counted._fields
    }
    names = np.array(list(found))
    np.savez_compressed(ARTIFACT, names=names, allow_pickle=False, **columns)


if __name__ == "__main__":
    main()
