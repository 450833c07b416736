"""Mail: reading what came, filing it to its customer, writing and sending (domain C.6)."""
