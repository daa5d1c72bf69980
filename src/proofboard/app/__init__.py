"""WHAT THE PLATFORM DOES: one file per verb, shared by every edge."""
