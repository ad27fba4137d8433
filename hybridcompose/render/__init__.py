"""A plan as text: manifests that kubectl reads back exactly, and that people can review. Touches no file."""

from hybridcompose.render.files import OutputFile, files
from hybridcompose.render.stream import FORMATS, Format, document, render

__all__ = ["FORMATS", "Format", "OutputFile", "document", "files", "render"]
