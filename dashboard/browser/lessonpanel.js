// How a lesson looks: one step at a time, beside the plots and never over them.

import { Chart } from "./lessonchart.js"
import { say } from "./words.js"
import { tag } from "./tag.js"
import { letters, paragraphs } from "./written.js"

const KINDS = { predict: () => say("Predict"), do: () => say("Try it"), see: () => say("See"), explain: () => say("Why"), link: () => say("Go on") }

export class Panel {
  // `on` holds what to call: step(by), close(), vote(option), open(choices, tab), next()
  constructor(element, on) {
    this.element = element
    this.on = on
    const find = (name) => element.querySelector(name)
    this.parts = { title: find("h2"), count: find(".count"), bar: find("progress"), body: find(".body"), heard: find(".heard"), back: find(".back"), next: find(".next"), fold: find(".fold"), close: find(".close") }
    this.parts.back.onclick = () => on.step(-1)
    this.parts.next.onclick = () => (this.last ? on.next() : on.step(1))
    this.parts.close.onclick = () => on.close()
    this.parts.fold.onclick = () => this.fold(this.parts.fold.getAttribute("aria-expanded") === "true")
  }

  fold(folded) {
    this.parts.fold.setAttribute("aria-expanded", String(!folded))
    this.element.classList.toggle("folded", folded)
  }

  // A text in the language of the page; the file of the lesson has all of them.
  said(text) {
    return text[document.documentElement.lang] ?? text.en
  }

  show(shown) {
    this.element.hidden = !shown
    document.body.classList.toggle("in_lesson", shown)
  }

  // Who opens a lesson by a key goes on from its title.
  focus() {
    this.parts.title.focus({ preventScroll: true })
  }

  trouble(sentence) {
    this.show(true)
    this.parts.title.textContent = say("Lesson")
    this.parts.body.replaceChildren(tag("p", { role: "alert" }, sentence))
    this.parts.back.hidden = this.parts.next.hidden = true
    this.parts.count.textContent = ""
  }

  // Begins a lesson: its title, and its chart if it collects points.
  begin({ title, collect }) {
    this.fold(false)
    this.parts.back.hidden = this.parts.next.hidden = false
    this.parts.title.replaceChildren(...letters(this.said(title)))
    this.chart = collect && new Chart(collect.line, { x: this.said(collect.x.text), y: this.said(collect.y.text) })
  }

  // `vote` is the option that was chosen; `next` the title of the lesson that follows
  step({ steps }, number, { vote, next }) {
    const step = steps[number], text = this.said(step.text)
    this.last = number === steps.length - 1
    this.parts.count.textContent = say("{kind}, {number} of {all}", { kind: KINDS[step.kind](), number: number + 1, all: steps.length })
    this.parts.bar.max = steps.length
    this.parts.bar.value = number + 1
    this.parts.back.disabled = number === 0
    this.parts.next.textContent = !this.last ? say("Next") : next ? say("Next lesson") : say("End")
    this.parts.next.title = this.last && next ? this.said(next) : ""
    const more = { predict: () => this.options(step, vote), do: () => this.goals(step), explain: () => this.prediction(steps, vote), link: () => this.links(step) }
    this.parts.body.replaceChildren(...paragraphs(text), ...(more[step.kind]?.() ?? []), ...(this.chart && step.kind !== "predict" ? [this.chart.element] : []))
    this.parts.body.scrollTop = 0
    this.parts.body.tabIndex = this.parts.body.scrollHeight > this.parts.body.clientHeight ? 0 : -1 // what scrolls is reached by keyboard
    this.announce(`${this.parts.count.textContent}. ${text}`)
  }

  announce(text) {
    this.parts.heard.textContent = text
  }

  options({ options }, vote) {
    this.choices = options.map((text, option) => {
      const made = tag("button", { type: "button", class: "option", "aria-pressed": String(option === vote) }, tag("span", {}, ...letters(this.said(text))), tag("span", { class: "votes" }))
      made.onclick = () => this.on.vote(option)
      return made
    })
    this.kept = tag("p", { class: "kept" }, vote === undefined ? say("Choose one before you try it.") : say("Your prediction is kept. Now try it."))
    return [tag("div", { class: "options", role: "group", "aria-label": say("Predictions") }, ...this.choices), this.kept]
  }

  voted(option, kept) {
    this.choices.forEach((each, number) => each.setAttribute("aria-pressed", String(number === option)))
    this.kept.textContent = kept ? say("Your prediction is kept. Now try it.") : say("This browser keeps nothing, so your prediction is remembered until you leave the page.")
    this.announce(this.kept.textContent)
  }

  // How a class has voted, as bars behind the options; only these count.
  counted(counts) {
    const all = this.choices.reduce((sum, _, option) => sum + (counts[option] ?? 0), 0)
    this.choices.forEach((each, option) => {
      const count = counts[option] ?? 0
      each.style.setProperty("--part", all ? count / all : 0)
      each.querySelector(".votes").textContent = all ? String(count) : ""
    })
  }

  goals({ goals }) {
    this.marks = goals.map(({ text }) => tag("li", {}, tag("span", { class: "mark", "aria-hidden": "true" }, "○"), tag("span", {}, ...letters(this.said(text))), tag("span", { class: "heard" })))
    this.done = tag("p", { class: "done", hidden: true })
    return [tag("ul", { class: "goals", "aria-label": say("What to do") }, ...this.marks), this.done]
  }

  // A goal is reached; `all` says whether it was the last one of its step.
  reached(step, number, all) {
    const mark = this.marks[number], [sign, , heard] = mark.children
    mark.classList.add("reached")
    sign.textContent = "✓"
    heard.textContent = say("(done)")
    const end = all ? this.said(step.done) || say("Done.") : ""
    if (all) {
      this.done.replaceChildren(...letters(end))
      this.done.hidden = false
    }
    const done = say("Done: {what}", { what: this.said(step.goals[number].text) })
    this.announce(`${done} ${end}`)
  }

  prediction(steps, vote) {
    const asked = steps.find(({ kind }) => kind === "predict")
    if (vote === undefined || !asked) return []
    const yours = this.said(asked.options[vote])
    if (asked.answer === undefined) return [tag("p", { class: "kept" }, ...letters(say("You predicted: {yours}", { yours })))]
    const right = vote === asked.answer
    const said = right ? say("You predicted it: {yours}", { yours }) : say("You predicted: {yours} It was: {answer}", { yours, answer: this.said(asked.options[asked.answer]) })
    return [tag("p", { class: "kept" }, ...letters(said))]
  }

  links({ links, read }) {
    const opens = links.map(({ text, set, tab }) => {
      const made = tag("button", { type: "button" }, ...letters(this.said(text)))
      made.onclick = () => this.on.open(set, tab)
      return tag("li", {}, made)
    })
    const sources = read.map(({ title, url }) => tag("li", {}, tag("a", { href: url, target: "_blank", rel: "noreferrer" }, this.said(title))))
    return [tag("ul", { class: "links" }, ...opens, ...sources)]
  }
}
