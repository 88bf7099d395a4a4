"""What stands around painted lines, borders and padding, is the same for all lines of a widget."""

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


def frame_changed(widget: Widget, crop: Region) -> None:
    """Paint the changed lines of `crop` between the edges of a line that Textual has framed before, if there is one.

    Textual asks the styles for every border, outline and padding anew at each line, and that costs more than the line
    itself. When any of them changes it forgets all lines, and with them the edges.
    """
    kept, gutter = widget._styles_cache, widget.styles.gutter
    width, height = widget.outer_size
    known = kept._cache.get(gutter.top)
    lines = range(max(crop.y, gutter.top), min(crop.bottom, height - gutter.bottom))
    if known is None or known.cell_length != width or not lines:
        return
    left, right = known.crop(0, gutter.left)._segments, known.crop(width - gutter.right)._segments
    changed = kept._dirty_lines.intersection(lines)
    for y in changed:
        kept._cache[y] = Strip([*left, *widget.render_line(y - gutter.top)._segments, *right], width)
    kept._dirty_lines.difference_update(changed)
