"""The importer of AlpacaEval results."""
