"""Serves one page to many: hands out the same files to everyone, and answers each visitor's choices over a websocket.

A visitor is choices, a websocket, and what was last sent over it. Nothing of Bokeh's or Panel's session machinery is
used, and `takeover` is the one place that reaches into Bokeh's server, to put this package's routes in its stead.
"""
