"""Studies that run from the checkout, a folder each; nothing in napore imports them."""
