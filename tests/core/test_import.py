"""Importing ldl_lib stays light, and its parts load when used."""

import os
import subprocess
import sys

import pytest

import ldl_lib

HEAVY = {
    "anywidget",
    "ipywidgets",
    "pooch",
    "scipy",
    "sklearn",
    "tensorflow",
    "torch",
}


def modules_after(code: str, **environment: str) -> set[str]:
    program = f"{code}\nimport sys\nprint(*sys.modules)"
    without = {k: v for k, v in os.environ.items() if k != "LDL_SITE"}
    answer = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={**without, **environment},
    )
    return set(answer.stdout.split())


def test_import_loads_none_of_its_parts_nor_anything_heavy():
    loaded = modules_after("import ldl_lib")
    assert {name for name in loaded if name.startswith("ldl_lib")} == {"ldl_lib"}
    assert not loaded & (HEAVY | {"numpy", "plotly"})


@pytest.mark.parametrize("part", ["figures", "nn", "explore", "data"])
def test_parts_load_when_used_and_leave_the_heavy_ones_out(part):
    loaded = modules_after(f"import ldl_lib; ldl_lib.{part}")
    assert f"ldl_lib.{part}" in loaded
    assert not loaded & (HEAVY - {"pooch"})


def test_report_imports_no_framework():
    loaded = modules_after("import ldl_lib; ldl_lib.report()")
    assert not loaded & HEAVY


def test_the_site_build_switches_site_mode_on():
    loaded = modules_after("import ldl_lib", LDL_SITE="1")
    assert "ldl_lib.explore" in loaded
    assert "ldl_lib.explore" not in modules_after("import ldl_lib", LDL_SITE="0")


def test_unknown_attribute_names_what_there_is():
    with pytest.raises(AttributeError, match=r"'plots'.*explore, figures"):
        _ = ldl_lib.plots


def test_dir_lists_the_lazy_parts():
    assert {"data", "explore", "figures", "nn", "device", "report"} <= set(dir(ldl_lib))


def test_version_is_the_packages():
    from importlib.metadata import version

    assert ldl_lib.__version__ == version("ldl_lib")
