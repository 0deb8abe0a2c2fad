// The picture of a running neuron: the trace and the current scroll on canvases over their plots, which stand still, and
// the moment is a ball on the trace, on the current and on the phase line. To have Bokeh draw each frame would take longer
// than a frame lasts.

import { interpolated } from "./crosshair.js"
import { after } from "./play_tape.js"

const LINES = { trace: ["V", "blue"], current: ["I", "green"] }
const MARK = 6 // px, of a spike
const FLASH = 90 // ms
const GROWN = 1.5 // strokes and marks, where letters are large

export class Picture {
  constructor(plots, geometry) {
    this.plots = plots
    this.geometry = geometry
    const make = (view, tag, name) => {
      const element = document.createElement(tag)
      element.className = name
      element.hidden = true
      document.getElementById(`${view}_place`).parentElement.append(element)
      return element
    }
    this.sheets = Object.fromEntries(Object.keys(LINES).map((view) => [view, make(view, "canvas", "play-sheet")]))
    this.sheets.phase = make("phase", "canvas", "play-sheet")
    this.words = make("trace", "div", "play-now")
    this.words.setAttribute("aria-hidden", "true") // what changes with every frame is nothing to be read out
    this.balls = Object.fromEntries([...Object.keys(LINES), "phase"].map((view) => [view, make(view, "div", "play-ball")]))
    this.lamp = document.querySelector(".transport .lamp")
    new MutationObserver(() => { this.colours = undefined }).observe(document.documentElement, { attributes: true })
  }

  ink() {
    if (!this.colours) {
      const style = getComputedStyle(document.documentElement)
      const colour = (role) => style.getPropertyValue(`--plot-${role}`)
      this.colours = { blue: colour("blue"), green: colour("green"), spike: colour("vermilion") }
      this.grown = document.documentElement.classList.contains("large") ? GROWN : 1
    }
    return this.colours
  }

  // Draw a tape up to the moment t; `scrolling` says whether the canvases do, or the plots hold what is seen.
  show(tape, t, V_th, scrolling) {
    for (const [view, [name, colour]] of Object.entries(LINES)) {
      const sheet = this.sheets[view], box = this.geometry.box(view)
      sheet.hidden = !scrolling || !box
      if (!sheet.hidden) this.scroll(view, box, tape, tape[name], this.ink()[colour], t, V_th)
    }
    const V = Math.min(tape.V.at(t), V_th), I = tape.I.at(t)
    const x = scrolling ? 0 : t
    this.put("trace", x, V)
    this.put("current", x, I)
    this.put("phase", V, this.slope(V, I))
    this.raise(I)
    this.flash(tape, t)
  }

  hide() {
    for (const each of [this.words, ...Object.values(this.sheets), ...Object.values(this.balls)]) each.hidden = true
    this.lamp.classList.remove("on")
  }

  // A clean canvas over the inside of a plot, and where its values are on it.
  sheet(view, box, colour) {
    const sheet = this.sheets[view], ratio = devicePixelRatio, { width, height } = box
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (sheet.width !== wide || sheet.height !== high) [sheet.width, sheet.height] = [wide, high]
    this.style(sheet, { left: box.left, top: box.top, width, height })
    const { x_range, y_range } = this.geometry.figure(view), pen = sheet.getContext("2d")
    const across = width / (x_range.end - x_range.start), up = height / (y_range.end - y_range.start)
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, width, height)
    Object.assign(pen, { strokeStyle: colour, lineWidth: 1.8 * this.grown, lineJoin: "round" })
    pen.beginPath()
    return { pen, x: (value) => (value - x_range.start) * across, y: (value) => (y_range.end - value) * up, x_range }
  }

  scroll(view, box, tape, line, colour, t, V_th) {
    const { pen, x: place, y, x_range } = this.sheet(view, box, colour), x = (time) => place(time - t)
    const first = Math.max(after(line.t, t + x_range.start) - 1, 0), end = after(line.t, t)
    for (let k = first; k < end; k += 1) pen.lineTo(x(line.t[k]), y(line.y[k]))
    pen.lineTo(x(t), y(line.at(t)))
    pen.stroke()
    if (view === "trace") this.mark(pen, tape.spikes.t, t + x_range.start, t, x, y(V_th))
  }

  mark(pen, spikes, from, to, x, y) {
    const size = 0.5 * MARK * this.grown
    pen.fillStyle = this.ink().spike
    pen.beginPath()
    for (let k = after(spikes, from); k < after(spikes, to); k += 1) {
      const at = x(spikes[k])
      pen.moveTo(at - size, y - size)
      pen.lineTo(at + size, y - size)
      pen.lineTo(at, y + size)
    }
    pen.fill()
  }

  // dV/dt: the phase line is drawn for one current; at another one it lies higher or lower.
  slope(V, I) {
    const line = this.plots.columns("phase_line"), { I: [drawn_for] = [], per_nA: [slope] = [] } = this.plots.columns("phase_minimum")
    return line.V?.length ? interpolated(line.V, line.dV, V).y + slope * (I - drawn_for) : 0
  }

  // The phase line of this moment, where the current is another one than that for which the line is drawn.
  raise(I) {
    const sheet = this.sheets.phase, box = this.geometry.box("phase")
    const line = this.plots.columns("phase_line"), { I: [drawn_for] = [], per_nA: [slope] = [] } = this.plots.columns("phase_minimum")
    const higher = slope * (I - drawn_for)
    sheet.hidden = !box || !line.V?.length || !(Math.abs(higher) > 1e-6)
    if (sheet.hidden) return
    const { pen, x, y } = this.sheet("phase", box, this.ink().blue)
    pen.setLineDash([5, 3])
    for (let k = 0; k < line.V.length; k += 1) pen.lineTo(x(line.V[k]), y(line.dV[k] + higher))
    pen.stroke()
  }

  // The moment in words, where the crosshair has its own.
  tell(words) {
    const box = words && this.geometry.box("trace")
    this.words.hidden = !box
    if (this.words.hidden) return
    this.style(this.words, { left: box.left + 6, top: box.top + 2 })
    if (this.words.textContent !== words) this.words.textContent = words
  }

  put(view, x, y) {
    const ball = this.balls[view], box = this.geometry.box(view)
    ball.hidden = !box
    if (!box) return
    const within = (value, low, high) => Math.min(Math.max(value, low), high)
    const left = within(this.geometry.pixel(view, "x", x), box.left, box.right)
    const top = within(this.geometry.pixel(view, "y", y), box.top, box.bottom)
    ball.style.transform = `translate(${left}px, ${top}px)`
  }

  // A spike is seen, too: the balls and a lamp light up for a moment of watching.
  flash({ spikes }, t) {
    const now = performance.now(), count = after(spikes.t, t), last = spikes.t[count - 1]
    if (last !== this.last && last !== undefined) this.lit = now
    this.last = last
    const on = now - this.lit < FLASH
    if (on === this.on) return
    this.on = on
    for (const each of [this.lamp, ...Object.values(this.balls)]) each.classList.toggle("on", on)
  }

  style(element, sides) { // what is written costs the page a new layout, even if it is the same
    for (const [side, pixels] of Object.entries(sides)) {
      if (element.style[side] !== `${pixels}px`) element.style[side] = `${pixels}px`
    }
  }
}
