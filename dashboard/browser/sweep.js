// Moves a slider by itself: there and back, or again and again from the start, until it is stopped. It is a hand on the
// native slider: the slider's own events choose the value, so pacing, ghost, axes and address are those of a drag.

import { say } from "./words.js"
import { tag } from "./tag.js"

const PASS = 8 // s from end to end, at the speed 1
const SPEEDS = [0.25, 0.5, 1, 2, 4]
const CALM = { steps: 12, each: 1500 } // for who wants less motion: so many stops, and ms at each

export class Sweep {
  constructor() {
    this.speed = 1
    this.back = true
    this.calm = matchMedia("(prefers-reduced-motion: reduce)")
    this.options = this.draw()
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.field) return
      event.preventDefault()
      event.stopPropagation() // it ends the sweep and nothing else
      this.stop()
    }, true)
    for (const kind of ["pointerdown", "keydown", "wheel"]) { // who touches the slider takes it
      addEventListener(kind, ({ target, key }) => {
        if (this.field && key !== "Tab" && (target === this.field.slider || target === this.field.number)) this.stop()
      }, { capture: true, passive: true })
    }
  }

  draw() {
    const speed = tag("select", { "aria-label": say("Speed of the sweep") }, ...SPEEDS.map((each) => tag("option", { value: String(each), selected: each === 1 }, `${each}×`)))
    speed.onchange = () => { this.speed = Number(speed.value) }
    const back = tag("button", { type: "button", "aria-pressed": "true", "aria-label": say("There and back"), title: say("There and back, or always from the start") }, "⇄")
    back.onclick = () => {
      this.back = !this.back
      back.setAttribute("aria-pressed", String(this.back))
    }
    return tag("span", { class: "sweeping" }, speed, back)
  }

  toggle(field) {
    const other = field !== this.field
    this.stop()
    if (other) this.start(field)
  }

  start(field) {
    this.field = field
    this.turn = 1
    this.before = undefined
    field.hold()
    field.slider.after(this.options)
    this.name(true)
    this.frame = requestAnimationFrame((now) => this.move(now))
  }

  move(now) {
    const { low, high } = this.field.field
    const pace = this.calm.matches ? CALM.each : 0
    if (this.before === undefined || now - this.before >= pace) {
      const passed = this.calm.matches ? PASS / CALM.steps : (now - (this.before ?? now)) / 1000
      this.before = now
      this.set(this.along(this.at ?? this.field.value, this.turn * this.speed * passed / PASS * (high - low)))
    }
    this.frame = requestAnimationFrame((later) => this.move(later))
  }

  // Where it goes from `from` by `way`; at an end it turns, or begins again.
  along(from, way) {
    const { low, high } = this.field.field
    const to = Math.min(high, Math.max(low, from)) + way
    if (to >= low && to <= high) return to
    if (!this.back) return this.turn > 0 ? low : high
    this.turn = -this.turn
    return to > high ? high : low
  }

  set(value) {
    const { slider, field: { fine_step: fine, low } } = this.field
    this.at = value // exact, as a slow sweep is less than a step in a frame
    const there = Number((low + Math.round((value - low) / fine) * fine).toPrecision(10))
    if (there === this.field.value) return
    slider.step = String(fine) // more than one value for each pixel
    slider.value = String(there)
    slider.dispatchEvent(new Event("input"))
  }

  stop() {
    if (!this.field) return
    const { field } = this
    cancelAnimationFrame(this.frame)
    this.name(false)
    this.field = this.at = undefined
    this.options.remove()
    field.release()
  }

  name(sweeping) {
    const { play, field: { spoken } } = this.field
    play.textContent = sweeping ? "■" : "▶"
    play.setAttribute("aria-label", sweeping ? say("Stop the sweep of {what}", { what: spoken }) : say("Sweep {what}", { what: spoken }))
    play.title = sweeping ? say("Stop (escape key)") : say("Let it move by itself")
  }
}
