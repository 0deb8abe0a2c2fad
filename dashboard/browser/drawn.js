// The input of a drawn current: what it is in a sentence, a table of its points, and a file to read it from. Drawing by
// hand is in pencil.js.

import { tag } from "./tag.js"
import { LARGEST, decoded, parse } from "./csv.js"
import { fitting, read, write } from "./points.js"
import { PointTable } from "./point_table.js"
import { say, written } from "./words.js"

const LONGEST_MESSAGE = 60000 // characters of a drawing that is sent at once

const short = (value) => written(Number(value.toPrecision(4)))

export class Drawn {
  // `field` is what constant.json says of the input; `choose(text)` makes the points the choice
  constructor(field, choose) {
    this.field = field
    this.choose = choose
    this.problem = tag("p", { class: "problem", role: "alert", id: `problem-${field.name}`, hidden: true })
    this.help = tag("p", { class: "help", id: `help-${field.name}`, hidden: true }, field.help)
    this.state = tag("p", { class: "drawn-state" })
    this.note = tag("p", { class: "drawn-note", role: "status" })
    this.undo = tag("button", { class: "undo", type: "button", "aria-label": say("Reset {input}", { input: field.spoken }), title: say("Reset") }, "↺")
    this.undo.onclick = () => this.set(read(field.default))
    this.table = new PointTable(field.drawn, (points) => this.set(points), (sentence) => this.complain(sentence))
    this.element = tag("div", { class: "field drawn", "data-name": field.name, role: "group", "aria-label": field.spoken },
      tag("div", { class: "line" }, this.title(), this.opener(), this.undo), this.state, this.note, this.table.element,
      this.help, this.problem)
    this.take(field.default)
  }

  title() {
    const heard = tag("span", { class: "heard" }, say("{name}, help", { name: "" }))
    const title = tag("button", {
      class: "title", type: "button", title: this.field.help, "aria-expanded": "false", "aria-controls": this.help.id,
    }, tag("span", { class: "label" }, this.field.label), heard)
    title.onclick = () => {
      this.help.hidden = !this.help.hidden
      title.setAttribute("aria-expanded", String(!this.help.hidden))
    }
    return title
  }

  opener() {
    const name = say("Read CSV file…")
    const file = tag("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain", hidden: true, "aria-label": name })
    file.onchange = async () => {
      const [chosen] = file.files
      file.value = "" // the same file can be read again
      if (chosen) await this.open(chosen)
    }
    const button = tag("button", { type: "button", class: "read-csv", title: say("Two columns: time in ms, current in nA") }, name)
    button.onclick = () => file.click()
    return tag("span", { class: "opener" }, button, file)
  }

  async open(file) {
    try {
      if (file.size > LARGEST) {
        const [size, most] = [file.size, LARGEST].map((each) => short(each / 1e6))
        throw new Error(say("This file has {size} MB, and {most} MB are allowed. Leave out points, or columns that are not needed.", { size, most }))
      }
      const points = parse(decoded(new Uint8Array(await file.arrayBuffer())), this.field.drawn)
      this.set(points, say("From {name}.", { name: file.name }))
    } catch (problem) {
      this.complain(say("{name} was not taken. {problem}", { name: file.name, problem: problem.message }))
    }
  }

  // Takes points as the choice, as many of them as are sent at once, and says what became of them.
  set(points, origin = "") {
    const { points: fit, off } = fitting(points, this.field.drawn.most, LONGEST_MESSAGE)
    const thinned = fit.length < points.length
      ? say("Of {all} points {kept} are kept; the others lie at most {off} nA beside the lines between these.",
        { all: points.length, kept: fit.length, off: short(off) })
      : ""
    this.note.textContent = [origin, thinned].filter(Boolean).join(" ")
    this.show_points(fit)
    this.complain("")
    this.choose(write(fit))
  }

  // Takes points that were chosen elsewhere: by hand, by the address, or by going back a step.
  take(text) {
    if (text === this.value) return
    this.note.textContent = ""
    this.show_points(read(text))
  }

  show_points(points) {
    this.points = points
    this.value = write(points)
    const currents = points.map(([, I]) => I)
    const low = currents.reduce((one, other) => Math.min(one, other)), high = currents.reduce((one, other) => Math.max(one, other))
    this.said = points.length === 1
      ? say("1 point, {low} nA", { low: short(low) })
      : say("{count} points from {first} to {last} ms, {low} to {high} nA", {
        count: points.length, first: short(points[0][0]), last: short(points.at(-1)[0]), low: short(low), high: short(high),
      })
    const long = this.value.length > this.field.drawn.longest ? say("Too long for the link, which leaves it out.") : ""
    this.state.textContent = [`${this.said}.`, long].filter(Boolean).join(" ")
    this.element.classList.toggle("changed", this.value !== this.field.default)
    this.table.show(points)
  }

  complain(sentence) {
    this.problem.textContent = sentence ?? ""
    this.problem.hidden = !sentence
  }

  // What the server says of the choice; the points themselves come by `take`.
  show(value, problem) {
    if (problem || !this.problem.hidden) this.complain(problem)
  }
}
