// What a hand does on the map: it drags the diamond, or clicks a neuron, and both sliders of the axes move. The diamond is
// a second hand on two sliders at once: arrow keys to the sides move the one, up and down the other.

import { say, written } from "./words.js"

const VIEW = "map"
const TURNS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Home: [-Infinity, 0], End: [Infinity, 0], PageUp: [0, 10], PageDown: [0, -10] }

const slider = (name) => document.querySelector(`nav [data-name="${name}"] input[type="range"]`)

export class MapHand {
  // `gather(action)` sends what an action chooses as one message
  constructor(plots, geometry, gather) {
    this.plots = plots
    this.geometry = geometry
    this.gather = gather
    this.element = document.createElement("div")
    this.element.className = "handle point free"
    this.element.tabIndex = 0
    this.element.hidden = true
    this.element.setAttribute("role", "slider")
    this.element.onpointerdown = (event) => this.take(event)
    this.element.onpointermove = (event) => this.drag(event)
    this.element.onpointerup = this.element.onpointercancel = (event) => this.leave(event)
    this.element.onkeydown = (event) => this.turn(event)
    this.element.ondblclick = () => geometry.figure(VIEW).reset.emit()
    document.getElementById(`${VIEW}_place`).parentElement.append(this.element)
  }

  listen() {
    if (this.heard || !this.plots.opened.has(VIEW)) return
    this.heard = true
    this.geometry.figure(VIEW).on_event("tap", ({ x, y }) => this.set([x, y]))
    if (!this.values) return
    this.plots.colours.ask(this.values)
    this.name_axes()
  }

  show(values) {
    const before = this.values
    this.values = values
    const changed = ["map_of", "map_x", "map_y"].some((name) => before?.[name] !== values[name])
    if (changed) this.plots.colours.ask(values)
    if (changed && this.heard) this.name_axes()
    this.place()
  }

  get names() {
    return [this.values.map_x, this.values.map_y]
  }

  // What stands at the axes: the symbols of their inputs, and their units.
  name_axes() {
    const figure = this.geometry.figure(VIEW)
    for (const [axis, name] of [[figure.below[0], this.values.map_x], [figure.left[0], this.values.map_y]]) {
      const field = document.querySelector(`nav [data-name="${name}"]`)
      const symbol = [...field.querySelector(".symbol").childNodes].map(({ textContent }) => textContent).join("_")
      axis.axis_label = `${symbol} (${field.querySelector(".unit").textContent})`
    }
  }

  place() {
    const box = this.values && this.names.every(slider) ? this.geometry.box(VIEW) : undefined
    const at = box && this.names.map((name) => Number(slider(name).value))
    const [x, y] = at ? [this.geometry.pixel(VIEW, "x", at[0]), this.geometry.pixel(VIEW, "y", at[1])] : []
    const seen = at !== undefined && this.geometry.inside(VIEW, x, y)
    const place = seen ? `${x} ${y}` : ""
    if (place !== this.placed) {
      this.placed = place
      this.element.hidden = !seen
      if (seen) [this.element.style.left, this.element.style.top] = [`${x}px`, `${y}px`]
    }
    if (seen) this.tell()
  }

  tell() {
    const [across, up] = this.names.map(slider)
    const said = this.names.map((name) => `${name} ${slider(name).getAttribute("aria-valuetext") ?? written(slider(name).value)}`).join(", ")
    if (said === this.said) return
    this.said = said
    this.element.setAttribute("aria-label", say("{x} and {y} on the map", { x: this.names[0], y: this.names[1] }))
    this.element.title = say("Drag it, or use the arrow keys: left and right for {x}, up and down for {y}", { x: this.names[0], y: this.names[1] })
    for (const [attribute, value] of [["min", across.min], ["max", across.max], ["now", across.value]]) {
      this.element.setAttribute(`aria-value${attribute}`, value)
    }
    this.element.setAttribute("aria-valuetext", said)
    this.element.dataset.up = up.value
  }

  under(event) {
    const corner = this.element.parentElement.getBoundingClientRect()
    return [this.geometry.value(VIEW, "x", event.clientX - corner.left), this.geometry.value(VIEW, "y", event.clientY - corner.top)]
  }

  take(event) {
    if (event.button) return
    event.preventDefault()
    event.stopPropagation() // the plot would begin to pan
    this.element.focus()
    this.element.setPointerCapture(event.pointerId)
    const at = this.under(event)
    this.beside = this.names.map((name, k) => Number(slider(name).value) - at[k])
    for (const name of this.names) slider(name).dispatchEvent(new PointerEvent("pointerdown"))
  }

  drag(event) {
    if (!this.beside) return
    const at = this.under(event)
    this.set(at.map((value, k) => value + this.beside[k]))
  }

  leave({ type }) {
    if (!this.beside) return
    this.beside = undefined
    if (type === "pointercancel") dispatchEvent(new PointerEvent("pointerup")) // by which the sliders are let go
  }

  turn(event) {
    const turns = TURNS[event.key]
    if (!turns || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    this.set(this.names.map((name, k) => {
      const { value, step, min, max } = slider(name)
      return turns[k] ? Math.min(Math.max(Number(value) + turns[k] * Number(step), min), max) : Number(value)
    }))
  }

  set(values) {
    this.gather(() => {
      for (const [k, name] of this.names.entries()) {
        const input = slider(name), before = input.value
        input.value = String(values[k])
        if (input.value !== before) input.dispatchEvent(new Event("input"))
      }
    })
    this.geometry.change()
  }
}
