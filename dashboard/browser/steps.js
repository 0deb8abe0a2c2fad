// The steps of the browser's history: choices and open tab, as they were when they had settled. Back and forward go
// through them, and so do undo and redo.

export class Steps {
  // `on` holds what to call: open(query) when another step is gone to, moved() when there may be more or less to undo
  constructor(on) {
    this.on = on
    this.at = history.state?.step ?? 0
    this.last = this.at // what lies beyond it is unknown after a page is loaded anew; the browser's own button knows
    this.fresh = true // a step just gone to is written as the server reads it, and is no new one
    addEventListener("popstate", ({ state }) => {
      this.at = state?.step ?? 0
      this.last = Math.max(this.last, this.at)
      this.fresh = true
      this.on.open(new URLSearchParams(location.search))
      this.on.moved()
    })
  }

  // `query` says all that makes a step, `look` what is in the address besides, `hash` what stands behind it.
  write(query, look, hash) {
    const address = String(new URLSearchParams([...query, ...look]))
    const place = (address ? `?${address}` : location.pathname) + hash
    if (this.fresh || String(query) === this.settled) {
      history.replaceState({ step: this.at }, "", place)
    } else {
      this.last = this.at += 1
      history.pushState({ step: this.at }, "", place)
    }
    this.fresh = false
    this.settled = String(query)
    this.on.moved()
  }

  undo() {
    if (this.at > 0) history.back()
  }

  redo() {
    if (this.at < this.last) history.forward()
  }
}
