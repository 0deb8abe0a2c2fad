// What can be taken along: pictures, which the browser draws, and data and programs, which the server makes of the choices.

import { Picture, png_file, svg_file } from "./picture.js"
import { refused } from "./refused.js"
import { tag } from "./tag.js"
import { language, say } from "./words.js"

const DRAWN = 200 // ms in which the plots are drawn in other colours
const LONG = 4000 // characters of a query; a longer one travels in the body
const WHOLE = "whole"

export class Export {
  // `on` holds what to call: plots(), seen() the views on the screen, query() and drawn() the choices, words() what is
  // written below the whole figure, light() takes the light colours and returns what takes them back
  constructor(constant, on) {
    this.constant = constant
    this.on = on
    this.dialog = document.querySelector("#export_dialog")
    this.status = this.dialog.querySelector("[role=status]")
    const find = (name) => this.dialog.querySelector(name)
    this.which = find("[name=which]")
    this.colours = find("[name=colours]")
    document.querySelector("#export").onclick = () => this.open()
    find(".close").onclick = () => this.dialog.close()
    for (const kind of ["svg", "png"]) find(`[data-picture=${kind}]`).onclick = () => this.picture(kind)
    for (const [name, title] of Object.entries(constant.exports)) {
      const button = tag("button", { type: "button", "data-file": name }, title)
      button.onclick = () => this.file(name)
      find(".files").append(button)
    }
  }

  open() {
    const named = [[WHOLE, say("the whole figure")], ...this.on.seen().map((view) => [view, this.constant.titles[view]])]
    this.which.replaceChildren(...named.map(([value, text]) => tag("option", { value }, text)))
    this.status.textContent = ""
    this.dialog.showModal()
  }

  async picture(kind) {
    const whole = this.which.value === WHOLE, views = whole ? this.on.seen() : [this.which.value]
    const back = this.colours.value === "light" ? this.on.light() : () => {}
    try {
      await new Promise((done) => setTimeout(done, DRAWN))
      const words = this.on.words()
      const drawn = new Picture(this.on.plots(), views, whole ? words : { link: words.link })
      const svg = drawn.svg(whole ? document.title : this.constant.titles[views[0]])
      const file = kind === "svg" ? svg_file(svg) : await png_file(svg)
      this.hand_out(file, `neuron-${whole ? "figure" : views[0]}.${kind}`)
    } finally {
      back()
    }
  }

  async file(name) {
    this.status.textContent = say("The file is being made…")
    try {
      const query = this.on.query(), drawn = this.on.drawn()
      if (drawn && query.get("kind") === "drawn") query.set("drawn", drawn)
      const long = String(query).length > LONG
      const address = new URL(`dashboard/export/${name}`, location.href)
      address.search = long ? "" : query
      const answer = await fetch(address, {
        headers: { "Accept-Language": language, "X-Page": this.on.words().link }, cache: "no-store", ...(long && { method: "POST", body: String(query) }),
      })
      if (!answer.ok) throw new Error(await refused(answer, say("The file was not made. Try again.")))
      const called = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition"))?.[1] ?? name
      this.hand_out(await answer.blob(), called)
    } catch (problem) {
      this.status.textContent = problem instanceof TypeError ? say("The server cannot be reached; the file was not made. Try again.") : problem.message
    }
  }

  hand_out(blob, name) {
    const link = tag("a", { href: URL.createObjectURL(blob), download: name })
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60000) // the browser may still ask where to
    this.status.textContent = say("{name} is with your downloads.", { name })
  }
}
