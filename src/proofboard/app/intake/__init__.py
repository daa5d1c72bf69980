"""Take submissions in: the request, its quota, the checks at the door."""
