"""A script over a module whose functions are stages by name only."""

import os

import shop

shop.answer()
os.write(1, f"{len(shop.search('refund', top_k=2))} hits\n".encode())
