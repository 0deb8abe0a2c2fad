// Pictures of the plots, as a page of their own: SVG, and PNG drawn from it. Bokeh draws the plots; legend, words and link
// are added, so that a picture can be read without the page.

const SHARP = 3 // pixels of a PNG for each of the page
const EDGE = 10 // px around
const LINE = 20 // px from pin to pin
const LETTER = 0.56 // width of a letter, of its height
const SVG = "http://www.w3.org/2000/svg"

function make(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

// Lines of at most `most` letters; a word that is longer is cut.
function lines(text, most) {
  const found = [""]
  for (const word of text.split(" ").flatMap((each) => each.match(new RegExp(`.{1,${most}}`, "g")) ?? [])) {
    const last = found.at(-1)
    if (last && last.length + 1 + word.length > most) found.push(word)
    else found[found.length - 1] = last ? `${last} ${word}` : word
  }
  return found
}

const bounds = (rectangles) => ({
  left: Math.min(...rectangles.map(({ left }) => left)), top: Math.min(...rectangles.map(({ top }) => top)),
  right: Math.max(...rectangles.map(({ right }) => right)), bottom: Math.max(...rectangles.map(({ bottom }) => bottom)),
})

export class Picture {
  // `plots` draws; `words` holds what is written below: sentence, parameters, link
  constructor(plots, views, words = {}) {
    this.plots = plots
    this.views = views
    this.words = words
    const style = getComputedStyle(document.body)
    this.ink = style.color
    this.paper = style.backgroundColor
    this.font = style.fontFamily
  }

  // As on the page: each plot where it stands there, with its legend.
  svg(title) {
    const places = this.views.map((view) => document.getElementById(`${view}_place`))
    const sections = places.map((place) => place.closest(".plot"))
    const { left, top, right, bottom } = bounds(sections.map((section) => section.getBoundingClientRect()))
    const width = Math.ceil(right - left) + 2 * EDGE
    const pins = this.pins(bottom - top + 2 * EDGE)
    const written = this.written(width, bottom - top + 2 * EDGE + pins.height)
    const height = Math.ceil(bottom - top) + 2 * EDGE + pins.height + written.height
    const said = [this.words.sentence, ...places.map((place) => place.getAttribute("aria-label")), this.words.link]
    const all = make("g", { transform: `translate(${EDGE - left} ${EDGE - top})` })
    for (const [k, view] of this.views.entries()) all.append(this.plot(view, places[k]), ...this.legend(sections[k]))
    return make("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": this.font, fill: this.ink, role: "img" },
      make("title", {}, title), make("desc", {}, said.filter(Boolean).join("\n")),
      make("rect", { width, height, fill: this.paper }), all, ...pins.elements, ...written.elements)
  }

  plot(view, place) {
    const { left, top } = place.getBoundingClientRect()
    const drawn = this.plots.drawn(view, "svg")
    const part = make("g", { transform: `translate(${left} ${top})` })
    part.append(...drawn.cloneNode(true).childNodes)
    return part
  }

  legend(section) {
    return [...section.querySelectorAll(".legend li:not(.absent)")].flatMap((item) => {
      const sign = item.querySelector("svg"), copy = sign.cloneNode(true)
      const [at, letters] = [sign.getBoundingClientRect(), item.getBoundingClientRect()]
      copy.setAttribute("x", at.left)
      copy.setAttribute("y", at.top)
      copy.setAttribute("color", getComputedStyle(sign).color)
      copy.removeAttribute("style")
      const size = parseFloat(getComputedStyle(item).fontSize)
      const text = make("text", { x: at.right + 4, y: (letters.top + letters.bottom) / 2 + 0.35 * size, "font-size": size }, item.textContent)
      return [copy, text]
    })
  }

  // Earlier runs in the plots, each with its line and what differs from now.
  pins(top) {
    const items = [...document.querySelectorAll(".pins .restore")]
    const elements = items.flatMap((item, row) => {
      const line = item.querySelector("svg").cloneNode(true), y = top + LINE * row
      line.setAttribute("x", EDGE)
      line.setAttribute("y", y)
      line.querySelector("path").setAttribute("stroke", getComputedStyle(item.querySelector("path")).stroke)
      return [line, make("text", { x: EDGE + 44, y: y + 11, "font-size": 13 }, item.dataset.name)]
    })
    return { elements, height: LINE * items.length }
  }

  written(width, top) {
    const elements = []
    let y = top
    for (const [text, size, href] of [[this.words.sentence, 15], [this.words.parameters, 12], [this.words.link, 12, this.words.link]]) {
      if (!text) continue
      y += 4
      for (const line of lines(text, Math.floor((width - 2 * EDGE) / (LETTER * size)))) {
        y += 1.35 * size
        const letters = make("text", { x: EDGE, y, "font-size": size }, line)
        elements.push(href ? make("a", { href }, letters) : letters)
      }
    }
    return { elements, height: elements.length ? Math.ceil(y - top) + EDGE : 0 }
  }
}

export const svg_file = (svg) => new Blob(['<?xml version="1.0" encoding="UTF-8"?>\n', new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" })

export async function png_file(svg) {
  const address = URL.createObjectURL(svg_file(svg))
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement("canvas")
    canvas.width = SHARP * svg.getAttribute("width")
    canvas.height = SHARP * svg.getAttribute("height")
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((done) => canvas.toBlob(done, "image/png"))
  } finally {
    URL.revokeObjectURL(address)
  }
}
