"""Third-party files that the site carries itself: verify, place, refresh.

`book/vendor/vendor.json` names every file with its package, version and SHA-256.
The build stops when a file differs from its digest, so that what the readers' browsers
run is exactly what was reviewed. `python -m ldl_lib.publish.vendor` fetches the
versions named in the manifest again (through ``npm pack``) and rewrites the digests.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

MANIFEST = Path("book/vendor/vendor.json")


class VendorError(RuntimeError):
    """A vendored file is missing or is not the one the manifest describes."""


def manifest(root: Path) -> dict[str, Any]:
    """Return the manifest: package name to version, licence and files."""
    packages: dict[str, Any] = json.loads((root / MANIFEST).read_text("utf-8"))
    return packages


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def verify(root: Path) -> list[Path]:
    """Check every vendored file against its digest.

    Returns
    -------
    list of Path
        The files, absolute.

    Raises
    ------
    VendorError
        If a file is missing or differs; or if Plotly's bundles are not of the
        version that the installed Python package expects.
    """
    files = []
    for name, package in manifest(root).items():
        for path, entry in package["files"].items():
            file = root / path
            if not file.is_file():
                raise VendorError(
                    f"{path} of {name} is missing: restore it from version control "
                    "or run `python -m ldl_lib.publish.vendor`"
                )
            found = _digest(file.read_bytes())
            if found != entry["sha256"]:
                raise VendorError(
                    f"{path} has SHA-256 {found}, but {MANIFEST} says "
                    f"{entry['sha256']}: restore the file from version control"
                )
            files.append(file)
    _match_plotly(root)
    return files


def _match_plotly(root: Path) -> None:
    """Demand the plotly.js that the installed plotly draws its figures for."""
    from plotly.offline import get_plotlyjs_version

    wanted = get_plotlyjs_version()
    for name, package in manifest(root).items():
        if name.startswith("plotly.js-") and package["version"] != wanted:
            raise VendorError(
                f"{name} is version {package['version']}, but the installed plotly "
                f"writes figures for {wanted}: run `python -m ldl_lib.publish.vendor "
                f"--plotly {wanted}`"
            )


def place(root: Path, target: Path) -> None:
    """Copy the verified files that pages use into `target` (the site's ``ldl/``)."""
    folder = (root / MANIFEST).parent
    for file in verify(root):
        if not file.is_relative_to(folder):
            continue  # a tool of the tests, not a part of the pages
        relative = file.relative_to(folder)
        if relative.parts[0] == "plotly" and file.suffix == ".js":
            relative = Path(file.name)  # the front end looks beside itself
        copy = target / relative
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.name == "katex.min.css":
            copy.write_text(_woff2_only(file.read_text("utf-8")), "utf-8")
        else:
            shutil.copyfile(file, copy)


def _woff2_only(css: str) -> str:
    """Drop the fallbacks to older font formats, which are not carried."""
    return re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("\w+"\)', "", css)


def refresh(root: Path, versions: dict[str, str] | None = None) -> None:
    """Fetch every package from npm again and rewrite files and digests.

    Parameters
    ----------
    root : Path
        The project's root.
    versions : dict, optional
        Package name to new version; others keep theirs.
    """
    packages = manifest(root)
    for name, package in packages.items():
        package["version"] = (versions or {}).get(name, package["version"])
        members = _npm_pack(f"{name}@{package['version']}")
        for path, entry in package["files"].items():
            data = members[f"package/{entry['from']}"]
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
            entry["sha256"] = _digest(data)
    text = json.dumps(packages, indent=2) + "\n"
    (root / MANIFEST).write_text(text, "utf-8")


def _npm_pack(spec: str) -> dict[str, bytes]:
    """Return the files of an npm package, by their path in its archive."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", spec, "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        archive = next(Path(folder).glob("*.tgz")).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {
            member.name: tar.extractfile(member).read()  # type: ignore[union-attr]
            for member in tar.getmembers()
            if member.isfile()
        }


def main(arguments: list[str] | None = None) -> None:
    """Refresh the vendored files of the project in the current directory."""
    parser = argparse.ArgumentParser(description="Fetch the vendored files again.")
    parser.add_argument("--plotly", help="new version of the plotly.js bundles")
    chosen = parser.parse_args(arguments)
    root = Path.cwd()
    versions = {
        name: chosen.plotly
        for name in manifest(root)
        if chosen.plotly and name.startswith("plotly.js-")
    }
    refresh(root, versions)
    print(f"{len(verify(root))} files refreshed and verified")


if __name__ == "__main__":
    main()
