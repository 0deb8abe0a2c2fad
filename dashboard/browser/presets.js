// The neurons of the literature: which one all values start from, where each comes from, and how sure its values are.

import { say } from "./words.js"

const part = (name, text, attributes = {}) => {
  const element = document.createElement(name)
  element.textContent = text
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}

export class Presets {
  // `choose(key)` is called when another one is chosen
  constructor(presets, choose) {
    this.presets = presets
    this.choose = choose
    this.button = document.querySelector("#preset")
    this.list = document.querySelector("#presets")
    this.list.addEventListener("beforetoggle", () => { if (!this.list.childElementCount) this.draw() })
  }

  said(texts) {
    return texts[document.documentElement.lang] ?? texts.en ?? ""
  }

  named(key) {
    return this.said(this.presets[key].name)
  }

  draw() {
    this.list.append(...Object.entries(this.presets).map(([key, preset]) => {
      const choice = part("button", this.said(preset.name), { type: "button", "data-key": key, "aria-describedby": `preset-${key}` })
      choice.onclick = () => {
        this.list.hidePopover()
        this.choose(key)
      }
      const about = part("div", "", { class: "about", id: `preset-${key}` })
      const source = part("p", `${this.said(preset.source)}. `)
      if (preset.link) source.append(part("a", say("Open the source"), { href: preset.link, target: "_blank", rel: "noreferrer" }))
      about.append(source, part("p", [this.said(preset.sure), this.said(preset.remark)].filter(Boolean).join(" ")))
      if (preset.ours.length) about.append(part("p", say("Ours, not of the source: {names}.", { names: preset.ours.join(", ") }), { class: "ours" }))
      const item = part("div", "", { class: "preset" })
      item.append(choice, about)
      return item
    }))
    this.mark()
  }

  show(key) {
    if (key === this.key) return
    this.key = key
    this.button.textContent = this.named(key)
    this.button.title = say("Preset: {name}. {source}", { name: this.button.textContent, source: this.said(this.presets[key].source) })
    this.button.setAttribute("aria-label", say("Preset: {name}", { name: this.button.textContent }))
    this.mark()
  }

  mark() {
    for (const choice of this.list.querySelectorAll("button")) choice.setAttribute("aria-pressed", String(choice.dataset.key === this.key))
  }
}
