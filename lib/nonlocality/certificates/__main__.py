"""``python -m nonlocality.certificates [path …]``: check, and exit with 1 if one fails."""

import sys

from nonlocality.certificates import main

sys.exit(1 if main(*sys.argv[1:]) else 0)
