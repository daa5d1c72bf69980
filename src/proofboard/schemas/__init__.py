"""WHAT THINGS ARE: frozen, closed documents; JSON Schemas are exported from them.

Every struct refuses unknown fields, so a misspelt key is a fault and never a silent default.
"""
