"""``doctor``: looks beforehand at what a run would stumble over."""
