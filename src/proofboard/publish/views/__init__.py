"""VIEWS: text and tables made from published numbers; not part of a publication."""
