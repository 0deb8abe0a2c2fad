"""What the tabs beside the f-I curve show: exact theory first, then simulation, better with every part.

Each file has a named result and ``run(choice, asked)``, a generator that yields results of growing accuracy. It is run
in the background and dropped when the choices change; between two yields it takes a few hundredths of a second.
"""
