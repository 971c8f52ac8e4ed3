"""What is done with masks: strokes, patches, outlines, packing."""
