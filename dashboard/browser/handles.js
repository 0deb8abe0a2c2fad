// What can be dragged in the plots. A handle is a second hand on a slider: it moves the slider, which does what it always
// does, so that the number, the pacing, the ghost and the address come along.

import { say } from "./words.js"

const ALONG = { x: "clientX", y: "clientY" }
const TURNS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }

class Handle {
  // `what`: the plot, the axis along which it moves, how it is called; name(values) is the quantity it sets,
  // at(values) where it stands, as [value on its axis, value on the other one, if it is a point]
  constructor(what, geometry) {
    this.what = what
    this.geometry = geometry
    this.element = document.createElement("div")
    this.element.className = `handle ${what.shape ?? "line"} along-${what.axis}`
    this.element.tabIndex = 0
    this.element.hidden = true
    this.element.setAttribute("role", "slider")
    this.element.setAttribute("aria-orientation", what.axis === "x" ? "horizontal" : "vertical")
    this.element.onpointerdown = (event) => this.take(event)
    this.element.onpointermove = (event) => this.drag(event)
    this.element.onpointerup = this.element.onpointercancel = () => this.leave()
    this.element.onkeydown = (event) => this.turn(event)
    this.element.ondblclick = () => geometry.figure(what.view).reset.emit() // as everywhere else in a plot: it ends a zoom
    document.getElementById(`${what.view}_place`).parentElement.append(this.element)
  }

  get slider() {
    return document.querySelector(`nav [data-name="${this.name}"] input[type="range"]`)
  }

  show(values) {
    this.values = values
    this.name = this.what.name(values)
    this.place()
  }

  place() {
    const at = this.values && this.slider && this.geometry.box(this.what.view) ? this.what.at(this.values) : undefined
    const { view, axis } = this.what, other = axis === "x" ? "y" : "x"
    const box = at && this.geometry.box(view)
    const along = at && this.geometry.pixel(view, axis, at[0])
    const across = at?.[1] === undefined ? undefined : this.geometry.pixel(view, other, at[1])
    const [first, last] = axis === "x" ? [box?.left, box?.right] : [box?.top, box?.bottom]
    const seen = along >= first - 1 && along <= last + 1
    const [start, size] = axis === "x" ? ["top", "height"] : ["left", "width"]
    const place = seen ? [along, across ?? box[start], across === undefined ? box[size] : undefined] : []
    if (String(place) !== this.placed) { // what is written costs the page a new layout, even if it is the same
      this.placed = String(place)
      this.element.hidden = !seen
      const sides = [axis === "x" ? "left" : "top", start, size]
      place.forEach((pixels, k) => { if (pixels !== undefined) this.element.style[sides[k]] = `${pixels}px` })
    }
    if (seen) this.tell()
  }

  tell() {
    const { slider } = this, name = this.what.called(this.name)
    const said = [name, slider.min, slider.max, slider.value].join()
    if (said === this.said) return
    this.said = said
    this.element.setAttribute("aria-label", name)
    this.element.title = say("{name}: drag it, or use the arrow keys", { name })
    for (const [attribute, value] of [["min", slider.min], ["max", slider.max], ["now", slider.value]]) {
      this.element.setAttribute(`aria-value${attribute}`, value)
    }
    this.element.setAttribute("aria-valuetext", slider.getAttribute("aria-valuetext") ?? slider.value)
  }

  under(event) {
    const corner = this.element.parentElement.getBoundingClientRect(), { view, axis } = this.what
    return this.geometry.value(view, axis, event[ALONG[axis]] - (axis === "x" ? corner.left : corner.top))
  }

  take(event) {
    if (event.button) return
    event.preventDefault()
    event.stopPropagation() // the plot would begin to pan
    this.element.focus()
    this.element.setPointerCapture(event.pointerId)
    this.beside = Number(this.slider.value) - this.under(event)
    this.slider.dispatchEvent(new PointerEvent("pointerdown"))
  }

  drag(event) {
    if (this.beside === undefined) return
    this.set(this.under(event) + this.beside)
  }

  leave() {
    if (this.beside === undefined) return
    this.beside = undefined
    this.slider.dispatchEvent(new PointerEvent("pointerup"))
  }

  turn(event) {
    const { slider } = this, turn = TURNS[event.key]
    const end = { Home: slider.min, End: slider.max }[event.key]
    if (turn === undefined && end === undefined) return
    event.preventDefault()
    this.set(end ?? Number(slider.value) + turn * Number(slider.step))
  }

  set(value) {
    const { slider } = this, before = slider.value
    slider.value = String(value)
    if (slider.value !== before) slider.dispatchEvent(new Event("input"))
    this.tell()
  }
}

export class Handles {
  constructor(geometry, kinds) {
    this.all = kinds.map((what) => new Handle(what, geometry))
  }

  show(values) {
    for (const handle of this.all) handle.show(values)
  }

  place() {
    for (const handle of this.all) handle.place()
  }
}
