"""How much one file may hold; beyond it the person is told, never the process killed."""

MAX_BYTES = 64 * 1024 * 1024  # of the file itself
MAX_UNPACKED_BYTES = 768 * 1024 * 1024  # of everything inside a zipped workbook
MAX_PACKING_RATIO = 250  # unpacked to packed; honest sheets stay below 60, bombs begin at 1000
RATIO_FREE_BYTES = 32 * 1024 * 1024  # below this any ratio is harmless
MAX_ENTRIES = 5_000  # files inside a zipped workbook
MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_SHEET_MEMORY = 300 * 1024 * 1024  # of one loaded sheet, estimated by the two sizes below
BYTES_PER_PLACE = 32  # of every cell of the rectangle, empty ones included
BYTES_PER_VALUE = 75  # measured besides, for a cell with a short text
MAX_RECORD_CHARACTERS = 1_000_000  # of one row of a text file
MAX_RECORD_LINES = 500  # lines that one quoted row may run over
MAX_HEADER_ROWS = 3
SAMPLE_RECORDS = 200  # rows looked at to find the header
SAMPLE_BYTES = 256 * 1024  # looked at to find encoding and delimiter
