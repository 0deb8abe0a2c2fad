"""What `panel serve dashboard` runs before it makes its server: from here on this project serves its page itself."""

from dashboard.serving import site, takeover

takeover.install()
site.end_when_told()
