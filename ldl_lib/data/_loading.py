"""The functions readers call: find, load and prefetch datasets."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal, overload

from . import _fetch
from ._books import Book
from ._photographs import INFO as PHOTOGRAPHS
from ._photographs import Photographs, load_photographs
from ._registry import REGISTRY
from ._series import BookstoreSales, Ridership
from ._types import (
    Contents,
    DataError,
    Dataset,
    Entry,
    File,
    Info,
    Source,
    UnknownDatasetError,
    Whole,
)

_FARTHEST_LAST: tuple[Source, ...] = ("cache", "mirror", "upstream")
_PLACES: dict[Source, str] = {
    "cache": "verified cache",
    "mirror": "mirror folder",
    "upstream": "upstream",
    "package": "installed package",
    "sample": "embedded sample",
}


def names() -> tuple[str, ...]:
    """Return the names of all datasets, sorted."""
    return tuple(sorted([*REGISTRY, PHOTOGRAPHS.name]))


def info(name: str) -> Info:
    """Return what is known about a dataset without loading it.

    Parameters
    ----------
    name : str
        One of `names`.

    Raises
    ------
    UnknownDatasetError
        If there is no such dataset; the message suggests the nearest name.
    TypeError
        If `name` is no text.
    """
    return PHOTOGRAPHS if name == PHOTOGRAPHS.name else _entry(name).info


# The last signature's names include the others', which mypy cannot exclude.
@overload
def load(  # type: ignore[overload-overlap]
    name: Literal["photographs"], *, strict: bool = False
) -> Photographs: ...


@overload
def load(  # type: ignore[overload-overlap]
    name: Literal["bookstore_sales"], *, strict: bool = False
) -> BookstoreSales: ...


@overload
def load(  # type: ignore[overload-overlap]
    name: Literal["ridership"], *, strict: bool = False
) -> Ridership: ...


@overload
def load(  # type: ignore[overload-overlap]
    name: Literal["frankenstein"], *, strict: bool = False
) -> Book: ...


@overload
def load(name: str, *, strict: bool = False) -> Dataset: ...


def load(name: str, *, strict: bool = False) -> Dataset | Whole | Photographs:
    """Load a dataset, split into training, validation and test parts.

    Every call returns arrays of its own, which may be written to. If nothing but a
    sample can be had, one printed line says so. Of CIFAR-10, a mirror may hold a part:
    it is used where the whole cannot be had, and the dataset's ``note`` says so.

    Parameters
    ----------
    name : str
        One of `names`.
    strict : bool
        Refuse the sample. A part of the real files is no sample.

    Returns
    -------
    Dataset, BookstoreSales, Ridership, Book or Photographs
        See ``info(name).description`` for shapes, dtypes and ranges. The two series
        are whole: where to cut them depends on the question. ``"photographs"`` gives
        pictures by name.

    Raises
    ------
    UnknownDatasetError
        If there is no such dataset.
    DataError
        If the data cannot be had and `strict` refuses the sample, or if
        `LDL_DATA_MIRROR` names no folder.
    TypeError
        If a parameter has the wrong type.
    """
    if not isinstance(strict, bool):
        raise TypeError(f"strict is {strict!r}, expected True or False")
    if name == PHOTOGRAPHS.name:
        photographs = load_photographs(strict=strict)
        if photographs.is_sample:
            print(photographs.note)
        return photographs
    entry = _entry(name)
    _fetch.mirror_dir()  # a mirror that is set wrongly is an error, not a reason
    try:
        files, source = _files(entry.info.files, progress=True)
    except DataError as error:
        return _substitute(entry, error, strict=strict)
    return _dataset(entry, entry.build(files), source, entry.info.files)


def _substitute(entry: Entry, error: DataError, *, strict: bool) -> Dataset | Whole:
    """Make do with a part of the dataset, or with its sample."""
    partial = entry.partial
    if partial is not None:
        try:
            files, source = _files(partial.files, progress=True)
        except DataError as part_error:
            error = DataError(f"{error}\n{part_error}")
        else:
            return _dataset(entry, partial.build(files), source, partial.files)
    if strict or entry.build_sample is None:
        raise DataError(_cannot_load(entry.info, error)) from error
    dataset = _dataset(entry, entry.build_sample(), "sample", ())
    print(dataset.note)
    return dataset


def prefetch(
    names: str | Iterable[str] | None = None, *, progress: bool = True
) -> dict[str, Source]:
    """Make sure that datasets can be loaded without a network.

    What the cache and the mirror lack is downloaded into the cache. A host that
    failed a moment ago is asked again. Where the whole of a dataset cannot be had,
    a part of it that the mirror holds is enough.

    Parameters
    ----------
    names : str or iterable of str, optional
        Which; all by default.
    progress : bool
        Whether to show a progress bar for each download.

    Returns
    -------
    dict of str to str
        Where each dataset was found: ``"cache"``, ``"mirror"``, ``"upstream"`` (and now
        in the cache) or ``"package"``.

    Raises
    ------
    UnknownDatasetError
        If a name is unknown; then nothing is downloaded.
    DataError
        If a dataset cannot be had or kept. All others have been fetched by then.
    TypeError
        If `names` holds something that is no text.
    """
    wanted = REGISTRY if names is None else [names] if isinstance(names, str) else names
    if not isinstance(wanted, Iterable):
        raise TypeError(f"names is {names!r}, expected names such as ['mnist']")
    # Photographs come with installed packages: there is nothing to fetch.
    entries = [_entry(name) for name in wanted if name != PHOTOGRAPHS.name]
    _fetch.mirror_dir()
    _fetch.forget_failures()
    found: dict[str, Source] = {}
    problems: list[str] = []
    for entry in entries:
        try:
            _, source = _files(entry.info.files, progress=progress)
        except DataError as error:
            files = entry.partial.files if entry.partial else ()
            if files and all(_fetch.is_at_hand(file) for file in files):
                found[entry.info.name] = _expected_source(files)
            else:
                problems.append(_cannot_load(entry.info, error))
            continue
        if not all(_fetch.is_at_hand(file) for file in entry.info.files):
            problems.append(
                f"{entry.info.title} was downloaded but cannot be kept in "
                f"{_fetch.cache_dir()}"
            )
            continue
        found[entry.info.name] = source
    if problems:
        raise DataError("\n".join(problems))
    return found


def describe_source() -> str:
    """Say in one line where data would come from now, without touching the network.

    Returns
    -------
    str
        Such as ``"mirror folder"``, or ``"mnist: verified cache; fashion_mnist: …"``
        where datasets differ. Judged by the files' sizes; loading checks their digests.
    """
    try:
        places = {
            name: _expected_place(entry)
            for name, entry in sorted(REGISTRY.items())
            if entry.info.files
        }
    except DataError as error:
        return str(error)
    if len(set(places.values())) == 1:
        return next(iter(places.values()))
    return "; ".join(f"{name}: {place}" for name, place in places.items())


def _entry(name: str) -> Entry:
    if not isinstance(name, str):
        raise TypeError(f"the name of a dataset is text, not {name!r}")
    if name in REGISTRY:
        return REGISTRY[name]
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    near = difflib.get_close_matches(plain, REGISTRY, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    known = ", ".join(repr(known) for known in sorted(REGISTRY))
    raise UnknownDatasetError(f"There is no dataset {name!r}. {hint}Known: {known}.")


def _files(
    files: tuple[File, ...], *, progress: bool
) -> tuple[dict[str, bytes], Source]:
    """Fetch all files of a dataset; return them by role, with the farthest source."""
    if not files:
        return {}, "package"
    contents: dict[str, bytes] = {}
    sources: set[Source] = set()
    for file in files:
        contents[file.role], source = _fetch.fetch(file, progress=progress)
        sources.add(source)
    return contents, max(sources, key=_FARTHEST_LAST.index)


def _expected_place(entry: Entry) -> str:
    source = _expected_source(entry.info.files)
    if entry.partial is None or source in {"cache", "mirror"}:
        return _PLACES[source]
    part = _expected_source(entry.partial.files)
    if part not in {"cache", "mirror"}:
        return _PLACES[source]
    first = "" if _fetch.is_offline() else f"{_PLACES[source]}, else "
    return f"{first}{_PLACES[part]} (a part)"


def _expected_source(files: tuple[File, ...]) -> Source:
    sources = [_fetch.local_source(file) for file in files]
    far: Source = "sample" if _fetch.is_offline() else "upstream"
    order = (*_FARTHEST_LAST, "sample")
    return max((source or far for source in sources), key=order.index)


def _dataset(
    entry: Entry, contents: Contents | Whole, source: Source, files: tuple[File, ...]
) -> Dataset | Whole:
    info, is_sample = entry.info, source == "sample"
    facts: dict[str, Any] = {
        "name": info.name,
        "source": source,
        "is_sample": is_sample,
        "digest": _digest_of_files(files) if files else _digest_of_arrays(contents),
        "licence": entry.sample_licence if is_sample else info.licence,
        "attribution": entry.sample_attribution if is_sample else info.attribution,
        "note": _note(info, contents, source),
    }
    if isinstance(contents, Whole):
        return replace(contents, **facts)
    return Dataset(
        train=contents.train,
        validation=contents.validation,
        test=contents.test,
        class_names=contents.class_names,
        train_index=contents.train_index,
        validation_index=contents.validation_index,
        feature_names=contents.feature_names,
        target_name=contents.target_name,
        target_unit=contents.target_unit,
        **facts,
    )


def _note(info: Info, contents: Contents | Whole, source: Source) -> str:
    remark = f"; {contents.remark}" if contents.remark else ""
    if source == "sample":
        return (
            f"SAMPLE, not {info.title}: {info.sample}{remark}. Do not compare its "
            f"results with published ones. Why: load({info.name!r}, strict=True)."
        )
    return f"{info.title}: {contents.summary}, from: {_PLACES[source]}{remark}."


def _cannot_load(info: Info, error: DataError) -> str:
    megabytes = info.size / 1e6
    return (
        f"{info.title} cannot be loaded:\n{error}\n"
        f"What to do: connect to the internet and run ldl_lib.data.prefetch("
        f"[{info.name!r}]) once ({megabytes:.1f} MB), or set LDL_DATA_MIRROR to a "
        f"folder that holds {info.files[0].path.rpartition('/')[0]}/."
    )


def _digest_of_files(files: Iterable[File]) -> str:
    lines = sorted(f"{file.sha256}  {file.path}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _digest_of_arrays(contents: Contents | Whole) -> str:
    digest = hashlib.sha256()
    for array in contents.arrays():
        digest.update(f"{array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
