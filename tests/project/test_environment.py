"""pyproject.toml, requirements.lock and environment.yml say the same."""

import re
import tomllib

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement

PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def locked(root, python):
    """Name to version of what the lock installs on Linux with this Python."""
    environment = default_environment() | {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": "linux",
        "os_name": "posix",
        "platform_system": "Linux",
    }
    versions = {}
    for line in (root / "requirements.lock").read_text().splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            wanted = Requirement(line.removesuffix("\\").strip())
            if wanted.marker is None or wanted.marker.evaluate(environment):
                versions[wanted.name.lower()] = str(wanted.specifier).removeprefix("==")
    return versions


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def direct(project):
    groups = project["dependency-groups"]
    texts = project["project"]["dependencies"] + groups["book"] + groups["test"]
    return {r.name.lower(): r for r in map(Requirement, texts)}


@pytest.mark.parametrize("python", PYTHONS)
def test_every_direct_dependency_is_locked_within_its_range(root, direct, python):
    versions = locked(root, python)
    for name, wanted in direct.items():
        assert wanted.specifier.contains(versions[name]), name


def test_the_lock_has_hashes_and_no_address(root):
    text = (root / "requirements.lock").read_text()
    assert "://" not in text
    assert "index-url" not in text
    for block in re.split(r"\n(?=[A-Za-z0-9])", text)[1:]:
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_environment_yml_pins_the_locked_versions(root, direct):
    listed = yaml.safe_load((root / "environment.yml").read_text())["dependencies"]
    python = next(e for e in listed if str(e).startswith("python=")).removeprefix("python=")
    versions = locked(root, python)
    pins = next(e for e in listed if isinstance(e, dict))["pip"]
    assert pins[-1] == "-e ."
    build_only = {"setuptools", "uv"}
    expected = [f"{name}=={versions[name]}" for name in sorted(set(direct) - build_only)]
    assert pins[:-1] == expected


def test_the_python_of_environment_yml_is_allowed(root, project):
    text = (root / "environment.yml").read_text()
    python = re.search(r"python=(3\.\d+)", text).group(1)
    assert python in PYTHONS
    assert project["project"]["requires-python"] == ">=3.11,<3.15"


def test_binder_installs_what_chapters_run_with_at_the_locked_versions_and_no_more(root, project):
    listed = yaml.safe_load((root / "binder" / "environment.yml").read_text())["dependencies"]
    pins = next(e for e in listed if isinstance(e, dict))["pip"]
    assert pins[-1] == "-e .."
    versions = locked(root, "3.12")
    names = {Requirement(text).name.lower() for text in project["project"]["dependencies"]}
    names |= {"jupyterlab", "jupyterlab-myst", "jupytext"}
    assert pins[:-1] == [f"{name}=={versions[name]}" for name in sorted(names)]
