// What is seen of a class: a line below the header that says where this page stands, and a dialog to open, join and end.

import { tag } from "./tag.js"
import { say } from "./words.js"

const in_fours = (code) => `${code.slice(0, 4)} ${code.slice(4)}`
const is_here = () => ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname)

export class ClassView {
  // `on` holds what to call: open(), join(typed), follow(), leave(), end(), and link(), which returns what is passed on
  constructor(on) {
    this.on = on
    this.line = document.querySelector("#class_line")
    this.text = this.line.querySelector("p")
    this.bars = this.line.querySelector(".bars")
    this.dialog = document.querySelector("#class_dialog")
    this.find = (name) => this.dialog.querySelector(name)
    document.querySelector("#class").onclick = () => this.open_dialog()
    this.find(".close").onclick = () => this.dialog.close()
    this.find(".open").onclick = () => on.open()
    this.find("form").onsubmit = (event) => {
      event.preventDefault()
      this.problem("")
      on.join(this.find("input").value)
    }
    this.find("input").oninput = () => this.problem("")
    this.find(".copy").onclick = () => this.copy()
    this.find(".leave").onclick = () => on.leave()
    this.find(".end").onclick = () => on.end()
    this.find(".here").hidden = !is_here()
    const action = (name) => this.line.querySelector(`.${name}`)
    this.actions = { back: action("back"), away: action("away"), code: action("code"), well: action("well") }
    this.actions.back.onclick = () => on.follow()
    this.actions.away.onclick = () => on.leave()
    this.actions.code.onclick = () => this.open_dialog()
    this.actions.well.onclick = () => { this.line.hidden = true }
    new ResizeObserver(() => document.body.style.setProperty("--class_line", `${this.line.offsetHeight}px`)).observe(this.line)
  }

  open_dialog() {
    if (!this.dialog.open) this.dialog.showModal()
  }

  close_dialog() {
    this.dialog.close()
  }

  problem(sentence) {
    this.find(".problem").textContent = sentence
  }

  async copy() {
    const link = this.find(".link")
    try {
      await navigator.clipboard.writeText(link.value)
      this.find(".copied").textContent = say("The link is copied.")
    } catch { // refused, or the page did not come by https
      link.select()
      this.find(".copied").textContent = say("The browser does not let the page copy. The link is selected: copy it with Ctrl C.")
    }
  }

  show(state) {
    const { role, code, counts, picture, link, votes, said } = state
    const name = code ? in_fours(code) : ""
    const sentence = this.sentence(state, name)
    if (this.text.textContent !== sentence) this.text.textContent = sentence // it is announced
    this.line.hidden = !sentence
    this.line.dataset.role = role ?? ""
    document.body.classList.toggle("in_class", Boolean(role && sentence))
    this.offer({ back: role === "alone" || (state.elsewhere && role === "follow"), away: ["follow", "alone", "absent"].includes(role), code: role === "lead", well: !role && said })
    this.actions.back.textContent = state.elsewhere ? say("Lead again") : say("Return to the lecturer")
    this.show_votes(votes)
    for (const part of this.dialog.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(role ?? "none")
    if (role === "lead" && this.shown !== `${code} ${picture}`) {
      this.shown = `${code} ${picture}`
      this.find(".number").textContent = name
      this.find(".link").value = link
      this.find(".picture").innerHTML = picture // our own server draws it
      const drawn = this.find(".picture svg")
      drawn?.setAttribute("viewBox", `0 0 ${drawn.getAttribute("width")} ${drawn.getAttribute("height")}`) // so that it grows
      drawn?.setAttribute("aria-hidden", "true") // the link stands beside it
    }
    this.find(".where").textContent = say("You are in room {name}.", { name })
    this.find(".present").textContent = this.present(counts.present)
  }

  present(number) {
    if (!number) return say("nobody is here yet")
    return number === 1 ? say("1 is here") : say("{number} are here", { number })
  }

  sentence({ role, counts, said, elsewhere }, name) {
    if (role === "lead") return say("Room {name} · {present}", { name, present: this.present(counts.present) })
    if (role === "absent") return say("There is no room {name} at the moment. This page joins as soon as the lecturer opens it.", { name })
    if (role === "follow" && elsewhere) return say("This class is led from another page now; this one follows.")
    if (role === "follow") return counts.led ? say("You follow the lecturer. Move anything to explore on your own.") : say("You follow the lecturer, who is away at the moment.")
    if (role === "alone") return say("You are on your own.")
    return said ?? ""
  }

  offer(actions) {
    for (const [name, offered] of Object.entries(actions)) {
      const button = this.actions[name]
      if (!offered && document.activeElement === button) this.line.focus() // the focus is not lost with the button
      button.hidden = !offered
    }
  }

  // A bar for each answer, with its number; what is no number of an answer is not shown.
  show_votes(votes) {
    const numbered = Object.entries(votes ?? {}).filter(([option]) => /^\d{1,2}$/.test(option))
    const sorted = numbered.sort(([one], [other]) => one - other)
    const all = sorted.reduce((sum, [, count]) => sum + count, 0)
    this.bars.hidden = !all
    this.bars.replaceChildren(...sorted.map(([option, count]) => {
      const answer = String(Number(option) + 1) // answers are counted from 0, people count from 1
      const bar = tag("span", { class: "bar", style: `width: ${Math.round(100 * count / all)}px` })
      return tag("li", {}, tag("span", { class: "heard" }, say("answer {answer}: {count} of {all}", { answer, count, all })), tag("span", { "aria-hidden": "true" }, answer), bar, tag("span", { "aria-hidden": "true" }, String(count)))
    }))
  }
}
