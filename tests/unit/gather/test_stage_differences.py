"""What differs because of earlier instructions, or of what lies in the context; and what is not told."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.dockerfile import parse_dockerfile
from hybridcompose.gather.facts import Flavour
from hybridcompose.gather.ignore import IgnoreRules
from hybridcompose.gather.stage_differences import whole_differences

if TYPE_CHECKING:
    from pathlib import Path

    from hybridcompose.gather.followed import Found

BOTH, FORK, RELEASE = None, Flavour.FORK, Flavour.RELEASE


@pytest.fixture
def context(tmp_path: Path) -> Path:
    (tmp_path / "tree" / "sub").mkdir(parents=True)
    (tmp_path / "tree" / "file").write_text("x")
    for directory in (tmp_path / "tree", tmp_path / "tree" / "sub"):
        directory.chmod(0o755)
    (tmp_path / "hostname").write_text("x")
    (tmp_path / "root" / "etc").mkdir(parents=True)
    (tmp_path / "root" / "etc" / "resolv.conf").write_text("x")
    (tmp_path / "a[1]").write_text("x")
    (tmp_path / "private").mkdir()
    (tmp_path / "private").chmod(0o700)
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked").chmod(0o755)
    (tmp_path / "linked" / "link").symlink_to("nowhere")
    with tarfile.open(tmp_path / "owned.tar", "w") as archive:
        link = tarfile.TarInfo("s")
        link.type, link.uid = tarfile.SYMTYPE, 3
        archive.addfile(link)
    (tmp_path / "text.gz").write_bytes(gzip.compress(b"text"))
    with tarfile.open(tmp_path / "files.tar", "w") as plain, tarfile.open(tmp_path / "files.tar.xz", "w:xz") as xz:
        for archive in (plain, xz):
            archive.addfile(tarfile.TarInfo("x"), io.BytesIO())
    (tmp_path / "link").symlink_to("tree")
    (tmp_path / "file-link").symlink_to("tree/file")
    return tmp_path


def found_in(text: str, context: Path, *patterns: str, **args: str) -> list[Found]:
    parsed = parse_dockerfile(text, args)
    matcher = IgnoreRules(patterns).matcher()
    return list(whole_differences(parsed, parsed.target(None), args, None, str(context), matcher))


@pytest.mark.parametrize(
    ("text", "line", "only", "word"),
    [
        ("FROM a\nENV X=1\nARG X=2\n", 3, RELEASE, "keeps the value that ENV gives X"),
        ("# escape=`\nFROM a\nENV X=a\\b\n", 3, BOTH, "a\\b becomes ab"),
        ("# escape=`\nFROM a\nWORKDIR /a`b\n", 3, BOTH, "/a`b becomes /a`b"),
        ("FROM a\nCOPY link /x\n", 2, BOTH, "the link link itself, Docker what it points to (tree)"),
        ("FROM a\nADD file-link /x\n", 2, BOTH, "the link file-link itself"),
        (
            "FROM a\nUSER app\nWORKDIR /home/app/w\nCOPY tree .\n",
            4,
            BOTH,
            "root the owner of /home/app/w, which is app's",
        ),
        ("FROM a\nRUN mkdir /w && chown app: /w\nCOPY . /w/\n", 3, BOTH, "root the owner of /w"),
        ("FROM a\nRUN mkdir -m 700 /w\nCOPY tree /w\n", 3, RELEASE, "the mode of tree, 0755"),
        ("FROM a AS b\nRUN install -d -o app /s\nFROM a\nCOPY --from=b /s /k\n", 4, BOTH, "makes /k app's"),
        ("FROM a AS b\nRUN mkdir -m 750 /s\nFROM a\nCOPY --from=0 /s /k\n", 4, RELEASE, "the mode of /s, 0750"),
        (
            "FROM a AS b\nRUN mkdir /s && cp x /s/x\nRUN chmod u+s /s/x\nFROM a\nCOPY --from=b /s /k\n",
            5,
            BOTH,
            "without the set-user-ID or set-group-ID bit of /s/x",
        ),
        ("FROM a AS b\nFROM scratch\nCOPY --from=b / /\n", 3, RELEASE, "/proc"),
        ("FROM a\nCOPY --chown=app tree /made/on/way\n", 2, RELEASE, "makes /made/on root's"),
        ("FROM scratch\nCOPY --chown=app tree /srv/on/way\n", 2, RELEASE, "makes /srv/on root's"),
        ("FROM a\nUSER app\nWORKDIR /made/by\n", 3, RELEASE, "makes /made root's and only /made/by app's"),
        ("FROM a\nRUN useradd -u 5 -g 6 app\nUSER app\nWORKDIR /w\n", 4, BOTH, "the group 5, the number of app"),
        ("FROM a\nRUN echo app:x:5:6::/:/bin/sh>>/etc/passwd\nUSER app\nWORKDIR /w\n", 4, BOTH, "app's group, 6"),
        ("FROM a\nRUN mkdir /s && chmod g+s /s\nCOPY tree /s/tree\n", 3, BOTH, "the group of /s"),
        ("FROM a\nRUN mkdir -m 2775 /s\nWORKDIR /s/w\n", 3, BOTH, "the group of /s"),
        ("FROM a\nRUN ln /one /two\nRUN chmod 600 /two\n", 3, BOTH, "/two and /one are one file (line 2)"),
        (
            "FROM a AS b\nARG V=1\nFROM a\nCOPY --from=b /x /\nRUN echo ${V}\n",
            5,
            RELEASE,
            "the value of ARG V in line 2",
        ),
        (
            "FROM a AS b\nARG V=1\nFROM a\nCOPY --from=b /x /\nARG V\nLABEL v=$V\n",
            6,
            RELEASE,
            "the value of ARG V in line 2",
        ),
        ("FROM a\nEXPOSE 80/TCP\n", 2, BOTH, "fails at 80/TCP"),
        ("FROM a\nARG P=1/sctp\nEXPOSE $P\n", 3, BOTH, "fails at 1/sctp"),
        ("FROM a\nCOPY --chmod=u+x tree /x\n", 2, RELEASE, "fails at --chmod=u+x"),
        ("FROM a AS b\nRUN ln -s x /o/l\nFROM a\nCOPY --from=b /o/l /y\n", 4, BOTH, "the link /o/l itself"),
        ("FROM a AS b\nRUN mkdir /o && ln -s /x/l /o\nFROM a\nCOPY --from=0 o/l /y\n", 4, BOTH, "points to (/x/l)"),
        ("FROM a\nCOPY tree/file /etc/hosts\n", 2, BOTH, "/etc/hosts is mounted"),
        ("FROM a\nCOPY tree/file /proc/x\n", 2, BOTH, "/proc is mounted"),
        ("FROM a\nCOPY hostname /etc/\n", 2, BOTH, "/etc/hostname is mounted"),
        ("FROM a\nCOPY root /\n", 2, BOTH, "/etc/resolv.conf is mounted"),
        ("FROM a\nRUN echo me >/etc/hostname\n", 2, BOTH, "/etc/hostname is Kaniko's own"),
        ("FROM a\nADD text.gz /x/\n", 2, BOTH, "takes text.gz for an archive"),
        ("FROM a\nADD files.tar.xz /x/\n", 2, BOTH, "does not unpack xz"),
        ("FROM a\nADD --chown=app files.tar /x/\n", 2, BOTH, "whatever --chown says"),
        ("FROM a\nARG P='1 2'\nEXPOSE $P\n", 3, BOTH, "keeps 1 2 as it is written"),
        ("FROM a\nEXPOSE 8080:80\n", 2, BOTH, "keeps 8080:80 as it is written"),
        ("FROM a AS b\nRUN mkfifo /o/p\nFROM a\nCOPY --from=b /o /y\n", 4, RELEASE, "the pipe /o/p"),
        ("FROM a AS b\nRUN setcap a+ep /o/p\nFROM a\nCOPY --from=b /o /y\n", 4, BOTH, "without its capabilities"),
        ("FROM a AS b\nRUN setcap a+ep /o/p\nFROM a\nCOPY --from=b o/p /y\n", 4, RELEASE, "copies /o/p without"),
        ("FROM a\nCOPY *.none /y/\n", 2, RELEASE, "nothing matches *.none"),
        ("FROM a\nCOPY a[1] /y/\n", 2, BOTH, "copies a[1]; Docker takes it for a pattern"),
        ("FROM a\nCOPY private /made\n", 2, RELEASE, "gives /made the mode of private, 0700; Docker 0755"),
        ("FROM a\nCOPY tree /tmp\n", 2, RELEASE, "gives /tmp the mode of tree, 0755; Docker 1777"),
        ("FROM a\nRUN mkdir /l\nCOPY --link --chown=7 tree /l/t\n", 3, BOTH, "Docker makes /l 7's as well"),
        ("FROM a\nRUN ln -s /y /x/sub\nCOPY tree /x\n", 3, BOTH, "follows the link /x/sub"),
        ("FROM a\nCOPY --chown=app linked /made\n", 2, BOTH, "leaves links of linked, such as link,"),
        ("FROM a\nADD owned.tar /x/\n", 2, BOTH, "leaves links in owned.tar, such as s,"),
        ("FROM a\nCOPY --chmod=600 tree/file /made/\n", 2, RELEASE, "makes /made with mode 0755"),
        ('FROM a\nSHELL ["bash", "-c"]\nRUN <<E\nx\nE\n', 3, FORK, "in sh, not in bash"),
        ("FROM a\nVOLUME /data/in\nRUN echo x > /data/in/x\n", 3, BOTH, "written to /data/in"),
        ("FROM a AS b\nVOLUME /d\nFROM b\nRUN echo x > /d/x\n", 4, FORK, "written to /d"),
        ("FROM a\nVOLUME /data\nCOPY tree /data/\n", 3, FORK, "written to /data"),
    ],
)
def test_what_differs_is_found_at_its_line(
    context: Path, text: str, line: int, only: Flavour | None, word: str
) -> None:
    (found,) = [one for one in found_in(text, context) if one.severity is Severity.WARNING]
    assert (found.step.start_line, found.only) == (line, only)
    assert word in found.message


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nARG X=1\nENV X=$X\nRUN x\n",
        "FROM a AS b\nARG X=1\nENV X=$X\nFROM b\nARG X=1\n",
        "FROM a\nARG X\nENV X=1\nARG X\n",
        "# escape=`\nFROM a\nENV X='a\\b' Y=plain\n",
        "FROM a\nENV X=a\\b\n",
        "FROM a\nCOPY li* /x/\nCOPY link/file /x/\n",
        "FROM a\nUSER app\nWORKDIR /home/app/w\nCOPY --chown=app:app tree .\nCOPY tree/file .\n",
        "FROM a\nWORKDIR /app\nCOPY . .\n",
        "FROM a\nRUN mkdir /w\nCOPY tree /w\n",
        "FROM a\nRUN mkdir -m 700 /w && chown $WHO /w\n",
        "FROM a AS b\nWORKDIR /s\nRUN make\nFROM a\nCOPY --from=b /s/dist /k\nCOPY --from=b /s /s\n",
        "FROM a AS b\nRUN chmod 4755 /bin/x\nFROM a\nCOPY --from=b /bin/x /bin/x\n",
        "FROM a\nCOPY --from=other/image / /\n",
        "FROM a\nCOPY --chown=app tree /app/src\nCOPY --chown=app tree /made\n",
        "FROM a\nRUN mkdir /made\nCOPY --chown=app tree /made/on\n",
        "FROM a\nUSER app\nWORKDIR /home/app/w\n",
        "FROM a\nRUN useradd -u 5 -g 5 app\nUSER app\nWORKDIR /w\n",
        "FROM a\nRUN useradd -u 5 -g 6 app\nUSER app:app\nWORKDIR /w\n",
        "FROM a\nRUN mkdir -m 2775 /s && mkdir /s/w\nWORKDIR /s/w\nCOPY tree /s2/x\n",
        "FROM a\nRUN ln -s /one /two\nRUN chmod 600 /two\n",
        "FROM a\nRUN ln /one /two && chmod 600 /two\n",
        "FROM a\nVOLUME /data\nRUN echo x > /database/x && ls /var/data\nWORKDIR /data/w\n",
        'FROM a\nRUN echo "unbalanced\n',
    ],
)
def test_what_is_alike_is_no_finding(context: Path, text: str) -> None:
    assert found_in(text, context) == []


@pytest.mark.parametrize(
    ("step", "inside"),
    [
        ("COPY ../.docker/config.json /", ".docker/config.json"),
        ("ADD tree/../../file tree /x/", "file"),
        ("ARG UP=/..\nCOPY $UP/*.json /", "*.json"),
    ],
)
def test_what_leads_out_of_the_context_is_refused_as_kaniko_would_take_files_of_its_own(
    context: Path, step: str, inside: str
) -> None:
    (found,) = found_in(f"FROM a\n{step}\n", context)
    assert (found.severity, found.code) == (Severity.ERROR, Code.CONTEXT_ESCAPE)
    assert f"write {inside}," in found.remedy


def test_a_path_that_stays_in_the_context_or_is_another_stages_is_none_that_leads_out(context: Path) -> None:
    assert found_in("FROM a AS b\nFROM a\nCOPY tree/../tree/file /\nCOPY --from=b ../etc/hosts /x\n", context) == []


def test_copy_below_a_volume_is_no_difference_of_google_s_release(context: Path) -> None:
    found = found_in("FROM a\nVOLUME /data\nCOPY tree /data/\nCOPY tree/file /data/x\nWORKDIR /data/w\n", context)
    assert {one.only for one in found} == {FORK}


def test_the_value_of_an_argument_is_that_of_the_command_line(context: Path) -> None:
    text = "FROM a\nENV X=1\nARG X=2\n"
    assert found_in(text, context, X="1") == []
    assert len(found_in(text, context, X="3")) == 1


def test_a_directory_that_volume_makes_is_a_note_unless_it_may_be_there(context: Path) -> None:
    (found,) = found_in("FROM a\nRUN mkdir /there\nVOLUME /mine /there /var/lib/x /app\n", context)
    assert (found.severity, found.only) == (Severity.NOTE, RELEASE)
    assert "makes /mine in the image" in found.message


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("FROM a\nEXPOSE 70-72\n", "70-72"),
        ("FROM a\nARG P=70-72\nEXPOSE $P/udp\n", "70-72/udp"),
    ],
)
def test_what_does_no_harm_is_a_note(context: Path, text: str, word: str) -> None:
    (found,) = found_in(text, context)
    assert (found.severity, found.only) == (Severity.NOTE, BOTH)
    assert word in found.message


@pytest.mark.parametrize(
    "text",
    [
        "FROM a AS b\nARG V=1\nFROM b\nRUN echo $V\n",
        "FROM a AS b\nARG V=1\nFROM a\nARG V=2\nCOPY --from=b /$V /$V\n",
        "FROM a AS b\nARG V\nFROM a\nCOPY --from=b /$V /$V\n",
        "FROM a AS b\nARG V=1\nFROM a\nCOPY --from=b /\\$V /x\n",
        "FROM a AS b\nARG V=1\nFROM a\nRUN echo $V\n",
        "FROM a\nWORKDIR /\nWORKDIR x/\n",
        "FROM a\nCOPY --chmod=0755 tree /x\n",
        "FROM a AS b\nRUN ln -s x /o/l\nFROM a\nCOPY --from=b /o /y\n",
        "FROM a\nCOPY tree /etc\nCOPY tree/file /etc/hosts.d/x\nRUN cat /etc/hostname.d/x\n",
        "FROM a\nADD files.tar /x/\nADD tree/file /x\nCOPY text.gz /x\n",
    ],
)
def test_what_has_other_reasons_is_no_finding(context: Path, text: str) -> None:
    assert found_in(text, context) == []


def test_ignored_files_are_not_looked_at(context: Path) -> None:
    assert found_in("FROM a\nCOPY link /x\n", context, "link") == []


@pytest.mark.parametrize(
    ("name", "mode", "target", "only"),
    [("d", 0o750, "/made", BOTH), (".", 0o700, "/opt/x", RELEASE), ("d", 0o755, "/made", ""), ("d", 0o750, "/opt", "")],
)
def test_the_mode_of_an_archives_first_directory_is_read(
    context: Path, name: str, mode: int, target: str, only: Flavour | str | None
) -> None:
    with tarfile.open(context / "files.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.mode = tarfile.DIRTYPE, mode
        archive.addfile(member)
        archive.addfile(tarfile.TarInfo(f"{name}/x"), io.BytesIO())
    found = found_in(f"FROM a\nADD files.tar.gz {target}/\n", context)
    assert [one.only for one in found] == ([] if only == "" else [only])


def test_a_stage_knows_what_the_stage_below_it_made(context: Path) -> None:
    text = "FROM a AS b\nRUN mkdir /w && chown app /w\nFROM b AS c\nRUN x\nFROM c\nCOPY tree /w\n"
    assert [one.step.start_line for one in found_in(text, context)] == [6]


def test_without_a_context_files_are_not_looked_at() -> None:
    parsed = parse_dockerfile("FROM a\nUSER app\nWORKDIR /w\nCOPY tree .\nADD x.tar /y\n", {})
    assert list(whole_differences(parsed, parsed.target(None), {}, None)) == []
