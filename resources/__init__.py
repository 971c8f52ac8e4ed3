"""Icons, style sheet, bundles and demo slices, installed as brainseg_gui.resources."""
