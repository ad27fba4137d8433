"""Points at which loading once differed from the reference: each found by differential fuzzing, each a rule since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.diagnostics import Code

if TYPE_CHECKING:
    from tests.unit.load.conftest import Loader, Refuser


def service(load_text: Loader, text: str, rest: str = "") -> dict[str, Any]:
    services: dict[str, Any] = load_text(f"services: {{web: {{image: a, {text}}}}}\n{rest}").to_dict()["services"]
    web: dict[str, Any] = services["web"]
    return web


def test_empty_name_servers_of_a_service_are_none(load_text: Loader) -> None:
    assert service(load_text, "dns: ['${NO:-}', 1.1.1.1]")["dns"] == ["1.1.1.1"]


def test_empty_name_servers_of_a_hook_are_kept(load_text: Loader) -> None:
    assert service(load_text, "pre_start: [{image: h, dns: ['']}]")["pre_start"][0]["dns"] == [""]


def test_block_devices_are_printed_with_the_names_that_the_reference_has(load_text: Loader) -> None:
    limits = "blkio_config: {weight_device: [{weight: 5}], device_read_bps: [{path: /a, rate: 1k}]}"
    assert service(load_text, limits)["blkio_config"] == {
        "weight_device": [{"Path": "", "Weight": 5}],
        "device_read_bps": [{"Path": "/a", "Rate": "1024"}],
    }


def test_a_discrete_resource_is_printed_whole(load_text: Loader) -> None:
    resources = "deploy: {resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: gpu}}]}}}"
    found = service(load_text, resources)["deploy"]["resources"]["reservations"]["generic_resources"]
    assert found == [{"discrete_resource_spec": {"kind": "gpu", "value": 0}}]


def test_an_ssh_agent_is_printed_as_a_list(load_text: Loader) -> None:
    assert service(load_text, "build: {context: ., ssh: {default: null}}")["build"]["ssh"] == ["default"]


def test_scale_counts_as_replicas_of_a_deploy_section(load_text: Loader) -> None:
    assert service(load_text, "scale: 3, deploy: {}")["deploy"]["replicas"] == 3


def test_a_provider_option_with_no_values_is_left_out(load_text: Loader) -> None:
    assert service(load_text, "provider: {type: p, options: {a: [], b: [1]}}")["provider"]["options"] == {"b": ["1"]}


def test_a_bind_of_a_hook_creates_nothing_unless_it_says_so(load_text: Loader) -> None:
    hook = "pre_start: [{image: h, volumes: [{type: bind, source: ./a, target: /a, bind: {}}]}]"
    assert service(load_text, hook)["pre_start"][0]["volumes"][0]["bind"] == {"create_host_path": False}


def test_the_last_name_that_is_not_empty_names_the_project(load_text: Loader) -> None:
    second = {"second.yaml": "name: ''\nservices: {web: {cpuset: '0'}}\n"}
    text = "name: first\nservices: {web: {image: a}}\n"
    project = load_text(text, second, project_name=None, paths=["compose.yaml", "second.yaml"])
    assert project.name == "first"


def test_names_that_begin_with_x_are_kept_where_names_are_free(load_text: Loader) -> None:
    assert service(load_text, "labels: {x-owner: me}, logging: {options: {x-a: b}}")["labels"] == {"x-owner": "me"}


def test_a_secret_of_an_included_project_keeps_its_content(load_text: Loader) -> None:
    included = {"inc.yaml": "secrets: {token: {environment: TOKEN}}\n"}
    project = load_text("include: [inc.yaml]\nservices: {web: {image: a}}\n", included, environment={"TOKEN": "t"})
    assert project.secrets["token"].content == "t"
    assert project.to_dict()["secrets"]["token"] == {"name": "demo_token", "environment": "TOKEN"}


def test_a_job_leaves_its_env_and_label_files_to_its_run(load_text: Loader) -> None:
    job = "jobs: {j: {image: a, triggers: {manual: true}, label_file: no.env, env_file: no.env, environment: [X]}}"
    found = load_text(f"services: {{web: {{image: a}}}}\n{job}", environment={"X": "1"}).to_dict()["jobs"]["j"]
    assert found["environment"] == {"X": "1"}
    assert [entry.rpartition("/")[2] for entry in found["label_file"]] == ["no.env"]


def test_a_key_without_effect_in_a_device_request_is_a_warning(load_text: Loader) -> None:
    project = load_text("services: {web: {image: a, gpus: [{driver: nvidia, drivr: x}]}}")
    assert project.to_dict()["services"]["web"]["gpus"] == [{"driver": "nvidia", "count": -1}]
    assert [(finding.code, finding.path) for finding in project.diagnostics] == [
        (Code.UNKNOWN_KEY, ("services", "web", "gpus", 0, "drivr"))
    ]


@pytest.mark.parametrize("entry", ["{project_directory: .}", "{path: inc.yaml, env_fle: x}", "null"])
def test_an_include_with_nothing_to_say_is_a_warning(load_text: Loader, entry: str) -> None:
    project = load_text(
        f"include: [{entry}]\nservices: {{web: {{image: a}}}}", {"inc.yaml": "services: {x: {image: b}}"}
    )
    assert [finding.severity for finding in project.diagnostics] == ["warning"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("group_add: [1.5]", ("group_add", 0)),
        ("group_add: ['1', 1]", ("group_add", 1)),
        ("storage_opt: {size: 1.5}", ("storage_opt", "size")),
        ("blkio_config: {weight: '5'}", ("blkio_config", "weight")),
        ("blkio_config: {weight: -5}", ("blkio_config", "weight")),
        ("gpus: [{count: 1.0}]", ("gpus", 0, "count")),
        ("security_opt: [A, A]", ("security_opt", 1)),
        ("use_api_socket: 'yes'", ("use_api_socket",)),
        ("container_name: x", ("container_name",)),
        ("oom_score_adj: 1001", ("oom_score_adj",)),
        ("pids_limit: 18446744073709551615", ("pids_limit",)),
        ("x-own: .nan", ("x-own",)),
        ("networks: {'a b': null}", ("networks", "a b")),
        ("pull_policy: 2024-01-02", ("pull_policy",)),
        ("healthcheck: {timeout: 1}", ("healthcheck", "timeout")),
        ("volumes: [{type: tmpfs, target: /t, tmpfs: {mode: '0755'}}]", ("volumes", 0, "tmpfs", "mode")),
    ],
)
def test_what_the_reference_refuses_is_refused_at_its_place(
    refuse_text: Refuser, text: str, path: tuple[str, ...]
) -> None:
    findings = refuse_text(f"services:\n  web: {{image: a, {text}}}\n")
    assert [finding.path for finding in findings] == [("services", "web", *path)]
    assert findings[0].location is not None
    assert findings[0].location.line == 2


@pytest.mark.parametrize("section", ["secrets", "configs"])
def test_a_fraction_has_no_notation_as_the_option_of_a_driver(refuse_text: Refuser, section: str) -> None:
    if section == "configs":
        findings = refuse_text("services: {web: {image: a}}\nconfigs: {a: {file: f, driver_opts: {a: 1}}}")
        assert [finding.code for finding in findings] == [Code.UNKNOWN_KEY]
    else:
        findings = refuse_text("services: {web: {image: a}}\nsecrets: {a: {file: f, driver_opts: {a: 1.5}}}")
        assert [finding.path for finding in findings] == [("secrets", "a", "driver_opts", "a")]


@pytest.mark.parametrize("key", ["tmpfs", "command", "healthcheck: {test", "dns"])
def test_a_date_is_not_taken_for_a_list(refuse_text: Refuser, key: str) -> None:
    end = "}" if "{" in key else ""
    (finding,) = refuse_text(f"services: {{web: {{image: a, {key}: 2024-01-02{end}}}}}")
    assert finding.code is Code.INVALID_VALUE


def test_a_label_file_that_both_files_name_is_read_once(load_text: Loader) -> None:
    files = {"base.yaml": "services: {b: {image: a, label_file: a.label}}\n", "a.label": "A=1\n"}
    text = "services: {web: {extends: {service: b, file: base.yaml}, label_file: [a.label]}}\n"
    assert len(load_text(text, files).services["web"].label_file) == 1


def test_merging_lists_tells_numbers_from_booleans(load_text: Loader) -> None:
    second = {"second.yaml": "services: {web: {provider: {options: {k: [1, true, 1, 1.0]}}}}\n"}
    text = "services: {web: {provider: {type: p, options: {k: [0, false]}}}}\n"
    web = load_text(text, second, paths=["compose.yaml", "second.yaml"]).to_dict()["services"]["web"]
    assert web["provider"]["options"]["k"] == ["0", "false", "1", "true", "1"]


def test_a_date_in_a_list_of_labels_is_a_label(load_text: Loader) -> None:
    project = load_text("services: {web: {image: a}}\nconfigs: {c: {file: f, labels: [2024-01-02]}}")
    assert project.configs["c"].labels == {"2024-01-02 00:00:00 +0000 UTC": ""}


def test_an_empty_list_over_an_empty_mapping_of_hosts_is_refused_as_well(refuse_text: Refuser) -> None:
    second = {"second.yaml": "services: {web: {extra_hosts: {h: []}}}\n"}
    text = "services: {web: {image: a, extra_hosts: {}}}\n"
    findings = refuse_text(text, second, paths=["compose.yaml", "second.yaml"])
    assert [finding.path for finding in findings] == [("services", "web", "extra_hosts")]


def test_empty_texts_are_merged(load_text: Loader) -> None:
    second = {"second.yaml": "services: {web: {dns: ''}}\n"}
    text = "services: {web: {image: a, dns: ''}}\n"
    web = load_text(text, second, paths=["compose.yaml", "second.yaml"]).to_dict()["services"]["web"]
    assert "dns" not in web


def test_two_empty_mappings_of_hosts_cannot_be_merged(refuse_text: Refuser) -> None:
    second = {"second.yaml": "services: {web: {extra_hosts: {}}}\n"}
    text = "services: {web: {image: a, extra_hosts: {}}}\n"
    findings = refuse_text(text, second, paths=["compose.yaml", "second.yaml"])
    assert [finding.path for finding in findings] == [("services", "web", "extra_hosts")]


def test_a_secret_without_a_source_is_refused(refuse_text: Refuser) -> None:
    job = "jobs: {j: {image: a, triggers: {manual: true}, secrets: [{target: t}]}}"
    findings = refuse_text(f"services: {{web: {{image: a}}}}\n{job}")
    assert [finding.path for finding in findings] == [("jobs", "j", "secrets", 0)]


@pytest.mark.parametrize(
    "text",
    [
        "cpu_shares: '${TOKEN}'",
        "privileged: '${TOKEN}'",
        "ports: ['${TOKEN}']",
        "stop_grace_period: '${TOKEN}'",
        "mem_limit: '${TOKEN}'",
        "pull_policy: '${TOKEN}'",
        "networks: ['${TOKEN}']",
        "healthcheck: {test: ['${TOKEN}']}",
    ],
)
def test_the_value_of_a_variable_is_not_told(refuse_text: Refuser, text: str) -> None:
    findings = refuse_text(f"services: {{web: {{image: a, {text}}}}}", environment={"TOKEN": "hunter2"})
    assert "hunter2" not in "".join(f"{finding.message} {finding.remedy}" for finding in findings)


def test_several_mistakes_are_told_together(refuse_text: Refuser) -> None:
    findings = refuse_text("services: {web: {image: 1, prots: [], tty: 5}}\nnetwroks: {}\n")
    assert [finding.remedy for finding in findings if finding.code is Code.UNKNOWN_KEY] == [
        "did you mean ports?",
        "did you mean networks?",
    ]
    assert len(findings) == 4


def test_a_top_level_that_is_no_mapping_is_refused_with_its_place(refuse_text: Refuser) -> None:
    (finding,) = refuse_text("- a\n")
    assert finding.location is not None
    assert (finding.location.line, finding.location.column) == (1, 1)


def test_a_path_that_is_included_and_written_here_too_is_one(load_text: Loader) -> None:
    watched = "services: {web: {image: a, develop: {watch: [{path: src, action: sync, target: /src}]}}}\n"
    included = watched.replace("path: src", "path: ../src")
    found = load_text(watched + "include: [sub/more.yaml]\n", {"sub/more.yaml": included}).to_dict()
    assert len(found["services"]["web"]["develop"]["watch"]) == 1


def test_no_name_servers_over_none_of_an_extended_service_are_none(load_text: Loader) -> None:
    base = "services: {base: {image: a, dns: 1.0}}\n"
    text = "services: {web: {dns: null, extends: {file: base.yaml, service: base}}}\n"
    assert "dns" not in load_text(text, {"base.yaml": base}).to_dict()["services"]["web"]


def test_a_path_in_an_extended_file_is_text_also_where_its_service_is_not_extended(refuse_text: Refuser) -> None:
    base = "services: {used: {image: a}, other: {develop: {watch: [{path: 1_000, action: sync}]}}}\n"
    text = "services: {web: {extends: {file: base.yaml, service: used}}}\n"
    finding = refuse_text(text, {"base.yaml": base})[0]
    assert finding.code is Code.INVALID_VALUE
    assert finding.location is not None
    assert finding.location.file.endswith("base.yaml")


def test_an_ssh_key_in_an_extended_file_is_a_list_also_where_another_stands_over_it(refuse_text: Refuser) -> None:
    base = "services: {base: {image: a, build: {context: ., ssh: a=b}}}\n"
    text = "services: {web: {build: {context: ., ssh: []}, extends: {file: base.yaml, service: base}}}\n"
    assert refuse_text(text, {"base.yaml": base})[0].code is Code.INVALID_VALUE


def test_a_logging_option_that_is_a_list_is_printed_as_go_prints_it(load_text: Loader) -> None:
    # Only under an empty name does the schema admit such a value.
    options = service(load_text, "logging: {options: {'': [{b: c, d: null}]}}")["logging"]["options"]
    assert options == {"": "[map[b:c d:<nil>]]"}


def test_counts_are_not_negative(refuse_text: Refuser) -> None:
    for part in ("healthcheck: {test: a, retries: -1}", "deploy: {restart_policy: {max_attempts: -1}}"):
        (finding,) = refuse_text(f"services: {{web: {{image: a, {part}}}}}\n")
        assert finding.code is Code.INVALID_VALUE
