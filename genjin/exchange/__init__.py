"""Moving records in and out: reading people's files, import, export."""
