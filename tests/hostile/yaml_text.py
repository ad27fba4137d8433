"""YAML that expands, nests, repeats or is no text at all."""

from __future__ import annotations

import codecs

from tests.hostile.case import WEB, compose

_DEEP = 100_000
_NESTED = "values are nested more than 100 deep"


def _laughs(first: str, wrap: str, more: str) -> str:
    """Each anchor repeats the one before: the last stands for billions of values."""
    lines = [f"x-a0: &a0 {first}"]
    lines += [f"x-a{n}: &a{n} {wrap.replace('@', more.replace('@', f'*a{n - 1}'))}" for n in range(1, 30)]
    return "\n".join(lines) + f"\n{WEB}"


def _keys(count: int) -> str:
    return "".join(f"  key{number}: value{number}\n" for number in range(count))


YAML_TEXT = (
    compose(
        "aliases in lists",
        lambda: _laughs("[l, l, l, l, l, l, l, l, l]", "[@]", "@, @, @, @, @, @, @, @, @"),
        "compose.yaml:4:17: error[too-many-nodes]",
    ),
    compose(
        "aliases in mappings",
        lambda: _laughs("{a: l, b: l, c: l}", "{@}", "a: @, b: @, c: @, d: @, e: @, f: @, g: @, h: @"),
        "compose.yaml:4:",
    ),
    compose(
        "aliases in merge keys",
        lambda: _laughs(
            "{" + ", ".join(f"k{n}: 1" for n in range(100)) + "}", "{<<: [@], z: 1}", "@, @, @, @, @, @, @, @, @"
        ),
        "compose.yaml:4:",
    ),
    compose("an anchor in itself", lambda: f"{WEB}x-a: &a [*a]\n", "compose.yaml:4:10: error[invalid-yaml]"),
    compose("an anchor merged into itself", lambda: f"{WEB}x-a: &a {{<<: *a}}\n", "compose.yaml:4:14: error[invalid"),
    compose("brackets", lambda: f"{WEB}x-a: {'[' * _DEEP}{']' * _DEEP}\n", "compose.yaml:4:105: error[invalid-yaml]"),
    compose("open brackets", lambda: f"{WEB}x-a: {'[' * _DEEP}\n", "compose.yaml:4:105: error[invalid-yaml]"),
    compose("braces", lambda: f"{WEB}x-a: {'{a: ' * _DEEP}{'}' * _DEEP}\n", "compose.yaml:4:402: error[invalid-yaml]"),
    compose("braces as keys", lambda: f"{WEB}x-a: {'{' * _DEEP}\n", "compose.yaml:4:7: error[non-string-key]"),
    compose("dashes", lambda: f"{WEB}x-a:\n  {'- ' * _DEEP}a\n", "compose.yaml:5:201: error[invalid-yaml]"),
    compose("question marks", lambda: f"{WEB}x-a: {'? ' * _DEEP}\n", "compose.yaml:4:6: error[invalid-yaml]"),
    compose(
        "indented keys",
        lambda: f"{WEB}x-a:\n" + "".join(" " * (n + 1) + "a:\n" for n in range(2000)),
        "compose.yaml:104:101: error[invalid-yaml]",
    ),
    compose("a value of 10 MB", lambda: f'{WEB}x-a: "{"a" * 10_000_000}"\n'),
    compose("a variable of 10 MB", lambda: f'{WEB}    environment: {{A: "{"a" * 10_000_000}"}}\n'),
    compose("10 MB of keys", lambda: f"{WEB}x-a:\n{_keys(450_000)}", "compose.yaml:100002:3: error[too-many-nodes]"),
    compose("1 MB on one line", lambda: f"{WEB}x-a: [{'a,' * 500_000}]\n", "compose.yaml:4:200001: error[too-many"),
    compose(
        "as many keys as there may be", lambda: f"{WEB}x-a: {{{', '.join(f'k{n}: {n}' for n in range(45_000))}}}\n"
    ),
    compose(
        "as many services as there may be, all wrong",
        lambda: "services:\n" + "".join(f"  s{n}: 1\n" for n in range(49_000)),
        "compose.yaml:2:7: error[not-a-mapping]",
    ),
    compose(
        "as many misspelt keys as there may be",
        lambda: WEB + "".join(f"    key{n}: 1\n" for n in range(49_000)),
        "compose.yaml:4:5: error[unknown-key]",
    ),
    compose(
        "a key of 1 MB", lambda: f"{WEB}    ? {'k' * 1_000_000}\n    : 1\n", "compose.yaml:4:7: error[unknown-key]"
    ),
    compose(
        "a quoted key of 1 MB", lambda: f'{WEB}    "{"k" * 1_000_000}": 1\n', "compose.yaml:4:5: error[invalid-yaml]"
    ),
    compose("NUL bytes", lambda: b"\0" * 1000, "compose.yaml:1:1: error[invalid-yaml]"),
    compose("a NUL byte", lambda: "services:\n  web:\n    image: a\0b\n", "compose.yaml:3:13: error[invalid-yaml]"),
    compose("UTF-16, little end first", lambda: codecs.BOM_UTF16_LE + WEB.encode("utf-16-le")),
    compose("UTF-16, big end first", lambda: codecs.BOM_UTF16_BE + WEB.encode("utf-16-be")),
    compose("UTF-16 that does not say so", lambda: WEB.encode("utf-16-le"), "compose.yaml:1:1: error[invalid-yaml]"),
    compose(
        "UTF-16 of big ends that does not", lambda: WEB.encode("utf-16-be"), "compose.yaml:1:1: error[invalid-yaml]"
    ),
    compose("UTF-32", lambda: WEB.encode("utf-32"), "compose.yaml:1:1: error[invalid-yaml]"),
    compose("a byte order mark", lambda: b"\xef\xbb\xbf" + WEB.encode()),
    compose("a mistake behind one", lambda: b"\xef\xbb\xbfservice: {}\n", "compose.yaml:1:1: error[unknown-key]"),
    compose("carriage returns", lambda: WEB.replace("\n", "\r\n")),
    compose(
        "a mistake between them",
        lambda: WEB.replace("\n", "\r\n") + "    imag: x\r\n",
        "compose.yaml:4:5: error[unknown-key]",
    ),
    compose("carriage returns alone", lambda: WEB.replace("\n", "\r")),
    compose("tabs", lambda: "services:\n\tweb:\n\t\timage: a\n", "compose.yaml:2:1: error[invalid-yaml]"),
    compose("half a pair in UTF-8", lambda: f"{WEB}x-a: '\ud800'\n", "compose.yaml:4:7: error[invalid-yaml]"),
    compose("half a pair as an escape", lambda: f'{WEB}x-a: "\\ud800"\n', "compose.yaml:4:9: error[invalid-yaml]"),
    compose("text that is not UTF-8", lambda: b"# caf\xe9\n" + WEB.encode(), "compose.yaml:1:6: error[invalid-yaml]"),
    compose("half a character", lambda: WEB.encode() + b"x-a: '\xc3('\n", "compose.yaml:4:7: error[invalid-yaml]"),
)
