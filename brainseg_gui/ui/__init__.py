"""The only code that imports PyQt5 and pyqtgraph."""
