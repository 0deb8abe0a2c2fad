// Draws the inputs and paces them: at most one message is under way; the newest values wait until its result is here.

const PATIENCE = 1500 // ms after which a lost answer no longer blocks the next message
const SLOW = 20 // ms after which the newest choice is sent all the same: the server keeps only the newest

const tag = (name, attributes = {}, ...children) => {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key in element && typeof value !== "string") element[key] = value
    else element.setAttribute(key, value)
  }
  element.append(...children)
  return element
}

const plain = (value) => String(Number(Number(value).toPrecision(10)))

class Channel {
  constructor(model) {
    this.model = model
    this.seq = 0
    this.waitingFor = 0
    this.waiting = null
  }

  choose(name, value) {
    this.waiting = { ...(this.waiting ?? {}), [name]: value }
    if (!this.waitingFor || performance.now() - this.sent > SLOW) this.flush()
  }

  flush() {
    if (!this.waiting) return
    const choose = this.waiting
    this.waiting = null
    this.send({ choose })
  }

  send(message) {
    this.waitingFor = ++this.seq
    this.sent = performance.now()
    clearTimeout(this.slow)
    this.slow = setTimeout(() => this.flush(), SLOW)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.arrived(Infinity), PATIENCE)
    this.model.send_msg({ seq: this.seq, ...message })
  }

  holds(name) {
    return Boolean(this.waitingFor) || (this.waiting !== null && name in this.waiting)
  }

  arrived(seq) {
    if (!this.waitingFor || seq < this.waitingFor) return
    clearTimeout(this.timer)
    clearTimeout(this.slow)
    this.waitingFor = 0
    this.flush() // the server computes the next result while the browser draws this one
  }
}

class Field {
  constructor(field, channel) {
    this.field = field
    this.channel = channel
    this.problem = tag("p", { class: "problem", role: "alert", id: `problem-${field.name}`, hidden: true })
    this.help = tag("p", { class: "help", id: `help-${field.name}`, hidden: true }, field.help)
    this.undo = tag("button", { class: "undo", type: "button", "aria-label": `reset ${field.name}`, title: "Reset" }, "↺")
    this.undo.onclick = () => this.channel.send({ reset: [field.name] })
    const controls = field.options ? [this.choice()] : [this.box(), tag("span", { class: "unit" }, field.unit)]
    this.element = tag("div", { class: "field", "data-name": field.name },
      tag("div", { class: "line" }, this.title(), ...controls, this.undo),
      ...(field.slider ? [this.range()] : []), this.help, this.problem)
  }

  title() {
    const [letter, index] = this.field.symbol
    const symbol = tag("span", { class: "symbol" }, letter, ...(index ? [tag("sub", {}, index)] : []))
    const title = tag("button", {
      class: "title", type: "button", title: this.field.help, "aria-expanded": "false",
      "aria-controls": this.help.id, "aria-label": `${this.field.name}: ${this.field.label}, help`,
    }, ...(this.field.options || letter.length > 2 ? [] : [symbol]), tag("span", { class: "label" }, this.field.label))
    title.onclick = () => {
      this.help.hidden = !this.help.hidden
      title.setAttribute("aria-expanded", String(!this.help.hidden))
    }
    return title
  }

  named(extra = {}) {
    const { name, label, unit } = this.field
    return { "aria-label": name, "aria-description": unit ? `${label}, ${unit}` : label, "aria-describedby": this.problem.id, ...extra }
  }

  choice() {
    this.select = tag("select", this.named(), ...this.field.options.map((each) => tag("option", { value: each }, each)))
    this.select.onchange = () => this.channel.choose(this.field.name, this.select.value)
    return this.select
  }

