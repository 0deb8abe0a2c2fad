// The steps of the browser's history: choices and open tab, as they were when they had settled. Back and forward go
// through them, and so do undo and redo. Within the page of a course the history is that page's: there the steps are kept
// here, for undo and redo alone.

export class Steps {
  // `on` holds what to call: open(query, beside) when another step is gone to, moved() when there may be more or less to undo
  constructor(on, embedded) {
    this.on = on
    this.kept = embedded ? [] : undefined
    this.at = history.state?.step ?? 0
    this.last = this.at // what lies beyond it is unknown after a page is loaded anew; the browser's own button knows
    this.fresh = true // a step just gone to is written as the server reads it, and is no new one
    addEventListener("popstate", ({ state }) => {
      this.went(state?.step ?? 0, location.search, state?.beside)
    })
  }

  went(at, query, beside) {
    this.at = at
    this.last = Math.max(this.last, this.at)
    this.fresh = true
    this.on.open(new URLSearchParams(query), beside)
    this.on.moved()
  }

  // Somebody has chosen something: that is a step of its own, also where the server has not read the present one yet.
  leave() {
    if (!this.fresh) return
    this.fresh = false
    this.settled = this.written = undefined
  }

  // `query` says all that makes a step, but for what is too long for an address, which is `beside`; `look` is in the
  // address besides, and `hash` behind it: a class is led with what stands there. `alone` is a page of a class that goes
  // its own way, also after it was loaded anew.
  write(query, look, { hash = "", beside, alone } = {}) {
    const address = String(new URLSearchParams([...query, ...look]))
    const place = (address ? `?${address}` : location.pathname) + hash
    const settled = [query, beside ?? ""].join()
    const written = [place, settled, alone].join()
    if (!this.fresh && written === this.written) return // a page that plays is answered every second
    this.written = written
    const same = this.fresh || settled === this.settled
    if (!same) this.last = this.at += 1
    if (same || this.kept) history.replaceState({ step: this.at, beside, alone }, "", place)
    else history.pushState({ step: this.at, beside, alone }, "", place)
    if (this.kept) this.kept[this.at] = [address, beside]
    this.fresh = false
    this.settled = settled
    this.on.moved()
  }

  undo() {
    if (this.at === 0) return
    if (this.kept) this.went(this.at - 1, ...this.kept[this.at - 1])
    else history.back()
  }

  redo() {
    if (this.at === this.last) return
    if (this.kept) this.went(this.at + 1, ...this.kept[this.at + 1])
    else history.forward()
  }
}
