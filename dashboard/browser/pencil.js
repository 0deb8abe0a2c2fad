// Draws a current by hand over the plot of the current, with a mouse, a pen or a finger.

import { fitting, rounded, with_stroke } from "./points.js"
import { say } from "./words.js"

const MOST = 150 // points of one stroke
const FINE = 0.4 // px by which a thinned line may miss the hand
const DIGITS = { t: 0.3, I: 0.1 } // px to which is rounded

const digits = (value) => Math.min(9, Math.max(0, Math.ceil(-Math.log10(value))))

export class Pencil {
  // `on` holds what to call: points() returns those drawn so far, limits() what is allowed, draw(points) while the hand moves, done()
  constructor(geometry, on) {
    this.geometry = geometry
    this.on = on
    this.element = document.createElement("div")
    this.element.className = "pencil"
    this.element.hidden = true
    this.element.setAttribute("aria-hidden", "true") // the table of points is for the keyboard
    this.element.dataset.hint = say("draw here")
    this.element.onpointerdown = (event) => this.begin(event)
    this.element.onpointermove = (event) => this.move(event)
    this.element.onpointerup = () => this.end()
    this.element.onpointercancel = () => this.cancel()
    document.getElementById("current_place").parentElement.append(this.element)
  }

  // Lies over the inside of the plot while a drawn current flows.
  place(there) {
    const box = there ? this.geometry.box("current") : undefined
    const placed = box && [box.left, box.top, box.width, box.height].map((each) => `${each}px`)
    if (String(placed) === this.placed) return
    this.placed = String(placed)
    this.element.hidden = !box
    if (box) ["left", "top", "width", "height"].forEach((side, k) => { this.element.style[side] = placed[k] })
  }

  // The column of pixels and the current under the pointer; outside the plot the one at its edge.
  under(event) {
    const corner = this.element.parentElement.getBoundingClientRect(), box = this.geometry.box("current")
    const x = Math.round(Math.min(Math.max(event.clientX - corner.left, box.left), box.right))
    const y = Math.min(Math.max(event.clientY - corner.top, box.top), box.bottom)
    return [x, Math.min(Math.max(this.geometry.value("current", "y", y), this.span[0]), this.span[1])]
  }

  begin(event) {
    if (event.button || !event.isPrimary) return
    event.preventDefault()
    event.stopPropagation()
    this.element.setPointerCapture(event.pointerId)
    this.element.removeAttribute("data-hint")
    this.before = this.on.points()
    const { top, bottom } = this.geometry.box("current")
    this.span = [bottom, top].map((y) => this.geometry.value("current", "y", y)) // the axis grows while a hand is at its edge
    const [x, I] = this.last = this.under(event)
    this.columns = new Map([[x, I]])
  }

  // Every column of pixels that the hand passes gets its current, whichever way the hand goes.
  move(event) {
    if (!this.columns) return
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      const [[x0, I0], [x1, I1]] = [this.last, this.under(each)], turn = Math.sign(x1 - x0)
      for (let x = x0 + turn; turn && x !== x1; x += turn) this.columns.set(x, I0 + (x - x0) / (x1 - x0) * (I1 - I0))
      this.columns.set(x1, I1)
      this.last = [x1, I1]
    }
    this.frame ??= requestAnimationFrame(() => this.draw())
  }

  draw() {
    this.frame = undefined
    if (!this.columns) return
    const { geometry } = this, box = geometry.box("current"), limits = this.on.limits()
    const value = (x) => geometry.value("current", "x", x)
    const width = value(box.left + 1) - value(box.left), height = geometry.value("current", "y", box.top) - geometry.value("current", "y", box.top + 1)
    const stroke = [...this.columns].sort(([one], [other]) => one - other)
      .map(([x, I]) => [Math.max(value(x), limits.times[0]), I]).filter(([t]) => t <= limits.times[1])
    const fine = { t: digits(DIGITS.t * width), I: digits(DIGITS.I * height) }
    const drawn = rounded(fitting(stroke, MOST, Infinity, FINE * height).points, fine)
    const long = this.before.length > MOST // it does not fit the link anyway, and is not to lose anything
    const points = with_stroke(this.before, drawn, 10 ** -fine.t)
    this.on.draw(long ? points : fitting(rounded(points, { t: fine.t + 1, I: fine.I + 1 }), 2 * MOST, limits.longest).points)
  }

  end() {
    if (!this.columns) return
    cancelAnimationFrame(this.frame)
    this.draw()
    this.columns = undefined
    this.on.done()
  }

  // The system has taken the pointer: what was there before comes back.
  cancel() {
    if (!this.columns) return
    this.columns = undefined
    this.on.draw(this.before)
    this.on.done()
  }
}