  box() {
    const { name, hard_low, hard_high, step } = this.field
    this.number = tag("input", this.named({
      type: "text", inputmode: "decimal", role: "spinbutton", autocomplete: "off", spellcheck: "false", class: "number",
      "aria-valuemin": String(hard_low), "aria-valuemax": String(hard_high), id: `number-${name}`,
    }))
    this.number.onchange = () => {
      this.shown = this.number.value
      this.channel.choose(name, this.number.value)
    }
    this.number.onkeydown = (event) => {
      if (event.key === "Enter") this.number.onchange() // also when the text is the old one: it clears a refusal
      const turn = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key]
      if (!turn) return
      event.preventDefault()
      const next = Math.min(hard_high, Math.max(hard_low, Number(this.number.value) + turn * step))
      this.number.value = this.shown = plain(next)
      this.channel.choose(name, next)
    }
    return this.number
  }

  range() {
    const { name, low, high, step } = this.field
    this.slider = tag("input", this.named({ type: "range", min: String(low), max: String(high), step: String(step) }))
    this.slider.oninput = () => {
      const value = Number(plain(this.slider.value))
      this.number.value = this.shown = plain(value)
      this.mark(value)
      this.channel.choose(name, value)
    }
    this.slider.onpointerdown = () => {
      this.held = true
      this.before = Number(this.slider.value)
    }
    this.slider.onpointerup = () => { this.held = false }
    this.slider.onpointercancel = () => { // the finger scrolls the page: it did not mean the slider
      this.held = false
      this.slider.value = String(this.before)
      this.slider.oninput()
    }
    return this.slider
  }

  mark(value) {
    this.element.classList.toggle("changed", value !== this.field.default)
    if (this.slider) this.slider.setAttribute("aria-valuetext", `${plain(value)} ${this.field.unit}`)
    if (this.number) this.number.setAttribute("aria-valuenow", plain(value))
  }

  typing() {
    return this.number.getRootNode().activeElement === this.number && this.number.value !== this.shown
  }

  show(value, problem) {
    this.mark(value)
    if (this.select) this.select.value = value
    if (this.number && (problem || !this.typing())) this.number.value = this.shown = plain(value)
    if (this.number) this.number.setAttribute("aria-invalid", String(Boolean(problem)))
    if (this.slider) {
      // A number box reaches further than the slider; the slider then stretches to the value.
      // While it is held it does not shrink again, or it would run away from the pointer.
      const [low, high] = this.held ? [Number(this.slider.min), Number(this.slider.max)] : [this.field.low, this.field.high]
      this.slider.min = String(Math.min(low, value))
      this.slider.max = String(Math.max(high, value))
      this.slider.value = String(value)
    }
    this.problem.textContent = problem ?? ""
    this.problem.hidden = !problem
  }
}

export function render({ model, el }) {
  const channel = new Channel(model)
  const folds = new Map()
  let fields = new Map()

  const bar = tag("div", { class: "bar" })
  const button = (text, message) => {
    const element = tag("button", { type: "button" }, text)
    element.onclick = () => channel.send(message())
    bar.append(element)
    return element
  }
  button("Reset all", () => ({ reset: "all" }))
  button("New noise", () => ({ choose: { seed: Math.floor(Math.random() * 1e6) } }))
  const themed = button("", () => ({ theme: model.theme === "dark" ? "light" : "dark" }))
  const retitle = () => {
    themed.textContent = model.theme === "dark" ? "Light" : "Dark"
    document.documentElement.dataset.theme = model.theme
  }

  const area = tag("div", { class: "groups" })
  const draw = () => {
    const focused = [...fields.values()].find((field) => field.element.contains(area.getRootNode().activeElement))
    const kind = focused && area.getRootNode().activeElement.tagName
    fields = new Map()
    area.replaceChildren(...model.layout_.map((group) => {
      const inside = group.fields.map((each) => {
        const field = new Field(each, channel)
        fields.set(each.name, field)
        return field.element
      })
      const open = folds.get(group.title) ?? !group.folded
      const details = tag("details", { open }, tag("summary", {}, group.title), ...inside)
      details.ontoggle = () => folds.set(group.title, details.open)
      return details
    }))
    show(true)
    if (focused) fields.get(focused.field.name)?.element.querySelector(kind)?.focus()
  }
  const show = (everything) => {
    const { values, refused } = model.answer
    for (const [name, field] of fields) {
      if (name in values && (everything || name in refused || !channel.holds(name))) field.show(values[name], refused[name])
    }
  }
  const answered = () => {
    channel.arrived(model.answer.seq)
    show(false)
  }

  model.on("layout_", draw)
  model.on("answer", answered)
  model.on("theme", retitle)
  model.on("address", () => history.replaceState(null, "", model.address || location.pathname))
  draw()
  retitle()
  el.append(bar, area)
}
