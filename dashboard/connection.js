// The server went away, or the network did: say so, wait for it, and open the same address again. The choices are in it.
if (!window.waitingForServer) {
  window.waitingForServer = true
  const banner = document.getElementById("connection")
  banner.textContent = "The connection to the server is lost. The page comes back by itself, with your choices."
  banner.hidden = false
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-store" })
      if (answer.ok) return location.reload()
    } catch { /* still away */ }
    setTimeout(ask, 1000 + 1000 * Math.random()) // a class of students must not come back in the same instant
  }
  setTimeout(ask, 500)
}
