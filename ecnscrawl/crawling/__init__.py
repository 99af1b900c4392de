"""What a spider is composed of: listings, articles, arguments, when a page is rendered."""
