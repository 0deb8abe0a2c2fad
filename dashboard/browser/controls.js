// Draws the inputs: for every declared quantity a slider, a number box, its unit, its help and a reset. They are native
// HTML: a native slider answers faster than a styled one, is reachable by keyboard and known to screen readers.

import { Sweep } from "./sweep.js"
import { tag } from "./tag.js"
import { say, unwritten, written } from "./words.js"

export const plain = (value) => String(Number(Number(value).toPrecision(10)))

const TURNS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 } // in steps

class Field {
  // `on` holds what to call: choose(field, value), and for a slider step(whether it is held), let_go(), sweep(this)
  constructor(field, on) {
    this.field = field
    this.on = on
    this.choose = (value) => on.choose(field, value)
    this.problem = tag("p", { class: "problem", role: "alert", id: `problem-${field.name}`, hidden: true })
    this.help = tag("p", { class: "help", id: `help-${field.name}`, hidden: true }, field.help)
    this.undo = tag("button", { class: "undo", type: "button", "aria-label": say("Reset {input}", { input: field.spoken }), title: say("Reset") }, "↺")
    this.undo.onclick = () => this.choose(field.default)
    const controls = field.options ? [this.choice()] : [this.box(), tag("span", { class: "unit" }, field.unit)]
    this.element = tag("div", { class: "field", "data-name": field.name },
      tag("div", { class: "line" }, this.title(), ...controls, this.undo),
      ...(field.slider ? [tag("div", { class: "slide" }, this.player(), this.range())] : []), this.help, this.problem)
  }

  title() {
    const [letter, index] = this.field.symbol
    const symbol = tag("span", { class: "symbol", "aria-hidden": "true" }, letter ?? "", ...(index ? [tag("sub", {}, index)] : []))
    const title = tag("button", {
      class: "title", type: "button", title: this.field.help, "aria-expanded": "false", "aria-controls": this.help.id,
    }, ...(letter ? [symbol] : []), tag("span", { class: "label" }, this.field.label),
      tag("span", { class: "heard" }, say("{name}, help", { name: this.field.spoken.slice(this.field.label.length) })))
    title.onclick = () => {
      this.help.hidden = !this.help.hidden
      title.setAttribute("aria-expanded", String(!this.help.hidden))
    }
    return title
  }

  named(extra = {}) {
    const { spoken, unit } = this.field
    return { "aria-label": unit ? `${spoken}, ${unit}` : spoken, "aria-describedby": this.problem.id, ...extra }
  }

  choice() {
    this.select = tag("select", this.named(), ...this.field.options.map((each, k) => tag("option", { value: each }, this.field.said[k])))
    this.select.onchange = () => this.choose(this.select.value)
    return this.select
  }

  box() {
    const { name, hard_low, hard_high, step } = this.field
    this.number = tag("input", this.named({
      type: "text", inputmode: "decimal", role: "spinbutton", autocomplete: "off", spellcheck: "false", class: "number",
      "aria-valuemin": String(hard_low), "aria-valuemax": String(hard_high), id: `number-${name}`,
    }))
    this.number.onchange = () => { if (this.number.value !== this.shown) this.take() }
    this.number.onkeydown = (event) => {
      if (event.key === "Enter") this.take() // also when the text is the old one: it clears a refusal
      if (event.key === "Escape") this.restore()
      const across = event.key === "ArrowLeft" || event.key === "ArrowRight" // they move the caret
      const typed = this.typing() ? Number(unwritten(this.number.value)) : NaN
      if (!across) this.turn(event, Number.isFinite(typed) ? typed : this.value, hard_low, hard_high)
    }
    return this.number
  }

  take() {
    this.shown = this.number.value
    this.choose(this.number.value)
  }

  restore() {
    this.shown = this.number.value
    this.show(this.value)
  }

