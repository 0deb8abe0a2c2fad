// Which part of the run is seen: told once a frame while it changes, and moved from spike to spike.

const CLOSE = 40 // ms around a spike, when all of the run was seen before
const SAME = 1e-3 // of what is seen; a spike as near to its centre is the one that is looked at

export class Window {
  // `range` is Bokeh's range of the times; `whole()` returns the span of the run; `changed()` is called when `view` is new
  constructor(range, whole, changed) {
    this.range = range
    this.whole = whole
    this.changed = changed
    this.view = null
    range.change.connect(() => { this.frame ??= requestAnimationFrame(() => this.look()) })
  }

  seen() {
    const whole = this.whole(), { start, end } = this.range
    return !whole || (start <= whole[0] && end >= whole[1]) ? null : [start, end]
  }

  look() {
    this.frame = undefined
    const view = this.seen()
    if (String(view) === String(this.view)) return
    this.view = view
    this.changed()
  }

  turn_to(spikes, turn) {
    const { start, end } = this.range, close = this.seen()
    const width = close ? end - start : Math.min(CLOSE, end - start)
    const from = close ? (start + end) / 2 : turn > 0 ? -Infinity : Infinity
    const beyond = [...spikes].filter((t) => turn * (t - from) > SAME * width)
    if (!beyond.length) return
    const next = turn > 0 ? Math.min(...beyond) : Math.max(...beyond)
    this.range.setv({ start: next - width / 2, end: next + width / 2 })
  }
}
