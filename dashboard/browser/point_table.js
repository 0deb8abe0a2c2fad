// The points of a drawn current as a table, to be typed: a time and a current in each row.

import { plain } from "./controls.js"
import { tag } from "./tag.js"
import { say, written } from "./words.js"

const MOST = 200 // rows; what is longer is read from a file
const AFTER = 10 // ms after the last point, where the next one begins
const TURNS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }
const COLUMNS = [{ step: 1, digits: 6 }, { step: 0.1, digits: 6 }] // of an arrow key: ms, nA

export class PointTable {
  // `limits` are those of a drawn current; `change(points)` takes what was typed, `complain(sentence)` says what is wrong
  constructor(limits, change, complain) {
    this.limits = limits
    this.change = change
    this.complain = complain
    this.body = tag("tbody")
    const heads = [say("time (ms)"), say("current (nA)")].map((text) => tag("th", { scope: "col" }, text))
    this.add = tag("button", { type: "button", class: "add-point" }, say("Add a point"))
    this.add.onclick = () => this.append()
    this.long = tag("p", { class: "drawn-note", hidden: true })
    this.table = tag("table", {}, tag("thead", {}, tag("tr", {}, ...heads, tag("td"))), this.body)
    this.scroll = tag("div", { class: "point-rows" }, this.table)
    this.element = tag("details", { class: "points" }, tag("summary", {}, say("Points")), this.scroll, this.add, this.long)
    this.element.ontoggle = () => this.draw()
  }

  show(points) {
    const same = String(points) === String(this.points)
    this.points = points
    if (!same || !this.body.rows.length) this.draw()
  }

  draw() {
    if (!this.element.open) return // rows that nobody sees would cost time in every stroke
    const long = this.points.length > MOST
    this.long.hidden = !long
    this.scroll.hidden = this.add.hidden = long
    this.long.textContent = long ? say("More than {most} points are too many to type. Read a shorter file, or draw.", { most: MOST }) : ""
    const focus = [...this.body.rows].map((row, place) => [place, [...row.querySelectorAll("input, button")].indexOf(document.activeElement)])
      .find(([, column]) => column >= 0)
    this.body.replaceChildren(...(long ? [] : this.points.map((point, place) => this.row(point, place))))
    if (focus) this.focus(...focus)
  }

  focus(place, column) {
    const row = this.body.rows[Math.min(place, this.body.rows.length - 1)]
    row?.querySelectorAll("input, button")[column]?.focus()
  }

  row(point, place) {
    const number = place + 1
    const names = [say("time of point {number}, ms", { number }), say("current of point {number}, nA", { number })]
    const boxes = point.map((value, column) => this.box(value, place, column, names[column]))
    const remove = tag("button", { type: "button", class: "undo", "aria-label": say("Remove point {number}", { number }), title: say("Remove") }, "×")
    remove.onclick = () => this.remove(place)
    if (this.points.length === 1) remove.setAttribute("aria-disabled", "true")
    return tag("tr", {}, ...boxes.map((box) => tag("td", {}, box)), tag("td", {}, remove))
  }

  box(value, place, column, name) {
    const box = tag("input", {
      type: "text", inputmode: "decimal", role: "spinbutton", class: "number", autocomplete: "off", spellcheck: "false",
      "aria-label": name, "aria-valuenow": plain(value), value: written(plain(value)),
    })
    box.onchange = () => this.type(box, place, column)
    box.onkeydown = (event) => {
      if (event.key === "Enter") this.type(box, place, column)
      if (event.key === "Escape") box.value = written(plain(this.points[place][column]))
      const steps = TURNS[event.key]
      if (!steps || event.ctrlKey || event.altKey || event.metaKey) return
      event.preventDefault()
      const { step, digits } = COLUMNS[column]
      box.value = written(Number((this.points[place][column] + steps * step * (event.shiftKey ? 0.1 : 1)).toFixed(digits)))
      this.type(box, place, column)
    }
    return box
  }

  type(box, place, column) {
    const text = box.value.trim().replace(",", ".").replace("−", "-"), value = Number(text)
    if (value === this.points[place][column] && text) return this.complain("")
    const [low, high] = column === 0 ? this.limits.times : this.limits.currents
    const good = text !== "" && value >= low && value <= high
    box.setAttribute("aria-invalid", String(!good))
    if (!good) {
      const range = { given: box.value.slice(0, 20), low, high }
      return this.complain(column === 0
        ? say("A time must be a number between {low} and {high} ms; {given} is not.", range)
        : say("A current must be a number between {low} and {high} nA; {given} is not.", range))
    }
    const points = this.points.map((point) => [...point])
    points[place][column] = value
    this.take(points, points[place], column)
  }

  append() {
    const [t, I] = this.points.at(-1), fresh = [Math.min(t + AFTER, this.limits.times[1]), I]
    this.take([...this.points, fresh], fresh, 0)
  }

  remove(place) {
    if (this.points.length === 1) return this.complain(say("One point must stay: it is a constant current."))
    this.take(this.points.filter((_, each) => each !== place), undefined, 2, place)
  }

  // In order of time; the focus goes along with its point.
  take(points, moved, column, place = 0) {
    const ordered = [...points].sort((one, other) => one[0] - other[0])
    const early = ordered.findIndex(([t], k) => k > 0 && t - ordered[k - 1][0] < this.limits.closest)
    if (early > 0) return this.complain(say("There is a point at {t} ms already: choose another time.", { t: written(plain(ordered[early][0])) }))
    this.change(ordered)
    this.focus(moved ? ordered.indexOf(moved) : place, column)
  }
}
