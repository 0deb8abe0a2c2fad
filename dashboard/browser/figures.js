// What the figures say to whoever does not see them: a sentence with their numbers as their text alternative, kept
// current and never announced, and all their numbers as tables on request.

import { say, written } from "./words.js"

const MOST = 5000 // rows of a table; more would be slow

const tag = (name, text, attributes = {}) => {
  const element = document.createElement(name)
  element.textContent = text
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}

const shown = (value) => typeof value === "number" ? written(Number(value.toPrecision(6))) : value

export class Figures {
  constructor(constant, plots) {
    this.constant = constant
    this.plots = plots
    this.said = {} // by view: of the run
    this.measured = {} // by view: of the study
    this.dialog = document.querySelector("#numbers")
    this.dialog.querySelector("button").onclick = () => this.dialog.close()
    for (const [view, title] of Object.entries(constant.titles)) {
      const button = tag("button", "", { class: "numbers", type: "button", title: say("Numbers"), "aria-haspopup": "dialog" })
      button.setAttribute("aria-label", say("Numbers: {figure}", { figure: title }))
      button.onclick = () => this.open(view)
      document.getElementById(`${view}_place`).after(button)
    }
  }

  show({ said, measured }) {
    Object.assign(this.said, said)
    Object.assign(this.measured, measured)
    for (const view of new Set(Object.keys({ ...said, ...measured }))) {
      document.getElementById(`${view}_place`).setAttribute("aria-label", `${this.constant.titles[view]}: ${this.sentence(view)}`)
    }
  }

  sentence(view) {
    return [this.said[view], this.measured[view]].filter(Boolean).join(" ")
  }

  open(view) {
    this.dialog.querySelector("h2").textContent = this.constant.titles[view]
    this.dialog.querySelector("p").textContent = this.sentence(view)
    const tables = Object.entries(this.constant.drawn[view]).map(([source, heads]) => this.table(source, heads)).filter(Boolean)
    tables.sort((one, other) => one.rows.length - other.rows.length) // a spike is sooner found than a point of the line
    this.dialog.querySelector(".tables").replaceChildren(...tables)
    this.dialog.showModal()
  }

  table(source, heads) {
    const columns = this.plots.columns(source)
    const names = Object.keys(columns)
    const count = columns[names[0]]?.length
    if (!count) return null
    const table = document.createElement("table")
    const caption = this.constant.captions[source], few = { caption, most: MOST, count }
    table.append(tag("caption", count > MOST ? say("{caption}, the first {most} of {count}", few) : caption))
    const head = table.createTHead().insertRow()
    head.append(...names.map((name) => tag("th", heads[name] ?? name, { scope: "col" })))
    const body = table.createTBody()
    for (let row = 0; row < Math.min(count, MOST); row += 1) {
      const line = body.insertRow()
      for (const name of names) line.insertCell().textContent = shown(columns[name][row])
    }
    return table
  }
}
