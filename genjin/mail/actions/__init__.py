"""Every write to mail: one function for each verb, each atomic and journalled by itself."""
