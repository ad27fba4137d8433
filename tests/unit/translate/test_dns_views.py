from __future__ import annotations

from typing import Any

from hybridcompose.diagnostics import Code
from hybridcompose.translate.dns_views import Views, networks_of
from hybridcompose.translate.names import names_of
from hybridcompose.translate.options import Dns, NamespaceMode, Options
from hybridcompose.translate.report import Report
from tests.unit.translate.support import project_of, service

OPTIONS = Options(dns=Dns.PROJECT)


def views(services: dict[str, Any], options: Options = OPTIONS, **keys: Any) -> tuple[Views, Report]:
    report = Report()
    found = names_of(project_of(services, **keys), report, options).views
    assert found is not None
    return found, report


def seen_by(name: str, found: Views) -> dict[str, str]:
    return dict(found.views[found.of_service[name]].names)


def on(*networks: str, **keys: Any) -> dict[str, Any]:
    return service(networks=dict.fromkeys(networks), **keys)


def test_every_name_is_known_verbatim_and_none_is_a_finding() -> None:
    db = service(networks={"default": {"aliases": ["a.b_c"]}}, container_name="The.DB", hostname="Db_Host")
    found, report = views({"my_db": db, "web": service()})
    assert {"my_db", "a.b_c", "the.db", "db_host"} <= seen_by("web", found).keys()
    assert {seen_by("web", found)[name] for name in ("my_db", "a.b_c", "the.db", "db_host")} == {"my-db"}
    assert report.diagnostics == ()


def test_a_container_without_a_name_is_known_by_the_one_that_compose_gives() -> None:
    found, _ = views({"db": service()})
    assert seen_by("db", found)["shop-db-1"] == "db"


def test_a_name_and_its_network_are_a_name_too() -> None:
    found, _ = views({"db": on("back")}, networks={"back": {"name": "shop_back"}})
    assert seen_by("db", found)["db.shop_back"] == "db"


def test_a_name_is_unknown_on_other_networks() -> None:
    found, _ = views({"db": on("back"), "web": on("front")})
    assert "db" not in seen_by("web", found)
    assert "db" in found.views[found.of_service["web"]].hidden


def test_an_alias_is_known_on_its_own_network_alone() -> None:
    db = service(networks={"back": {"aliases": ["store"]}, "front": None})
    found, _ = views({"db": db, "web": on("front"), "worker": on("back")})
    assert "store" not in seen_by("web", found)
    assert seen_by("worker", found)["store"] == "db"


def test_a_name_on_two_networks_answers_for_the_first_of_them() -> None:
    first = service(networks={"a": {"aliases": ["api"]}})
    second = service(networks={"b": {"aliases": ["api"]}})
    both = service(networks={"a": None, "b": {"priority": 10}})
    found, _ = views({"first": first, "second": second, "both": both, "user": on("a", "b")})
    assert seen_by("user", found)["api"] == "first"
    assert seen_by("both", found)["api"] == "second"


def test_the_networks_of_a_service_are_ordered_by_priority() -> None:
    project = project_of({"web": service(networks={"a": None, "b": {"priority": 1}, "c": None})})
    assert networks_of(project.services["web"]) == ("b", "a", "c")


def test_an_alias_of_several_services_has_a_service_of_its_own() -> None:
    attached = {"networks": {"default": {"aliases": ["api"]}}}
    found, _ = views({"blue": service(**attached), "green": service(**attached), "api-user": service()})
    assert dict(found.groups) == {"api": ("blue", "green")}
    assert seen_by("api-user", found)["api"] == "api"


def test_groups_of_one_name_on_two_networks_have_two_services() -> None:
    a, b = {"networks": {"a": {"aliases": ["api"]}}}, {"networks": {"b": {"aliases": ["api"]}}}
    c = {"networks": {"c": {"aliases": ["api"]}}}
    services = {f"{name}{n}": service(**given) for name, given in (("a", a), ("b", b), ("c", c)) for n in (1, 2)}
    found, _ = views(services)
    assert sorted(found.groups.values()) == [("a1", "a2"), ("b1", "b2"), ("c1", "c2")]
    assert seen_by("b1", found)["api"] != seen_by("a1", found)["api"]


def test_a_links_alias_is_known_to_the_linking_service_alone() -> None:
    found, _ = views({"db": service(), "web": service(links=["db:store"]), "worker": service()})
    assert seen_by("web", found)["store"] == "db"
    assert "store" not in seen_by("worker", found)
    assert found.of_service["db"] == found.of_service["worker"]


def test_two_services_may_mean_different_ones_by_the_same_link() -> None:
    services = {"pg": service(), "my": service(), "a": service(links=["pg:db"]), "b": service(links=["my:db"])}
    found, _ = views(services)
    assert (seen_by("a", found)["db"], seen_by("b", found)["db"]) == ("pg", "my")


def test_a_service_that_wants_no_name_has_none() -> None:
    quiet = service(networks={"default": {"use_service_name_alias": False, "aliases": ["other"]}})
    found, _ = views({"quiet": quiet, "web": service()})
    assert "quiet" not in seen_by("web", found)
    assert seen_by("web", found)["other"] == "quiet"


def test_a_service_without_containers_has_no_name() -> None:
    found, _ = views({"none": service(scale=0), "web": service()})
    assert "none" not in seen_by("web", found)


def test_an_alias_that_no_dns_can_hold_is_said() -> None:
    _, report = views({"web": service(networks={"default": {"aliases": ["a b"]}})})
    (finding,) = report.diagnostics
    assert (finding.code, finding.path) == (
        Code.NO_EQUIVALENT,
        ("services", "web", "networks", "default", "aliases", 0),
    )


def test_groups_in_a_shared_namespace_begin_with_the_project() -> None:
    attached = {"networks": {"default": {"aliases": ["api"]}}}
    options = Options(dns=Dns.PROJECT, namespace_mode=NamespaceMode.SHARED)
    found, _ = views({"blue": service(**attached), "green": service(**attached)}, options)
    assert list(found.groups) == ["shop-api"]
