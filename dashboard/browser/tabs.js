// A row of tabs (arrow keys, Home and End move between them), a caption, and a button for what is computed on request.

import { say } from "./words.js"

const STILL = 1000 // ms; progress is seen at once, and announced when it stands still

export class Tabs {
  constructor(element, tabs, on) {
    this.tabs = tabs
    this.on = on // choose(name), ask()
    const row = document.createElement("div")
    row.setAttribute("role", "tablist")
    row.setAttribute("aria-label", say("Views"))
    this.buttons = Object.entries(tabs).map(([name, { title }]) => this.button(row, name, title))
    row.onkeydown = (event) => this.turn(event)
    this.line = document.createElement("div")
    this.line.className = "line"
    this.caption = document.createElement("p")
    this.caption.id = "caption"
    this.heard = document.createElement("p")
    this.heard.className = "heard"
    this.heard.setAttribute("role", "status")
    this.ask = document.createElement("button")
    this.ask.type = "button"
    this.ask.setAttribute("aria-describedby", this.caption.id)
    this.ask.onclick = () => on.ask()
    this.line.append(this.ask, this.caption, this.heard)
    element.append(row, this.line)
  }

  button(row, name, title) {
    const tab = document.createElement("button")
    tab.type = "button"
    tab.textContent = title
    tab.dataset.name = name
    tab.setAttribute("role", "tab")
    tab.onclick = () => this.choose(name)
    row.append(tab)
    return tab
  }

  turn(event) {
    const at = this.buttons.findIndex((tab) => tab.dataset.name === this.chosen)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key]
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    const next = this.buttons.at(to % this.buttons.length)
    next.focus()
    this.choose(next.dataset.name)
  }

  choose(name) {
    if (name === this.chosen) return
    this.show(name)
    this.on.choose(name)
  }

  show(name) {
    this.chosen = name
    for (const tab of this.buttons) {
      tab.setAttribute("aria-selected", String(tab.dataset.name === name))
      tab.tabIndex = tab.dataset.name === name ? 0 : -1
    }
    for (const panel of document.querySelectorAll("[data-tab]")) panel.hidden = panel.dataset.tab !== name
    this.ask.textContent = this.tabs[name].button
    this.ask.hidden = !this.tabs[name].button
  }

  // Where nothing can be measured the button says so, and the caption says why.
  tell(caption, measurable = true) {
    this.caption.textContent = caption
    this.ask.disabled = !measurable
    this.ask.title = measurable ? "" : caption
    clearTimeout(this.timer)
    this.timer = setTimeout(() => { this.heard.textContent = caption }, STILL)
  }
}
