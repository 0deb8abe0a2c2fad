// The equation: the term of the slider that moves is lit, and every symbol has its present value and says what it is.
// Below the formula stands a button for each symbol, so that the keyboard and a screen reader have them too.

import { say, written } from "./words.js"

const TURNS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }
const plain = (value) => written(Number(value.toPrecision(6))).replace("-", "−")

export class Equation {
  // `go(name)` leads to the input of a quantity
  constructor(element, go) {
    this.element = element
    this.go = go
    this.chips = new Map([...element.querySelectorAll("button")].map((chip) => [chip.dataset.symbol, chip]))
    this.signs = [...element.querySelectorAll("math [data-symbol]")]
    this.terms = [...element.querySelectorAll(".term")]
    this.tip = element.querySelector("#explained")
    this.values = {}
    this.stop_at(this.chips.keys().next().value)
    for (const each of [...this.chips.values(), ...this.signs]) this.listen(each)
    element.querySelector(".symbols").onkeydown = (event) => this.turn(event)
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.tip.hidden || event.defaultPrevented) return
      event.preventDefault()
      this.hide()
    }, true)
    addEventListener("pointerdown", ({ target }) => { if (!target.closest("[data-symbol]")) this.hide() }, true)
    document.addEventListener("focusin", ({ target }) => this.light(target.closest("[data-symbol], nav [data-name], .choices [data-name]")))
  }

  listen(each) {
    const name = each.dataset.symbol
    each.onpointerenter = ({ pointerType }) => { if (pointerType !== "touch") this.explain(name, each) }
    each.onpointerleave = ({ pointerType }) => { if (pointerType !== "touch") this.hide() }
    each.onpointerdown = () => { this.before = this.tip.hidden ? undefined : this.explained }
    each.onfocus = () => this.explain(name, each)
    each.onblur = () => this.hide()
    each.onclick = ({ pointerType }) => { // a finger cannot hover: its first tap explains, its second one goes
      if (pointerType === "touch" && this.before !== name) this.explain(name, each)
      else this.go(name)
    }
  }

  // -- the present values -------------------------------------------------------------------------------------------
  show(values) {
    for (const [name, chip] of this.chips) {
      if (values[name] === undefined || values[name] === this.values[name]) continue
      this.values[name] = values[name]
      const { spoken, unit } = chip.dataset
      chip.querySelector(".value").textContent = plain(values[name])
      chip.querySelector(".heard").textContent = `${spoken}, ${plain(values[name])} ${unit}`
    }
  }

  // -- the term of what is moved or has the focus --------------------------------------------------------------------
  light(of) {
    const name = of?.dataset?.symbol ?? of?.dataset?.name ?? of
    if (name === this.lit) return
    this.lit = name
    for (const term of this.terms) term.classList.toggle("lit", this.signs.some((sign) => sign.dataset.symbol === name && term.contains(sign)))
    for (const sign of this.signs) sign.classList.toggle("named", sign.dataset.symbol === name)
    for (const [symbol, chip] of this.chips) chip.classList.toggle("named", symbol === name)
    const chip = this.chips.get(name)
    if (chip) this.element.classList.toggle("spiking", chip.parentElement.matches(".of_rule"))
  }

  // -- what a symbol is ---------------------------------------------------------------------------------------------
  explain(name, near) {
    const { spoken, unit, help } = this.chips.get(name).dataset
    const value = this.values[name]
    this.explained = name
    const head = document.createElement("strong")
    head.textContent = value === undefined ? say("{what}, in {unit}", { what: spoken, unit }) : `${spoken} = ${plain(value)} ${unit}`
    this.tip.replaceChildren(head, ` ${help}`)
    this.tip.hidden = false
    const box = this.element.getBoundingClientRect(), at = near.getBoundingClientRect()
    const most = Math.min(box.width, innerWidth - box.left) - this.tip.offsetWidth
    this.tip.style.left = `${Math.max(0, Math.min(at.left - box.left, most))}px`
  }

  hide() {
    this.tip.hidden = true
  }

  // One stop for the Tab key; the arrow keys go from symbol to symbol.
  turn(event) {
    const names = [...this.chips.keys()], at = names.indexOf(document.activeElement.dataset.symbol)
    const to = { Home: 0, End: names.length - 1 }[event.key] ?? at + TURNS[event.key]
    if (!(to >= 0) || to >= names.length || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    this.stop_at(names[to])
    this.light(names[to]) // which shows the row that it is in
    this.chips.get(names[to]).focus()
  }

  stop_at(name) {
    for (const [symbol, chip] of this.chips) chip.tabIndex = symbol === name ? 0 : -1
  }
}
