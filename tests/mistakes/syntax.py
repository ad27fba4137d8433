"""Text that is no YAML, or YAML that is no compose file."""

from __future__ import annotations

from hybridcompose.diagnostics import Code
from tests.mistakes.case import Mistake

SYNTAX = (
    Mistake("a tab as indentation", Code.INVALID_YAML, "services:\n«\t»web:\n\t\timage: a\n", "indent with spaces"),
    Mistake("a tab behind spaces", Code.INVALID_YAML, "services:\n  web:\n  «\t»image: a\n", "indent with spaces"),
    Mistake(
        "a quote that is not closed",
        Code.INVALID_YAML,
        'services:\n  web:\n    image: «"»nginx\n    ports: []\n',
        "close the quotes",
    ),
    Mistake(
        "a single quote that is not closed",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: «'»nginx\n    ports: []\n",
        "close the quotes",
    ),
    Mistake(
        "a list that is not closed",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: nginx\n    ports: «[»80, 81\n",
        "close the bracket",
    ),
    Mistake(
        "a mapping that is not closed",
        Code.INVALID_YAML,
        "services:\n  web: «{»image: nginx\n",
        "close the bracket",
    ),
    Mistake(
        "a key that stands further left than its siblings",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: nginx\n   «p»orts: []\n",
        "indent the keys of one mapping equally",
    ),
    Mistake(
        "a key below a value",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: nginx\n      ports«:» []\n",
        "check the indentation",
    ),
    Mistake(
        "a colon in a plain value",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: nginx\n    command: echo a«:» b\n",
        "put quotes around a value that contains ': '",
    ),
    Mistake(
        "a key without a colon",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: nginx\n    «privileged»\n  db: {image: a}\n",
        "write `key: value`",
    ),
    Mistake(
        "no blank behind the colon",
        Code.INVALID_YAML,
        "services:\n  web:\n    «image:nginx»\n    ports: []\n",
        "a blank after the colon",
    ),
    Mistake(
        "a list beside its key",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: nginx\n    ports: «-» 80\n",
        "put the list on lines of its own",
    ),
    Mistake(
        "a value that begins with a reserved character",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: «@»nginx\n",
        "put quotes around the value",
    ),
    Mistake(
        "a value that begins with a star",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: a\n    command: «*.py»\n",
        "put quotes around a value that begins with *",
    ),
    Mistake(
        "a value that begins with a percent sign",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: «%»nginx\n",
        "put quotes around the value",
    ),
    Mistake(
        "an escape that does not exist",
        Code.INVALID_YAML,
        'services:\n  web:\n    image: a\n    command: "a«\\»d"\n',
        "use single quotes, or double the backslash",
    ),
    Mistake(
        "a key that is given twice",
        Code.DUPLICATE_KEY,
        "services:\n  web:\n    image: a\n    «image»: b\n",
        "remove one of the two",
    ),
    Mistake(
        "a service that is defined twice",
        Code.DUPLICATE_KEY,
        "services:\n  web: {image: a}\n  db: {image: a}\n  «web»: {image: b}\n",
        "remove one of the two",
    ),
    Mistake(
        "two merge keys",
        Code.DUPLICATE_KEY,
        "x-a: &a {}\nx-b: &b {}\nservices:\n  web:\n    <<: *a\n    «<<»: *b\n    image: a\n",
        "write `<<: [*one, *two]`",
    ),
    Mistake(
        "an alias of no anchor",
        Code.INVALID_YAML,
        "x-common: &common {image: a}\nservices:\n  web: «*comon»\n",
        "write *common",
    ),
    Mistake(
        "an alias of an anchor that stands further down",
        Code.INVALID_YAML,
        "services:\n  web: «*later»\nx-later: &later {image: a}\n",
        "define it with &later before its first use",
    ),
    Mistake(
        "an anchor that contains itself",
        Code.INVALID_YAML,
        "x-a: &a\n  b: «*a»\nservices: {web: {image: a}}\n",
        "name another anchor",
    ),
    Mistake(
        "a merge of something that is no mapping",
        Code.INVALID_YAML,
        "x-a: &a [1]\nservices:\n  web:\n    <<: «*a»\n    image: a\n",
        "write `<<: *name`",
    ),
    Mistake(
        "a tag that the value does not have",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: a\n    scale: «!!int many»\n",
        "remove the tag !!int",
    ),
    Mistake(
        "a tag whose handle is unknown",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: «!»x!y nginx\n",
        "put quotes around a value that begins with !",
    ),
    Mistake(
        "a key that is a number",
        Code.NON_STRING_KEY,
        "services:\n  web:\n    image: a\n    labels:\n      «1»: x\n",
        'write "1" in quotes',
    ),
    Mistake(
        "a key that is a list",
        Code.NON_STRING_KEY,
        "services:\n  «[»web]: {image: a}\n",
        "write a name before the colon",
    ),
    Mistake(
        "a file in Latin-1",
        Code.INVALID_YAML,
        b"services:\n  web:\n    image: caf\xc2\xab\xe9\xc2\xbb\n",
        "save the file as UTF-8",
    ),
    Mistake(
        "a NUL byte",
        Code.INVALID_YAML,
        "services:\n  web:\n    image: a«\x00»b\n",
        "remove it",
    ),
    Mistake(
        "a control character behind a byte order mark",
        Code.INVALID_YAML,
        "\ufeffservices:\n  web:\n    image: ä«\x07»b\n",
        "remove it",
    ),
    Mistake(
        "half a surrogate pair",
        Code.INVALID_YAML,
        'services:\n  web:\n    image: a\n    command: "x\\u«d»800"\n',
        "write the character itself",
    ),
    Mistake(
        "a list at the top",
        Code.NOT_A_MAPPING,
        "«-» services\n",
        "start with services:",
    ),
    Mistake("a word at the top", Code.NOT_A_MAPPING, "\n\n«services»\n", "start with services:"),
    Mistake(
        "a second document that is no mapping",
        Code.NOT_A_MAPPING,
        "services: {web: {image: a}}\n---\n«hello»\n",
        "start with services:",
    ),
    Mistake(
        "a mistake in the second document",
        Code.UNKNOWN_KEY,
        "services: {web: {image: a}}\n---\nservices:\n  web:\n    «imge»: b\n",
        "did you mean image?",
    ),
    Mistake(
        "a directive without a document",
        Code.INVALID_YAML,
        "services: {web: {image: a}}\n«%»YAML 1.2\n",
        "",
    ),
)
