"""The shapes of a larger service, as far as they can be checked without an engine that runs them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import kubernetes_validate  # type: ignore[import-untyped]  # it publishes no types
import pytest
import yaml

from proofboard.api.main import ROUTERS
from proofboard.cli import serve, worker
from proofboard.settings import OTHER_NAMES, read_settings

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "compose.yaml"
KUBERNETES = ROOT / "deploy" / "kubernetes.yaml"
DOCKERFILE = ROOT / "Dockerfile"

Found = dict[str, Any]


@pytest.fixture(scope="module")
def services() -> Found:
    found: Found = yaml.safe_load(COMPOSE.read_text())["services"]
    return found


@pytest.fixture(scope="module")
def objects() -> list[Found]:
    return list(yaml.safe_load_all(KUBERNETES.read_text()))


def pods(objects: list[Found]) -> dict[str, Found]:
    return {own["metadata"]["name"]: own["spec"]["template"]["spec"] for own in objects if "template" in own["spec"]}


@pytest.fixture(scope="module")
def processes(objects: list[Found]) -> dict[str, Found]:
    """Answer the pods of the web process and of the worker."""
    return pods([own for own in objects if own["kind"] in {"Deployment", "StatefulSet"}])


def names_in(value: Any) -> Iterator[str]:
    """Yield every name of an environment variable of ours that a document sets."""
    if isinstance(value, dict):
        yield from (key for key in value if str(key).startswith("PROOFBOARD_"))
        if str(value.get("name", "")).startswith("PROOFBOARD_"):
            yield value["name"]
        for own in value.values():
            yield from names_in(own)
    elif isinstance(value, list):
        for own in value:
            yield from names_in(own)


def test_the_compose_file_is_valid() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        ("workflows/proofboard-verify.yml", "vendor.github-workflows"),
        ("ISSUE_TEMPLATE/proofboard-verify.yml", "vendor.github-issue-forms"),
    ],
)
def test_what_verifies_a_board_in_its_repository_is_valid(file: str, schema: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / "deploy/github" / file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_command_of_the_verification_holds_what_a_stranger_wrote() -> None:
    workflow = yaml.safe_load((ROOT / "deploy/github/workflows/proofboard-verify.yml").read_text())
    commands = [step["run"] for step in workflow["jobs"]["verify"]["steps"] if "run" in step]
    assert commands
    assert not [command for command in commands if "${{" in command]


def test_a_compose_file_that_is_not_valid_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(COMPOSE.read_text().replace("cap_drop:", "cap_dropped:"))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, str(tmp_path / "compose.yaml")], capture_output=True, text=True, check=False)
    assert done.returncode == 1


def test_every_object_of_kubernetes_is_valid(objects: list[Found]) -> None:
    for own in objects:
        kubernetes_validate.validate(own, "1.37", strict=True)


def test_an_object_of_kubernetes_that_is_not_valid_is_noticed(objects: list[Found]) -> None:
    spoiled = yaml.safe_load(yaml.safe_dump(next(own for own in objects if own["kind"] == "StatefulSet")))
    spoiled["spec"]["replica"] = 2
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(spoiled, "1.37", strict=True)


@pytest.mark.parametrize("path", [COMPOSE, KUBERNETES, DOCKERFILE])
def test_every_setting_that_is_named_is_one(path: Path) -> None:
    named = set(re.findall(r"PROOFBOARD_[A-Z_]+", path.read_text())) - OTHER_NAMES
    read_settings(dict.fromkeys(named - numbers(), "x") | dict.fromkeys(named & numbers(), "1"))


def numbers() -> set[str]:
    return {"PROOFBOARD_TRUSTED_PROXIES"}


@pytest.mark.parametrize("path", [COMPOSE, KUBERNETES, DOCKERFILE])
def test_no_secret_is_written_down(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"(?i)(?:password|secret|access_key\w*|client_secret)\s*[:=]\s*[\"']?[\w+/-]{6,}", text) == []
    assert re.findall(r"://[^\s:@/]+:(?!\$)[^\s@]+@|-----BEGIN|pb_[\w-]{43}", text) == []


def test_only_workers_of_compose_reach_held_out_material(services: Found) -> None:
    for name, own in services.items():
        is_worker = name.startswith("worker")
        assert ("PROOFBOARD_HELD_OUT" in own["environment"]) is is_worker
        assert any("held-out" in volume for volume in own["volumes"]) is is_worker
        assert ("board_key" in own.get("secrets", [])) is is_worker


def test_only_workers_of_kubernetes_reach_held_out_material(processes: dict[str, Found]) -> None:
    for name, pod in processes.items():
        is_worker = name == "worker"
        assert ("PROOFBOARD_HELD_OUT" in set(names_in(pod))) is is_worker
        assert ("held-out" in {own["name"] for own in pod["volumes"]}) is is_worker
        assert ("board-key" in {own["name"] for own in pod["volumes"]}) is is_worker


def test_nothing_that_all_pods_read_names_held_out_material(objects: list[Found]) -> None:
    shared = [own for own in objects if own["kind"] in {"ConfigMap", "Secret"}]
    assert [own["kind"] for own in shared] == ["ConfigMap"]
    assert {"PROOFBOARD_HELD_OUT", "PROOFBOARD_SIGNING_KEY"} & set(names_in(shared)) == set()


def test_web_and_worker_have_a_user_each_and_neither_is_root(services: Found, processes: dict[str, Found]) -> None:
    users = {name: own["user"].partition(":")[0] for name, own in services.items() if name != "postgres"}
    assert users == {"web": "10001", "worker-1": "10002", "worker-2": "10002"}
    assert {name: pod["securityContext"]["runAsUser"] for name, pod in processes.items()} == {
        "web": 10001,
        "worker": 10002,
    }
    assert all(pod["securityContext"]["runAsNonRoot"] for pod in processes.values())
    assert re.findall(r"^USER (\d+):", DOCKERFILE.read_text(), re.MULTILINE) == ["10001"]


def test_no_container_may_gain_rights_or_change_its_image(services: Found, processes: dict[str, Found]) -> None:
    for name in ("web", "worker-1", "worker-2"):
        own = services[name]
        assert (own["read_only"], own["cap_drop"], own["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    for pod in processes.values():
        for container in pod["containers"]:
            own = container["securityContext"]
            assert (own["allowPrivilegeEscalation"], own["readOnlyRootFilesystem"]) == (False, True)
            assert own["capabilities"] == {"drop": ["ALL"]}


def test_every_worker_has_a_stable_name_of_its_own(services: Found, processes: dict[str, Found]) -> None:
    named = [services[name]["environment"]["PROOFBOARD_WORKER_NAME"] for name in ("worker-1", "worker-2")]
    assert len(set(named)) == 2
    environment = {own["name"]: own for own in processes["worker"]["containers"][0]["env"]}
    assert environment["PROOFBOARD_WORKER_NAME"]["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}


def test_what_asks_for_health_asks_an_address_that_there_is(services: Found, processes: dict[str, Found]) -> None:
    served = {getattr(route, "path", "") for router in ROUTERS for route in router.routes}
    container = processes["web"]["containers"][0]
    asked = {container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")}
    asked |= set(re.findall(r"8000(/\w+)", services["web"]["healthcheck"]["test"][-1]))
    assert asked == {"/healthz", "/readyz"}
    assert asked <= served


def commands(services: Found, processes: dict[str, Found]) -> list[list[str]]:
    found = [own["command"] for name, own in services.items() if name != "postgres"]
    found += [pod["containers"][0]["args"] for pod in processes.values()]
    found.append(re.findall(r'"([^"]+)"', DOCKERFILE.read_text().rpartition("CMD ")[2]))
    return found


def test_every_container_runs_a_command_that_there_is(services: Found, processes: dict[str, Found]) -> None:
    known: dict[str, click.Command] = {"serve": serve.command, "worker": worker.command}
    for name, *arguments in commands(services, processes):
        known[name].make_context(name, list(arguments))


def test_the_image_copies_what_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE.read_text(), re.MULTILINE)
    missing = [name for line in copied for name in line.split() if not (ROOT / name).exists()]
    assert missing == []


def test_the_image_is_built_from_locked_packages_alone() -> None:
    installs = re.findall(r"pip install ([^\\\n]+)", DOCKERFILE.read_text())
    assert all("--require-hashes" in own or "--no-deps --no-build-isolation ." in own for own in installs)
    lock = (ROOT / "requirements" / "dev.lock").read_text()
    own = re.search(r"^obstore==.*?(?=^[a-z])", lock, re.MULTILINE | re.DOTALL)
    assert own is not None
    assert "--hash=sha256:" in own[0]


def test_what_is_not_of_the_package_stays_out_of_the_image() -> None:
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    assert rules[1] == "*"
    assert {own for own in rules if own.startswith("!")} == {
        "!CHANGELOG.md",
        "!LICENSE",
        "!README.md",
        "!pyproject.toml",
        "!requirements/*.lock",
        "!src",
    }


def test_the_table_of_settings_is_current() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools" / "settings_doc.py", "--check"], check=False)
    assert done.returncode == 0, "run python tools/settings_doc.py"
