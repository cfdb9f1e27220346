"""`python -m spansight.cli`: the same as the `spansight` script."""

import sys

from spansight.cli import main

sys.exit(main())
