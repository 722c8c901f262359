"""The flows: Prefect and the command line over the façade, without a thought of their own."""
