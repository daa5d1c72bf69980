"""The importer of HELM run directories."""
