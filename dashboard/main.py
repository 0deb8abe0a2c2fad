"""Entry of `panel serve dashboard`: runs once for every visitor."""

from dashboard.page import Page

Page().show()
