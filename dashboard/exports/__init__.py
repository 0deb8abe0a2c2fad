"""What can be taken along of a run: its data, and a program that makes it again.

A format is a generator: it yields None between its parts, so that others get their turn, and at the end the file.
"""