  // One step for an arrow key, with Shift a tenth of it.
  turn(event, from, low, high) {
    const steps = TURNS[event.key]
    if (!steps || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    const { step, fine_step } = this.field
    const value = Number(plain(from + steps * (event.shiftKey ? fine_step : step)))
    if (event.target === this.slider) this.on.step(this.held)
    this.move(Math.min(high, Math.max(low, value)))
  }

  move(value) {
    this.show(value)
    this.number.value = this.shown = written(plain(value))
    this.choose(value)
  }

  range() {
    const { low, high, step } = this.field
    this.slider = tag("input", this.named({ type: "range", min: String(low), max: String(high), step: String(step) }))
    this.slider.oninput = () => {
      this.on.step(this.held)
      this.move(Number(plain(this.slider.value)))
    }
    this.slider.onkeydown = (event) => this.turn(event, this.value, Number(this.slider.min), Number(this.slider.max))
    this.slider.onpointerdown = () => {
      this.hold()
      addEventListener("pointerup", () => this.release(), { once: true }) // wherever that is
    }
    this.slider.onpointercancel = () => { // the finger scrolls the page: it did not mean the slider
      this.held = false
      this.on.step(this.held)
      this.move(this.before)
    }
    return this.slider
  }

  hold() {
    this.held = true
    this.before = this.value
    this.slider.step = String(this.field.step)
  }

  release() {
    this.held = false
    this.on.let_go()
  }

  // The button that lets the slider move by itself.
  player() {
    this.play = tag("button", { class: "play", type: "button", "aria-label": say("Sweep {what}", { what: this.field.spoken }), title: say("Let it move by itself") }, "▶")
    this.play.onclick = () => this.on.sweep(this)
    return this.play
  }

  mark(value) {
    this.value = value
    this.element.classList.toggle("changed", value !== this.field.default)
    if (this.slider) this.slider.setAttribute("aria-valuetext", `${written(plain(value))} ${this.field.unit}`)
    if (this.number) this.number.setAttribute("aria-valuenow", plain(value))
  }

  typing() {
    return document.activeElement === this.number && this.number.value !== this.shown
  }

  show(value, problem) {
    this.mark(value)
    if (this.select) this.select.value = value
    if (this.number && (problem || !this.typing())) this.number.value = this.shown = written(plain(value))
    if (this.number) this.number.setAttribute("aria-invalid", String(Boolean(problem)))
    if (this.slider) {
      // A number box reaches further than the slider; the slider then stretches to the value.
      // While it is held it does not shrink again, or it would run away from the pointer.
      const [low, high] = this.held ? [Number(this.slider.min), Number(this.slider.max)] : [this.field.low, this.field.high]
      this.slider.min = String(Math.min(low, value))
      this.slider.max = String(Math.max(high, value))
      for (const step of [this.field.step, this.field.fine_step]) { // the finer where the value needs it
        if (this.held && step !== this.field.step) break
        this.slider.step = String(step)
        this.slider.value = String(value)
        if (Number(this.slider.value) === value) break
      }
    }
    this.problem.textContent = problem ?? ""
    this.problem.hidden = !problem
  }
}

export class Controls {
  constructor(element, { layouts, noisy, presets }, link, on) {
    this.layouts = layouts
    this.presets = presets
    this.noisy = noisy // kinds of current that are new with every seed
    this.link = link
    this.on = on
    this.sweep = new Sweep()
    this.made = (field) => (field.drawn ? on.drawn(field) : new Field(this.scaled(field), this.moves))
    this.moves = {
      choose: (...chosen) => this.choose(...chosen), step: on.step, let_go: on.let_go, sweep: (field) => this.sweep.toggle(field),
    }
    this.folds = new Map()
    this.fields = new Map()
    this.area = tag("div", { class: "groups" })
    const bar = tag("div", { class: "bar" })
    const button = (text, action, keys) => {
      const made = tag("button", { type: "button", ...(keys && { "aria-keyshortcuts": keys }) }, text)
      made.onclick = () => action(made)
      bar.append(made)
      return made
    }
    this.undo = button(say("Undo"), on.undo, "Control+Z")
    this.redo = button(say("Redo"), on.redo, "Control+Shift+Z Control+Y")
    button(say("Reset all"), () => {
      this.stop()
      link.reset()
    })
    this.renew = button(say("New noise"), () => link.choose({ seed: Math.floor(Math.random() * 1e6) }))
    button(say("Hold axes"), (made) => {
      const held = made.getAttribute("aria-pressed") !== "true"
      made.setAttribute("aria-pressed", String(held))
      on.hold(held)
    }).setAttribute("aria-pressed", "false")
    element.append(bar, this.area)
  }

