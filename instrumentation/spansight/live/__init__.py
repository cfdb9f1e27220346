"""Does a call reach every hop of a running stack, and has every panel something to show."""
