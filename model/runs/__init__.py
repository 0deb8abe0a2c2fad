"""Runs of many like neurons, or of one: what is asked for, checked; how it is carried out; what comes out."""
