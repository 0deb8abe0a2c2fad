// Earlier runs that stay behind the present one, to compare: up to four. A pin is the query string of its choices; the
// server computes its lines whenever it, or what is seen of it, has changed.

import { tag } from "./tag.js"
import { say, written } from "./words.js"

const MOST_NAMED = 3 // differences in a legend
const LONGEST = 3000 // characters of a pin

export class Pins {
  // `on` holds what to call: query() returns the present choices as a query string, restore(query) goes back to others,
  // tell(sentence) says something, changed() when the address must follow, fields() the inputs, named(preset) its name
  constructor(plots, link, on) {
    this.plots = plots
    this.link = link
    this.on = on
    const { pins, pin_looks: looks } = plots.constant
    this.sources = Object.entries(pins)
    this.looks = looks
    this.slots = looks.map(() => null)
    this.count = 0
    this.list = document.querySelector(".pins")
    this.button = document.querySelector("#pin")
    this.button.onclick = () => this.take()
  }

  queries() {
    return this.slots.map((pin) => pin?.query ?? null)
  }

  // As an address holds them: a free place before a pin is an empty one, so that every pin keeps its colour.
  in_address() {
    const last = this.slots.findLastIndex(Boolean)
    return this.slots.slice(0, last + 1).map((pin) => ["pin", pin ? pin.query || "?" : ""])
  }

  // Takes the pins of an address, in place of those that are there.
  open(values) {
    if (values.length > this.slots.length) this.on.tell(say("A link holds at most {most} pins; the first ones are shown.", { most: this.slots.length }))
    this.slots = this.looks.map((_, place) => {
      const value = values[place]
      if (value?.length > LONGEST) this.on.tell(say("Pin {number} is too long and was left out.", { number: place + 1 }))
      return value && value.length <= LONGEST ? { query: value.replace(/^\?/, "") } : null
    })
    this.update()
  }

  take() {
    const query = this.on.query(), free = this.slots.indexOf(null)
    if (this.link.too_long() || query.length > LONGEST) return this.on.tell(say("This run cannot be pinned: its drawing is too long for a link. Draw it with fewer points."))
    if (this.queries().includes(query)) return this.on.tell(say("This run is pinned already."))
    if (free < 0) return this.on.tell(say("{most} runs are pinned; remove one of them first.", { most: this.slots.length }))
    this.slots[free] = { query }
    this.changed()
  }

  remove(place) {
    this.slots[place] = null
    this.changed()
    const left = this.list.querySelectorAll(".remove")
    const beside = left[Math.min(place, left.length - 1)] ?? this.button
    beside.focus()
  }

  changed() {
    this.update()
    this.on.changed()
  }

  update() {
    this.link.pin(this.queries())
    this.see()
    this.draw()
    this.counted()
  }

  // Lessons and hints watch how many there are.
  counted() {
    const count = this.slots.filter(Boolean).length
    if (count === this.count) return
    this.count = count
    document.dispatchEvent(new CustomEvent("pins", { detail: { count } }))
  }

  // -- what the server says of a pin ------------------------------------------------------------------------------
  show(texts, answer) {
    if (answer) this.present = answer
    for (const [place, pin] of this.slots.entries()) {
      const said = texts[`pin${place + 1}`]
      if (!pin || said?.query !== pin.query) continue
      if (said.problem) {
        this.on.tell(say("Pin {number} cannot be shown and was left out. {problem}", { number: place + 1, problem: said.problem }))
        this.slots[place] = null
        this.changed()
      } else pin.said = said
      this.see()
    }
    if (this.slots.some(Boolean)) this.draw()
  }

  // A pin is seen in the plots whose columns are its own. What is pinned stays within the axes.
  see() {
    for (const [name, { view, renderer }] of this.sources) {
      const pin = this.slots[name.at(-1) - 1]
      if (pin?.said && view in pin.said.ranges) (pin.views ??= new Set()).add(view)
      this.plots.model(renderer)?.setv({ visible: Boolean(pin?.views?.has(view)) })
    }
    const spans = new Map()
    for (const pin of this.slots) {
      for (const [view, [left, right, bottom, top]] of Object.entries(pin?.said?.ranges ?? {})) {
        for (const [axis, [start, end]] of [[0, [left, right]], [1, [bottom, top]]]) {
          const { id } = this.plots.constant.axes[view][axis], [low, high] = spans.get(id) ?? [start, end]
          spans.set(id, [Math.min(low, start), Math.max(high, end)])
        }
      }
    }
    this.plots.axes.keep(spans)
  }

