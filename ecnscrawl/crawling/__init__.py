"""The parts of a spider: arguments, listings, articles, and which pages are rendered."""
