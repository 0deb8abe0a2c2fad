// One moment in all plots: under the pointer, or moved by the arrow keys. It is read off the lines that are drawn, here in
// the browser; between two of their points it is interpolated.

import { say, written } from "./words.js"

const STEPS = 300 // of the axis, by which an arrow key moves
const VIEWS = ["trace", "current"] // those with the time as their axis

export const number = (value, digits) => written(value.toFixed(digits).replace("-", "−").replace(/^−(0(\.0*)?)$/, "$1"))

// The last point at or before x, of points that never go back.
function before(xs, x) {
  let low = 0, high = xs.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (xs[middle] <= x) low = middle
    else high = middle - 1
  }
  return low
}

export function interpolated(xs, ys, x) {
  const k = Math.min(before(xs, x), xs.length - 2)
  if (k < 0) return { y: ys[0], level: true }
  const width = xs[k + 1] - xs[k]
  const part = width > 0 ? Math.min(Math.max((x - xs[k]) / width, 0), 1) : 0
  return { y: ys[k] + part * (ys[k + 1] - ys[k]), level: ys[k] === ys[k + 1] }
}

export class Crosshair {
  constructor(plots, geometry) {
    this.plots = plots
    this.geometry = geometry
    const make = (view, name) => {
      const element = document.createElement("div")
      element.className = name
      element.hidden = true
      document.getElementById(`${view}_place`).parentElement.append(element)
      return element
    }
    this.lines = Object.fromEntries(VIEWS.map((view) => [view, make(view, "moment-line")]))
    this.dots = Object.fromEntries([...VIEWS, "phase"].map((view) => [view, make(view, "moment-dot")]))
    this.words = make("trace", "moment-words")
    this.slide = this.slider(document.getElementById("trace_place").parentElement)
    for (const view of VIEWS) {
      const place = document.getElementById(`${view}_place`).parentElement
      place.addEventListener("pointermove", (event) => this.point(view, place, event))
      place.addEventListener("pointerleave", () => this.follow(undefined))
    }
  }

  // What the keyboard holds on to: a slider whose value is the time. It has no size, so it is in nobody's way.
  slider(place) {
    const slide = document.createElement("div")
    slide.className = "moment-keys"
    slide.tabIndex = 0
    slide.setAttribute("role", "slider")
    slide.setAttribute("aria-label", say("moment"))
    slide.setAttribute("aria-description", say("time in all plots, ms"))
    slide.setAttribute("aria-valuenow", "0") // until it is somewhere
    slide.onfocus = () => this.follow(this.t ?? this.middle())
    slide.onblur = () => this.follow(undefined)
    slide.onkeydown = (event) => this.turn(event)
    place.append(slide)
    return slide
  }

  range() {
    const { start, end } = this.geometry.figure("trace").x_range
    return [start, end]
  }

  middle() {
    const [start, end] = this.range()
    return 0.5 * (start + end)
  }

  point(view, place, event) {
    const corner = place.getBoundingClientRect()
    const [x, y] = [event.clientX - corner.left, event.clientY - corner.top]
    this.follow(this.geometry.inside(view, x, y) ? this.geometry.value(view, "x", x) : undefined)
  }

  turn(event) {
    const [start, end] = this.range(), step = (end - start) / STEPS
    const turn = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key]
    const to = { Home: start, End: end }[event.key] ?? (turn && (this.t ?? this.middle()) + turn * step)
    if (to === undefined) return
    event.preventDefault()
    this.follow(Math.min(Math.max(to, start), end))
  }

  // Away from the plots the moment of the keyboard stays, if the keyboard is there.
  follow(t) {
    if (t === undefined && document.activeElement === this.slide) return
    this.t = this.resting ? undefined : t
    this.geometry.change()
  }

  // While the neuron runs the moment is its own.
  rest(resting) {
    this.resting = resting
    this.follow(this.t)
  }

  columns(name) {
    const data = this.plots.source(name)?.data ?? {}
    return data instanceof Map ? Object.fromEntries(data) : data
  }

  // V, I and dV/dt at a time. The phase line is drawn for one current; at another one it lies higher or lower.
  at(t) {
    const trace = this.columns("trace"), current = this.columns("current")
    const line = this.columns("phase_line"), { I: [drawn_for], per_nA: [slope] } = this.columns("phase_minimum")
    const { y: V, level } = interpolated(trace.t, trace.V, t)
    const { y: I } = interpolated(current.t, current.I, t)
    const dV = level ? 0 : interpolated(line.V, line.dV, V).y + slope * (I - drawn_for) // level: held or at rest
    return { t, V, I, dV }
  }

  place() {
    if (this.t === undefined && this.words.hidden) return
    const { t } = this, there = t !== undefined && this.columns("trace").t?.length > 1 && this.columns("phase_minimum").I
    if (!there) {
      for (const each of [...Object.values(this.lines), ...Object.values(this.dots), this.words]) each.hidden = true
      return
    }
    const moment = this.at(t)
    for (const view of VIEWS) this.draw_line(view, t)
    this.draw_dot("trace", t, moment.V)
    this.draw_dot("current", t, moment.I)
    this.draw_dot("phase", moment.V, moment.dV)
    this.tell(moment)
  }

  draw_line(view, t) {
    const box = this.geometry.box(view), line = this.lines[view]
    line.hidden = !box
    if (!box) return
    line.style.left = `${this.geometry.pixel(view, "x", t)}px`
    line.style.top = `${box.top}px`
    line.style.height = `${box.height}px`
  }

  draw_dot(view, x, y) {
    const dot = this.dots[view], box = this.geometry.box(view)
    const at = box && [this.geometry.pixel(view, "x", x), this.geometry.pixel(view, "y", y)]
    dot.hidden = !at || !this.geometry.inside(view, ...at)
    if (dot.hidden) return
    dot.style.left = `${at[0]}px`
    dot.style.top = `${at[1]}px`
  }

  tell({ t, V, I, dV }) {
    const box = this.geometry.box("trace")
    const values = { t: number(t, 1), V: number(V, 2), I: number(I, 2), dV: number(dV, 2) }
    const said = say("t {t} ms   V {V} mV   I {I} nA   dV/dt {dV} mV/ms", values)
    this.words.textContent = said
    this.words.hidden = !box
    if (box) {
      this.words.style.left = `${box.left + 6}px`
      this.words.style.top = `${box.top + 2}px`
    }
    const [start, end] = this.range()
    for (const [name, value] of [["min", start], ["max", end], ["now", t], ["text", said]]) {
      this.slide.setAttribute(`aria-value${name}`, String(value))
    }
  }
}
