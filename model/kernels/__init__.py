"""Compiled loops: numbers and arrays in, arrays out."""