  // Whether there is something to undo and to redo. Not `disabled`, which would throw the focus off the button.
  offer(undo, redo) {
    this.undo.setAttribute("aria-disabled", String(!undo))
    this.redo.setAttribute("aria-disabled", String(!redo))
  }

  // The inputs that there are, as they are declared, by name.
  declared() {
    return new Map(this.layouts[this.kind].flatMap(({ fields }) => fields).map((field) => [field.name, field]))
  }

  // Whatever moves by itself stands still.
  stop() {
    this.sweep.stop()
  }

  held() {
    return [...this.fields.values()].some((field) => field.held)
  }

  choose(field, value) {
    if (field.name === "kind") this.link.forget(this.layouts[this.kind].flatMap((group) => group.fields).filter((each) => each.of_kind).map((each) => each.name))
    this.on.chosen(field.name)
    this.link.choose({ [field.name]: value })
  }

  // Another neuron to start from: its values and its currents replace what was chosen of them.
  choose_preset(preset) {
    const inputs = Object.values(this.layouts).flat().flatMap(({ fields }) => fields)
    this.link.forget(inputs.filter(({ of_preset }) => of_preset).map(({ name }) => name))
    this.link.choose({ preset })
  }

  // What is chosen: name, symbol, value and unit of each input; those of other tabs than the open one change nothing seen.
  rows(open) {
    const elsewhere = new Set(this.layouts[this.kind].filter(({ tab }) => tab && tab !== open).flatMap(({ fields }) => fields.map(({ name }) => name)))
    return [...this.fields.values()].filter(({ field }) => !elsewhere.has(field.name)).map(({ field, value, said }) => [
      field.label, field.symbol.filter(Boolean).join("_"), said ?? `${field.options ? field.said[field.options.indexOf(value)] : written(plain(value))} ${field.unit ?? ""}`,
    ])
  }

  // An input as it is with this preset: where it stands at first, what its slider covers, its steps.
  scaled(field) {
    const { neuron, currents } = this.presets[this.preset]
    return { ...field, ...(field.of_kind ? currents[this.kind] : neuron)[field.name] }
  }

  draw(kind, preset) {
    this.sweep.stop() // its slider goes
    this.kind = kind
    this.preset = preset
    const active = document.activeElement
    const focused = [...this.fields.values()].find((field) => field.element.contains(active))
    this.fields = new Map()
    const [in_tabs, here] = [true, false].map((tabbed) => this.layouts[kind].filter(({ tab }) => Boolean(tab) === tabbed))
    for (const { tab, fields } of in_tabs) this.draw_in(document.querySelector(`[data-tab="${tab}"] .choices`), fields)
    this.area.replaceChildren(...here.map((group) => {
      const inside = group.fields.map((each) => {
        const field = this.made(each)
        this.fields.set(each.name, field)
        return field.element
      })
      const open = this.folds.get(group.title) ?? !group.folded
      const details = tag("details", { open }, tag("summary", {}, group.title), ...inside)
      details.ontoggle = () => this.folds.set(group.title, details.open)
      return details
    }))
    if (focused) this.fields.get(focused.field.name)?.element.querySelector(active.tagName)?.focus()
  }

  draw_in(place, fields) {
    place.replaceChildren(...fields.map((each) => {
      const field = this.made(each)
      this.fields.set(each.name, field)
      return field.element
    }))
  }

  // Shows what the server says holds now. What the visitor has chosen since is left as it is. Returns what was refused
  // and has no input to say it at.
  show({ kind, values, refused }) {
    this.renew.hidden = !(values.sigma > 0 || this.noisy.includes(kind))
    const fresh = kind !== this.kind || values.preset !== this.preset
    if (fresh) this.draw(kind, values.preset)
    for (const [name, field] of this.fields) {
      if (fresh || name in refused || !this.link.holds(name)) field.show(values[name], refused[name])
    }
    return Object.keys(refused).filter((name) => !this.fields.has(name)).map((name) => refused[name])
  }
}
