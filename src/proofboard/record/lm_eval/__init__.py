"""The importer of results of the Language Model Evaluation Harness."""