  // -- the legend -------------------------------------------------------------------------------------------------
  // What a pin has that the present run has not: [letters, text], [name, text].
  differences({ said }) {
    const { kind } = this.present, values = { ...this.present.values, drawn: this.link.drawn }, fields = this.on.fields(), found = []
    if (said.values.preset !== values.preset) found.push(["", this.on.named(said.values.preset)])
    if (said.kind !== kind) found.push(["", this.chosen("kind", said.kind)])
    const own = said.values.preset !== values.preset || said.kind !== kind // then only what was chosen besides
    for (const [name, value] of Object.entries(own ? said.changed : said.values)) {
      if (name === "preset" || name === "kind" || name === "over" || value === values[name]) continue
      found.push(name === "drawn" ? ["", fields.get(name)?.label ?? name] : [name, this.chosen(name, value), fields.get(name)?.symbol ?? []])
    }
    return found
  }

  // A value as the inputs say it.
  chosen(name, value) {
    if (typeof value === "number") return written(Number(value.toPrecision(6)))
    const { options = [], said } = this.on.fields().get(name) ?? {}
    return options.includes(value) ? said[options.indexOf(value)] : String(value)
  }

  draw() {
    const present = this.slots.map((pin) => (pin?.said && this.present ? this.differences(pin) : pin && []))
    const drawn = JSON.stringify([present, this.slots.map((pin) => pin && [pin.query, Boolean(pin.said)])])
    if (drawn === this.drawn) return
    this.drawn = drawn
    this.list.replaceChildren(...present.flatMap((found, place) => (found ? [this.item(place, found)] : [])))
    const there = this.list.childElementCount > 0
    this.list.hidden = !there
    document.documentElement.classList.toggle("pinned", there)
  }

  item(place, found) {
    const number = place + 1, waits = !this.slots[place].said
    const words = found.map(([name, text]) => (name ? `${name} = ${text}` : text)).join(", ")
    const said = waits ? say("is being computed") : words || say("as now")
    const restore = tag("button", { type: "button", class: "restore", title: say("Back to this run: {said}", { said }), "data-name": say("Pin {number}: {said}", { number, said }) },
      this.sign(place), ...this.short(found, waits), tag("span", { class: "spoken" }, say("Restore pin {number}: {said}", { number, said })))
    restore.onclick = () => this.on.restore(this.slots[place].query)
    const remove = tag("button", { type: "button", class: "remove", title: say("Remove"), "aria-label": say("Remove pin {number}", { number }) }, "×")
    remove.onclick = () => this.remove(place)
    return tag("li", {}, restore, remove)
  }

  short(found, waits) {
    if (waits) return [tag("span", { "aria-hidden": "true" }, "…")]
    if (!found.length) return [tag("span", { "aria-hidden": "true" }, say("as now"))]
    const parts = found.slice(0, MOST_NAMED).map(([name, text, [letter, index] = []]) => {
      const symbol = tag("i", {}, letter ?? name, ...(index ? [tag("sub", {}, index)] : []))
      return tag("span", { "aria-hidden": "true" }, ...(name ? [symbol, " "] : []), text) // the button's name says it in code's words
    })
    if (found.length > MOST_NAMED) parts.push(tag("span", { "aria-hidden": "true" }, say("+{more} more", { more: found.length - MOST_NAMED })))
    return parts
  }

  sign(place) {
    const { colour, dashes } = this.looks[place]
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    const line = document.createElementNS(svg.namespaceURI, "path")
    for (const [name, value] of [["width", "30"], ["height", "10"], ["aria-hidden", "true"]]) svg.setAttribute(name, value)
    for (const [name, value] of [["d", "M0 5h30"], ["stroke-width", "2.5"], ["stroke-dasharray", dashes.join(" ")]]) line.setAttribute(name, value)
    line.style.stroke = `var(--plot-${colour})`
    svg.append(line)
    return svg
  }
}
