// The points that a student collects, beside the exact line; in a class, everybody's.

import { say, written } from "./words.js"

const SVG = "http://www.w3.org/2000/svg"
const BOX = { left: 44, top: 8, width: 284, height: 132 } // within 340 x 176
const NEAT = [1, 2, 5]

const sign = (name, attributes, text) => {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  if (text !== undefined) element.textContent = text
  return element
}

export class Chart {
  // `line` holds the exact points, `names` how the axes are called
  constructor(line, names) {
    this.line = line
    this.names = names
    this.x = this.axis(line.map(([x]) => x))
    this.y = this.axis(line.map(([, y]) => y))
    this.element = sign("svg", { class: "chart", viewBox: "0 0 340 176", role: "img" })
    this.points = sign("g", {})
    this.element.append(...this.grid(), this.curve(), this.points)
    this.show([], [])
  }

  // Logarithmic, from a neat number below the least value to one above the largest.
  axis(values) {
    const neat = [-1, 0, 1, 2, 3].flatMap((tens) => NEAT.map((each) => each * 10 ** tens))
    const low = neat.findLast((each) => each <= Math.min(...values)), high = neat.find((each) => each >= Math.max(...values))
    return { low, high, ticks: neat.filter((each) => each >= low && each <= high), part: (value) => Math.log(value / low) / Math.log(high / low) }
  }

  at(x, y) {
    return [BOX.left + BOX.width * this.x.part(x), BOX.top + BOX.height * (1 - this.y.part(y))]
  }

  grid() {
    const { left, top, width, height } = BOX, bottom = top + height, right = left + width
    const across = this.x.ticks.flatMap((tick) => {
      const [x] = this.at(tick, this.y.low)
      return [sign("path", { class: "grid", d: `M${x} ${top}V${bottom}` }), sign("text", { x, y: bottom + 13, "text-anchor": "middle" }, written(tick))]
    })
    const up = this.y.ticks.flatMap((tick) => {
      const [, y] = this.at(this.x.low, tick)
      return [sign("path", { class: "grid", d: `M${left} ${y}H${right}` }), sign("text", { x: left - 4, y: y + 4, "text-anchor": "end" }, written(tick))]
    })
    const name_y = sign("text", { transform: `translate(10 ${top + height / 2}) rotate(-90)`, "text-anchor": "middle" }, this.names.y)
    return [...across, ...up, sign("text", { x: left + width / 2, y: 173, "text-anchor": "middle" }, this.names.x), name_y]
  }

  curve() {
    return sign("polyline", { class: "exact", points: this.line.map(([x, y]) => this.at(x, y).join()).join(" ") })
  }

  show(own, others) {
    const seen = ([x, y]) => x >= this.x.low && x <= this.x.high && y >= this.y.low && y <= this.y.high
    const crosses = others.filter(seen).map(([x, y]) => this.at(x, y)).map(([x, y]) => sign("path", { class: "others", d: `M${x - 3} ${y - 3}l6 6m0 -6l-6 6` }))
    const dots = own.filter(seen).map(([x, y]) => this.at(x, y)).map(([cx, cy]) => sign("circle", { class: "own", cx, cy, r: 4.5 }))
    this.points.replaceChildren(...crosses, ...dots)
    const points = own.map(([x, y]) => say("{y} at {x}", { x: written(x), y: written(y) })).join("; ") || say("none yet")
    this.element.setAttribute("aria-label", say("{y} over {x}: the exact line, and your points: {points}", { ...this.names, points }))
  }
}
