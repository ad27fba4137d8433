from __future__ import annotations

from hybridcompose.gather.dockerfile import parse_dockerfile
from hybridcompose.gather.label_lines import LabelLines, label_lines


def lines(text: str, **labels: str) -> LabelLines:
    parsed = parse_dockerfile(text, {})
    return label_lines(parsed, parsed.ancestry(parsed.target(None)), labels)


def test_a_label_that_both_set_is_set_again_at_the_end() -> None:
    (added,) = lines('FROM a AS b\nLABEL one=1\nFROM b\nLABEL "two"=2 x=y\nRUN make\n', one="I", two="II").added
    assert (added.first_line, added.written, added.new) == (5, "", 'LABEL "one"="I" "two"="II"')


def test_what_a_line_reads_otherwise_is_escaped() -> None:
    (added,) = lines("FROM a\nLABEL one=1\n", one='a "b" $c \\').added
    assert added.new == 'LABEL "one"="a \\"b\\" \\$c \\\\"'


def test_other_labels_change_nothing() -> None:
    assert lines("FROM a AS x\nLABEL one=1\nFROM a\nLABEL two=2\n", one="I", three="III") == LabelLines()


def test_what_no_line_can_hold_is_told_at_its_line() -> None:
    found = lines("FROM a\nLABEL one=1\n", one="a\nb")
    assert found.added == ()
    assert [step.start_line for step in found.kept] == [2]
    assert [step.start_line for step in lines("# escape=`\nFROM a\nLABEL one=1\n", one="I").kept] == [3]
