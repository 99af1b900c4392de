"""How well pages of any news site are read, scored on public sets of pages: `python -m bench.reading FOLDER`."""
