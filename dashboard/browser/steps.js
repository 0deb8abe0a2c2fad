// The steps of the browser's history: choices and open tab, as they were when they had settled. Back and forward go
// through them, and so do undo and redo.

export class Steps {
  // `on` holds what to call: open(query, beside) when another step is gone to, moved() when there may be more or less to undo
  constructor(on) {
    this.on = on
    this.at = history.state?.step ?? 0
    this.last = this.at // what lies beyond it is unknown after a page is loaded anew; the browser's own button knows
    this.fresh = true // a step just gone to is written as the server reads it, and is no new one
    addEventListener("popstate", ({ state }) => {
      this.at = state?.step ?? 0
      this.last = Math.max(this.last, this.at)
      this.fresh = true
      this.on.open(new URLSearchParams(location.search), state?.beside)
      this.on.moved()
    })
  }

  // `query` says all that makes a step, but for what is too long for an address, which is `beside`; `look` is in the
  // address besides, and `hash` behind it: a class is led with what stands there.
  write(query, look, { hash = "", beside } = {}) {
    const address = String(new URLSearchParams([...query, ...look]))
    const place = (address ? `?${address}` : location.pathname) + hash
    const settled = [query, beside ?? ""].join()
    const written = [place, settled].join()
    if (!this.fresh && written === this.written) return // a page that plays is answered every second
    this.written = written
    if (this.fresh || settled === this.settled) {
      history.replaceState({ step: this.at, beside }, "", place)
    } else {
      this.last = this.at += 1
      history.pushState({ step: this.at, beside }, "", place)
    }
    this.fresh = false
    this.settled = settled
    this.on.moved()
  }

  undo() {
    if (this.at > 0) history.back()
  }

  redo() {
    if (this.at < this.last) history.forward()
  }
}
