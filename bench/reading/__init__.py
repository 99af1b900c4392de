"""`python -m bench.reading FOLDER`: score on public sets how well the generic reader reads pages of any news site."""
