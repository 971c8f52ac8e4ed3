"""DICOM files; pydicom is loaded when the first one is opened."""
